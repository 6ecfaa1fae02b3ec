package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/label/format"
	"inkling/label/truth"
	"inkling/tui/safe"
)

// truths are what the answers of several people come to, by item.
type truths struct {
	task   label.Task
	method string // "mean" of numbers
	people []string
	items  map[uint64]inferredTruth
	result *truth.Result // of classes; nil for other kinds
}

// inferredTruth is what the answers to one item come to.
type inferredTruth struct {
	answer     label.Answer
	confidence float64
	answers    int
	method     string
}

func (t *truths) of(num uint64) (inferredTruth, bool) {
	x, ok := t.items[num]
	return x, ok
}

// steady is the smoothing with which people who answered little are judged.
const steady = 2

// truthOf infers the truth of every item that somebody answered.
func truthOf(ctx context.Context, p *reading, method string) (*truths, error) {
	out := &truths{task: p.Task(), method: method, items: map[uint64]inferredTruth{}}
	if out.task.Kind == label.Spans {
		return nil, errors.New("the truth of spans is not inferred; export --answers raw writes what everybody marked")
	}
	var nums []uint64
	var said [][]label.Standing
	people := map[string]int32{}
	err := p.AllStandings(ctx, func(all []label.Standing) error {
		var answers []label.Standing
		for _, s := range all {
			if !s.Decision.Action.HasAnswer() {
				continue
			}
			if _, ok := people[s.Annotator]; !ok && !s.Decision.Settles {
				people[s.Annotator] = int32(len(out.people))
				out.people = append(out.people, s.Annotator)
			}
			answers = append(answers, s)
		}
		if len(answers) > 0 {
			nums, said = append(nums, all[0].Item), append(said, answers)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	infer, opts := truth.Methods()[method], truth.Options{Smoothing: steady}
	// votes are those on whether an answer is, or has, something.
	votes := func(classes int, class func(label.Answer) int) truth.Votes {
		v := truth.Votes{Items: len(nums), People: len(out.people), Classes: classes, Settled: map[int32]int32{}}
		for i, all := range said {
			for _, s := range all {
				if c := int32(class(s.Decision.Answer)); s.Decision.Settles {
					v.Settled[int32(i)] = c
				} else {
					v.All = append(v.All, truth.Vote{Item: int32(i), Person: people[s.Annotator], Class: c})
				}
			}
		}
		return v
	}
	found := make([]inferredTruth, len(nums))
	for i, all := range said {
		found[i] = inferredTruth{confidence: 1, method: method}
		for _, s := range all {
			if s.Decision.Settles {
				found[i].method = settledAction
			} else {
				found[i].answers++
			}
		}
	}
	switch out.task.Kind {
	case label.Number:
		out.method = "mean"
		for i, all := range said {
			sum, n := 0.0, 0.0
			for _, s := range all {
				if s.Decision.Settles {
					sum, n = s.Decision.Answer.Value, 1
					break
				}
				sum, n = sum+s.Decision.Answer.Value, n+1
			}
			found[i].answer.Value = sum / n
			if found[i].method != settledAction {
				found[i].method = "mean"
			}
		}
	case label.MultiLabel:
		// Each label is a question of its own.
		for i := range found {
			found[i].answer.Set = []int{}
		}
		for c := range out.task.Labels {
			r, err := infer(ctx, votes(2, func(a label.Answer) int {
				if slices.Contains(a.Set, c) {
					return 1
				}
				return 0
			}), opts)
			if err != nil {
				return nil, err
			}
			for i := range found {
				has, q := r.Class(i)
				if found[i].confidence *= q; has == 1 {
					found[i].answer.Set = append(found[i].answer.Set, c)
				}
			}
		}
	default:
		if out.result, err = infer(ctx, votes(max(len(out.task.Labels), 1), func(a label.Answer) int { return a.Class }), opts); err != nil {
			return nil, err
		}
		for i := range found {
			c, q := out.result.Class(i)
			found[i].answer, found[i].confidence = label.ClassAnswer(c), q
		}
	}
	for i, num := range nums {
		out.items[num] = found[i]
	}
	return out, nil
}

func (a *app) truthCommand() *cobra.Command {
	var method string
	var least int
	cmd := a.jsonFlag(&cobra.Command{
		Use:   "truth PROJECT",
		Short: "Infer what the answers of several people come to, and who is how often right",
		Long: `Put the answers of several people together: by majority, by a majority weighed by
how far people agree (weighted), by Dawid and Skene's confusion matrices
(dawid-skene), by one accuracy a person (one-coin), or by ability and difficulty
(glad). Each of several labels is a question of its own; numbers are averaged,
whatever the method. Settlements are certain. Shown are how often each person is held to be
right, and the items that are least certain; export --truth writes it for every
item.

All of these go by what people answered, and by nothing else. The review screen,
which helps to settle what is unclear, also weighs what a model says that never
saw the item (crowdlab) and names its method: near a tie the two may differ.`,
		Example: `  inkling truth spam.inkling
  inkling truth spam.inkling --method majority --least 20
  inkling export spam.inkling --truth dawid-skene -o truth.csv`,
		Args: args(cobra.ExactArgs(1)), ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, ok := truth.Methods()[method]; !ok {
				return usagef("--method is %s, not %q", list(slices.Sorted(maps.Keys(truth.Methods()))), method)
			}
			p, err := a.openRead(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer p.Close()
			t, err := truthOf(cmd.Context(), p, method)
			if err != nil {
				return err
			}
			return a.showTruth(t, p, max(least, 0))
		},
	})
	cmd.Flags().StringVar(&method, "method", "dawid-skene", "`METHOD`: majority, weighted, dawid-skene, one-coin or glad")
	cmd.Flags().IntVar(&least, "least", 10, "how many of the least certain items are shown")
	return cmd
}

func (a *app) showTruth(t *truths, p *reading, least int) error {
	nums := slices.Sorted(maps.Keys(t.items))
	slices.SortStableFunc(nums, func(x, y uint64) int {
		switch a, b := t.items[x].confidence, t.items[y].confidence; {
		case a < b:
			return -1
		case a > b:
			return 1
		}
		return 0
	})
	several := 0
	for _, x := range t.items {
		if x.answers > 1 {
			several++
		}
	}
	form := newAnswers(t.task)
	told := func(x label.Answer) string { return form.value(x, format.CSV).Text }
	nums = nums[:min(len(nums), least)]
	if a.asJSON {
		type person struct {
			Name      string      `json:"name"`
			Answers   int         `json:"answers"`
			Quality   float64     `json:"quality"`
			Confusion [][]float64 `json:"confusion,omitempty"`
		}
		type item struct {
			Item       uint64  `json:"item"`
			Truth      string  `json:"truth"`
			Confidence float64 `json:"confidence"`
			Answers    int     `json:"answers"`
		}
		people, items := []person{}, []item{}
		if t.result != nil {
			for i, q := range t.result.People {
				x := person{Name: t.people[i], Answers: q.Votes, Quality: q.Quality}
				for k := 0; k < len(q.Confusion); k += t.result.Classes {
					x.Confusion = append(x.Confusion, q.Confusion[k:k+t.result.Classes])
				}
				people = append(people, x)
			}
		}
		for _, num := range nums {
			x := t.items[num]
			items = append(items, item{num, told(x.answer), x.confidence, x.answers})
		}
		return writeJSON(a.Out, map[string]any{"method": t.method, "answered": len(t.items), "several": several, "people": people, "least_certain": items})
	}
	fmt.Fprintf(a.Out, "%s answered, %d of them by several people; put together by %s\n", count(uint64(len(t.items)), "item", "items"), several, t.method)
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	if t.result != nil && len(t.people) > 0 {
		fmt.Fprintf(w, "\nperson\tanswers\tright\n")
		order := make([]int, len(t.people))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(x, y int) int { return t.result.People[y].Votes - t.result.People[x].Votes })
		for _, i := range order {
			fmt.Fprintf(w, "%s\t%d\t%.3f\n", safe.Line(t.people[i]), t.result.People[i].Votes, t.result.People[i].Quality)
		}
		w.Flush()
	}
	if len(nums) == 0 || t.task.Kind == label.Number {
		return nil
	}
	fmt.Fprintf(w, "\nleast certain\ttruth\tconfidence\tanswers\ttext\n")
	for _, num := range nums {
		it, err := p.Item(num)
		if err != nil {
			return err
		}
		x := t.items[num]
		fmt.Fprintf(w, "%d\t%s\t%.3f\t%d\t%s\n", num, safe.Line(told(x.answer)), math.Round(x.confidence*1000)/1000, x.answers, safe.Truncate(safe.Line(it.Text(t.task)), 60))
	}
	return w.Flush()
}
