package seat

import (
	"testing"
	"time"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/query"
)

// TestSecondOpinion hands an item that has answers to one more person, once, and
// shows them nothing that would make an echo of theirs.
func TestSecondOpinion(t *testing.T) {
	p := newProject(t, 20, 0)
	say := func(who string, num uint64, class int) {
		if _, _, err := p.Decide(who, label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(class)}).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	say("ana", 3, 1)
	say("ana", 4, 1)
	say("ben", 4, 0)
	room := NewRoom(p, idle{ranking: &query.Ranking{Entries: []query.Entry{
		{Num: 3, Why: query.Second, Answers: 1, Confidence: 0.61},
		{Num: 4, Why: query.Second, Answers: 1, Confidence: 0.7}, // another answer came meanwhile
		{Num: 9, Why: query.Uncertain, Margin: 0.2},
	}}}, clock())
	ana, cid, dan := room.Sit("ana", Annotator, ""), room.Sit("cid", Reviewer, ""), room.Sit("dan", Annotator, "")
	if c := next(t, ana, 1)[0]; c.Item.Num != 9 || c.Why != Uncertain {
		t.Fatalf("ana, who answered, gets %d because of %v", c.Item.Num, c.Why)
	}
	c := next(t, cid, 1)[0]
	if c.Item.Num != 3 || c.Why != Second || c.Answers != 1 || c.Confidence < 0.609 || c.Confidence > 0.611 || c.Margin != 0 || c.Standing != nil || c.Suggestion != nil {
		t.Fatalf("cid gets %+v", c)
	}
	if c := next(t, dan, 1)[0]; c.Item.Num == 3 || c.Item.Num == 4 {
		t.Fatalf("dan gets %d, which waits for cid or has its answer", c.Item.Num)
	}
	must(t, cid.Decide(c, label.ClassAnswer(0), time.Second))
	eva := room.Sit("eva", Annotator, "")
	if c := next(t, eva, 1)[0]; c.Item.Num == 3 || c.Item.Num == 4 {
		t.Fatalf("eva gets %d, which has its second opinion", c.Item.Num)
	}
}

// TestOpinionsOfAStore learns from a store what several people say, and asks for
// second opinions where somebody else can give one.
func TestOpinionsOfAStore(t *testing.T) {
	p := newProject(t, 200, 0)
	for num := uint64(1); num <= 60; num++ {
		for i, who := range []string{"ana", "ben", "cid"}[:1+num%3] {
			class := int(num % 2)
			if num%10 == 3 && i == 1 {
				class = 1 - class
			}
			if _, _, err := p.Decide(who, label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(class)}).Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, _, err := p.Decide("rita", label.Decision{Item: 8, Action: label.Answered, Answer: label.ClassAnswer(1), Settles: true}).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	run, _, err := learn.Train(t.Context(), p, learn.TrainOptions{Fresh: true})
	if err != nil {
		t.Fatal(err)
	}
	if run.Labels != 60 || run.Truth != "dawid-skene" || run.Soft == 0 {
		t.Errorf("run %+v", run)
	}
}
