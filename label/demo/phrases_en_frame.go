package demo

// What stands around the evidence in an English memo: openings, remarks beside the point, hedges, closings.

// englishOpen gives the opening of a memo by register: full, terse, chatty.
var englishOpen = [3][]string{
	{
		"{full}, {age}, {job}, applies for {amount} over {term} months, {thing}.",
		"Application for {amount} ({thing}). {full} is {age} and works as {ajob}.",
		"The applicant, {ajob} of {age} from {town}, wishes to finance {thing}, {amount}.",
		"{amount} for {thing}, {term} months; instalment would be {inst}.",
		"Visit of {full} on {date} about {thing}. Income as stated {income}.",
		"Interview with {full} ({age}) on {date}.",
		"Re {full}, {thing}, {amount}.",
		"Follow-up to the call of {date}, {full}, {amount}.",
		"Annual review. {full}, {ajob}, original purpose {thing}.",
		"{full} has asked us for {amount}, to be repaid in {term} instalments.",
	},
	{
		"{last}, {age}, {job}, {amount}/{term}m.",
		"{amount} {thing}.",
		"appl. {age}, {job}, {town}.",
		"{last} - {thing} - {amount}.",
		"call {date}.",
		"{job}, net {income}, asks {amount}.",
		"rev. {date}, {last}.",
		"re {thing}:",
		"{term} m, inst. {inst}.",
	},
	{
		"Met {first} today, {job}, {age}, nice enough, wants {amount} for {thing}.",
		"So, {first} {last} again, this time {thing}, {amount}.",
		"Long talk with {full} about {thing}.",
		"{first} came by with {his} {kin}, it is about {thing}, {amount} all in.",
		"Had {full} on the phone ({date}), {thing}, you know the story.",
		"Another one for {thing}: {full}, {age}.",
		"Not sure what to make of this one. {full}, {ajob}, {amount}.",
		"Quick note on {first} {last} before I forget,",
	},
}

var englishAside = []string{
	"parking at the branch is a problem again",
	"printer jammed, form signed by post",
	"we talked about [football|the weather|fishing] for ten minutes",
	"file came from {town} branch on {date}",
	"see also scan {days}",
	"the colleague who took the first call is on leave",
	"interpreter present",
	"rate sheet of {month} applies",
	"copy of ID in the usual folder",
	"system was down, entered late from paper",
	"previous tenant of that flat was a default of ours, no relation",
	"{his} {kin} had a court case years ago, not our business",
	"the meeting started late, my fault",
	"{town} office missed the handover, so I took it",
	"a namesake is in arrears with {bank}, different date of birth",
	"form was last year's version, fine",
	"brought {his} dog",
	"the mill in {town} went insolvent last year, {he} never worked there",
	"wants letters by post, not by mail",
	"asked about the savings rate too",
	"new address from {month}, three streets on",
	"e:{employer} is the one by the ring road",
	"speaks softly, hard to hear on the line",
	"prefers the branch in {town}",
	"birthday in {month}",
	"insurance leaflet handed out",
	"the neighbour lost everything to coins, {he} told me at length",
	"collections asked me for the wrong file first, this one is not with them",
	"two signatures, both legible for once",
	"coffee machine is broken, hence the phone call",
	"reached me by way of {mail}",
	"callback number {phone}",
	"e:tax class unchanged",
	"holiday in {month}",
}

// englishHedge precedes a clause.
var englishHedge = []string{
	"apparently ", "it seems, ", "as far as I can see, ", "by the look of it, ", "if I understood right, ", "according to the file, ",
	"from what I hear, ", "as it stands, ", "according to the branch, ", "on the whole, ", "to be fair, ", "at least ",
	"for what it's worth, ", "note: ", "again: ", "for the record: ",
}

// Words between two clauses, where the second speaks the other way, and where it speaks the same way.
var (
	englishBut = []string{"but ", "on the other hand ", "then again, ", "that said, ", "however, ", "still, ", "even so, ", "and yet ", "all the same, ", "against that: "}
	englishAnd = []string{"and ", "also ", "besides, ", "what is more, ", "in addition, ", "plus ", "then: ", "and "}
)

// Closings that lean to a class, by class; officers err, so they follow the class only loosely.
var englishLean = [classes][]string{
	{
		"No objection from my side.", "Would do it.", "Fine by me.", "I see no reason to wait.", "Would not lose sleep over this one.",
		"Nothing that worries me.", "Support.", "From here it can go to the desk.", "Not without risk, which one is, but yes.", "I have seen far worse and they paid.",
	},
	{
		"Would look at it again in {month}.", "Quarterly check please.", "Keep it on a short lead.", "Not lost, not safe.", "Suggest we stay close.",
		"Neither yes nor no from me yet.", "Would ring every month, then we see.", "I would not write this one off.", "Something to keep an eye on.", "Needs patience.",
	},
	{
		"I would leave it.", "Not with my money.", "Do not see how this ends well.", "Would prepare for the worst.", "Cannot support this.",
		"We should look at what can be saved.", "I was hopeful in {month}, no longer.", "Sorry, no.", "Would rather say no now than write it off later.", "Pass to {town} if they want it.",
	},
}

var englishClose = []string{
	"For decision.", "Your call.", "File to {town}.", "Rest as discussed.", "{initials}", "sgd. {initials}", "More after {date}.", "Please advise.",
	"Papers attached.", "See checklist.", "Regards, {initials}", "end", "{initials} {date}", "To committee.", "Thanks.", "Open point: none.", "Tbc.",
}

// englishTag names a facet where an officer writes in keyed lines.
var englishTag = [facets][]string{
	income: {"income", "work", "job"}, debts: {"debts", "burden", "other loans"}, history: {"record", "history", "conduct"},
	candour: {"papers", "impression", "docs"}, shock: {"household", "events", "situation"}, cushion: {"security", "reserves"},
	purpose: {"purpose", "use"}, contact: {"contact", "comms"},
}

// englishAbbreviation lists what hurried officers shorten.
var englishAbbreviation = map[string]string{
	"applicant": "appl.", "instalment": "inst.", "instalments": "inst.", "with": "w/", "without": "w/o", "months": "mths", "month": "mth",
	"years": "yrs", "year": "yr", "account": "a/c", "employer": "empl.", "and": "&", "salary": "sal.", "income": "inc.", "about": "abt",
	"between": "betw.", "because": "bc", "through": "thru", "statements": "stmts", "statement": "stmt", "guarantor": "guar.",
	"payment": "pmt", "payments": "pmts", "contract": "contr.", "reminder": "rem.", "application": "appl.", "documents": "docs",
	"number": "no.", "please": "pls", "before": "bef.", "information": "info", "hospital": "hosp.", "insurance": "ins.",
	"regular": "reg.", "probably": "prob.", "against": "vs", "received": "rec'd", "department": "dept", "business": "biz",
	"security": "sec.", "customers": "cust.", "customer": "cust.", "permanent": "perm.", "returned": "ret'd", "borrower": "borr.",
}
