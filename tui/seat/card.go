package seat

import (
	"inkling/label"
	"inkling/label/clean"
	"inkling/learn"
	"inkling/learn/query"
)

// Why says what brought a card to the screen.
type Why uint8

// The ways to the screen.
const (
	Uncertain      Why = iota + 1 // the model is unsure: Card.Margin
	Drawn                         // drawn at random
	Unseen                        // perhaps of a class that has no labels yet
	Audit                         // drawn at random for the audit stream
	Again                         // it was skipped before
	Past                          // from the history, or undone
	Asked                         // the person asked for it
	Unsaved                       // its decision could not be saved
	Second                        // others answered it: another opinion is worth more than a new item
	Representative                // the model is unsure, and so it is of those like it: Card.Stands
	Typical                       // it stands for a group of items without an answer: Card.Stands
	Far                           // unlike all that has an answer
	Disagreed                     // several models say different things
	Contrasting                   // items like it that have an answer are told otherwise
	Influential                   // its answer would change the model most

	goldCheck // its answer is known, and checks the person; on cards it is Drawn
)

// Card is an item as it is put before a person.
type Card struct {
	Item       label.Item
	Text       string // the text columns, cleaned as the project says, one below the other
	Offsets    []int  // where each column begins in Text; -1 for columns that are not text
	Why        Why
	Margin     float64
	Stands     int               // Representative, Typical: how many items it stands for, itself among them
	Answers    int               // Second: how many people answered
	Confidence float64           // Second: the probability of what their answers come to
	Suggestion *label.Suggestion // nil for audits, for second opinions, where it is withheld, and before there is a model, unless a rule votes
	Withheld   *label.Suggestion // that there is, but that must not be shown, nor anything that gives it away: see label.Decision.Withheld
	Reasonless bool              // its reasons take long and were left out: Refresh brings them
	Standing   *label.Standing   // the decision in force, where there is one
	Comments   []label.Event     // that the person may read
	Event      uint64            // Past: the event of the history that it stands for
}

// open builds the card of an item; the caller says why.
func (s *Seat) open(num uint64, why Why) (Card, error) {
	it, err := s.project.Item(num)
	if err != nil {
		return Card{}, err
	}
	c := Card{Item: it, Why: why}
	c.Text, c.Offsets, err = s.clean(it)
	if err != nil {
		return Card{}, err
	}
	if c.Standing, err = s.Standing(num); err != nil {
		return Card{}, err
	}
	if c.Comments, err = s.Comments(num); err != nil {
		return Card{}, err
	}
	return s.suggest(c, false), nil
}

// Standing returns where an item stands as far as the person may know, nil for
// nowhere: whoever answers must not see what others answered before that.
func (s *Seat) Standing(num uint64) (*label.Standing, error) {
	if s.role.Reviews() {
		st, ok, err := s.project.Standing(num)
		if !ok {
			return nil, err
		}
		return &st, nil
	}
	all, err := s.project.ItemStandings(num)
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Annotator == s.annotator {
			return &all[i], err
		}
	}
	return nil, err
}

// Open builds the card of one item that was asked for, whatever its standing,
// and counts it as handed out.
func (s *Seat) Open(num uint64) (Card, error) {
	c, err := s.open(num, Asked)
	if err == nil {
		s.take(num)
	}
	return c, err
}

// Peek builds the card of one item that the person wants to look at, whatever its
// standing, without handing it out.
func (s *Seat) Peek(num uint64) (Card, error) { return s.open(num, Asked) }

// Refresh returns the card with the suggestion of the model in force, before there
// is one of the project's rules, or of whoever suggests instead. An audited item
// never carries one, nor does one that is shown for a second opinion. The reasons
// are there however long they take, which may be a second with large forests: no
// screen should wait for it.
func (s *Seat) Refresh(c Card) Card { return s.suggest(c, true) }

// suggest is Refresh; it leaves out reasons that take long unless it is patient.
func (s *Seat) suggest(c Card, patient bool) Card {
	c.Suggestion, c.Withheld, c.Reasonless = nil, nil, false
	if c.Item.Audit || c.Why == Second {
		return c
	}
	sug, snap, ok := s.says(c.Item)
	switch {
	case !ok:
	case s.withholds(c.Item):
		c.Withheld = &sug
	default:
		if snap != nil {
			if c.Reasonless = !patient && snap.Slow(); !c.Reasonless {
				sug.Reasons, sug.Base = snap.ExplainFrom(c.Item, sug.Answer.Class, reasonsShown)
			}
		}
		c.Suggestion = &sug
	}
	return c
}

// says is what is suggested for an item, withheld or not, with the model where it
// is from one; false where nothing is.
func (s *Seat) says(it label.Item) (sug label.Suggestion, snap *learn.Snapshot, ok bool) {
	if s.other != nil {
		// What was kept may be of labels that this project never had.
		n := len(s.project.Task().Labels)
		if sug, ok = s.other.Suggest(it.Num); ok && sug.Answer.Class < n && len(sug.Classes) <= n {
			return sug, nil, true
		}
	}
	rules := s.trainer.Rules()
	if snap = s.trainer.Current(); snap == nil || rules.Lead() {
		if sug, ok = rules.Suggest(it); ok || snap == nil {
			return sug, nil, ok
		}
	}
	return snap.Suggest(it), snap, true
}

// Suggest returns what a card of the item would suggest, without reasons; false
// where it would suggest nothing.
func (s *Seat) Suggest(it label.Item) (label.Suggestion, bool) {
	if it.Audit || s.withholds(it) {
		return label.Suggestion{}, false
	}
	sug, _, ok := s.says(it)
	return sug, ok
}

// withholds reports whether the suggestion for an item is kept from the person:
// for a share of the items, drawn by hash, that is larger where suggestions draw
// their answers.
func (s *Seat) withholds(it label.Item) bool {
	task := s.project.Task()
	if task.Withhold == 0 || task.Kind != label.Classes {
		return false
	}
	own, _ := s.trainer.Anchoring().Of(s.annotator)
	task.Withhold = own.Share(task.Withhold)
	return task.Withholds(it.Key)
}

// clean returns the item's text as the project's cleaning shows it, and where
// its columns begin.
func (s *Seat) clean(it label.Item) (string, []int, error) {
	task := s.project.Task()
	cleaner, err := s.cleaning(task.Clean)
	if err != nil {
		return "", nil, err
	}
	// Cleaned column by column, as models see them, and joined as
	// label.Item.Text does.
	cleaned := label.Item{Fields: make([]string, len(task.Columns))}
	offsets := make([]int, len(task.Columns))
	at := 0
	for i, c := range task.Columns {
		offsets[i] = -1
		if c.Role != label.Text {
			continue
		}
		cleaned.Fields[i] = cleaner.Apply(it.Field(i))
		offsets[i] = at
		at += len(cleaned.Fields[i]) + 1
	}
	return cleaned.Text(task), offsets, nil
}

// cleaning returns the project's cleaning, parsed once.
func (s *Seat) cleaning(spec string) (clean.Options, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spec != spec {
		o, err := clean.Parse(spec)
		if err != nil {
			return clean.Options{}, err
		}
		s.cleaner, s.spec = o, spec
	}
	return s.cleaner, nil
}

// whyOf translates the reason of a ranking.
func whyOf(w query.Why) Why {
	switch w {
	case query.Drawn:
		return Drawn
	case query.Unseen:
		return Unseen
	case query.Second:
		return Second
	case query.Representative:
		return Representative
	case query.Typical:
		return Typical
	case query.Far:
		return Far
	case query.Disagreed:
		return Disagreed
	case query.Contrasting:
		return Contrasting
	case query.Influential:
		return Influential
	}
	return Uncertain
}
