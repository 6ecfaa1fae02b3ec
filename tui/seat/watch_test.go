package seat

import (
	"slices"
	"testing"
	"time"
)

// A look shows what was drawn while it lasts, tells who is watched, and outlives
// neither side.
func TestLook(t *testing.T) {
	p := newProject(t, 2, 0)
	room := NewRoom(p, idle{}, time.Now)
	ana, rita, cem := room.Sit("ana", Annotator, "x"), room.Sit("rita", Reviewer, "y"), room.Sit("cem", Admin, "z")
	for name, c := range map[string]struct {
		from *Seat
		at   uint64
	}{"an annotator": {ana, rita.ID()}, "one's own": {rita, rita.ID()}, "nobody's": {rita, 99}} {
		if _, ok := c.from.Look(c.at); ok {
			t.Errorf("%s looks", name)
		}
	}
	ana.Show("before") // nobody sees it
	changed, stop := room.Watch()
	defer stop()
	look, ok := rita.Look(ana.ID())
	if !ok {
		t.Fatal("a reviewer may not look")
	}
	select {
	case <-changed:
	default:
		t.Error("who is watched is not told")
	}
	if f, there := look.Frame(); f != "" || !there {
		t.Errorf("before it is drawn: %q, %v", f, there)
	}
	other, _ := cem.Look(ana.ID())
	if got := ana.Watched(); !slices.Equal(got, []string{"cem", "rita"}) {
		t.Errorf("watched by %v", got)
	}
	ana.Show("one")
	ana.Show("two")
	for _, l := range []*Look{look, other} {
		<-l.Changed()
		if f, _ := l.Frame(); f != "two" {
			t.Errorf("shows %q", f)
		}
	}
	ana.Show("two")
	select {
	case <-look.Changed():
		t.Error("the same frame counts as another")
	default:
	}
	other.Close()
	<-other.Closed()
	if got := ana.Watched(); !slices.Equal(got, []string{"rita"}) {
		t.Errorf("watched by %v", got)
	}
	ana.Leave()
	if _, there := look.Frame(); there {
		t.Error("who has left is there")
	}
	look.Close()
	if got := ana.Watched(); len(got) != 0 {
		t.Errorf("watched by %v after all", got)
	}
}
