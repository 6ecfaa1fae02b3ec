package tui

import (
	"math"
	"testing"
)

// One answer in ten is an audit's, however often a new model re-orders what
// waits: it must not send back the audits that the person has not seen yet.
func TestAuditsKeepTheirShare(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Audit = 0.1
	p := newProject(t, task, 1200)
	d := newDriver(t, p, drive{train: quick()})
	l := d.labelScreen()
	const answers = 200
	audits, inRun := 0, 0
	for n := 1; n <= answers; n++ {
		d.ready()
		if l.cur.Item.Audit {
			audits++
			inRun++
		}
		before := l.state.Current
		d.press([]string{"d", "w", "r"}[int(l.cur.Item.Num)%len(memos)%3])
		if n > 2 && n%3 == 0 {
			d.until("a new model", func() bool { return l.state.Current > before })
		}
		if off := float64(audits) - task.Audit*float64(n); math.Abs(off) > 1 {
			t.Fatalf("%d audits in %d answers", audits, n)
		}
		if n%10 == 0 {
			if inRun > 2 {
				t.Errorf("%d audits in the ten answers up to %d", inRun, n)
			}
			inRun = 0
		}
	}
	if runs := len(d.trainer.Runs()); runs < answers/6 {
		t.Errorf("only %d models were made", runs)
	}
}
