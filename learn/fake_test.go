package learn_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"inkling/label"
)

// fake is a project in memory: what a store offers, no more.
type fake struct {
	mu       sync.Mutex
	task     label.Task
	items    []label.Item                // items[i].Num == i+1
	order    []uint64                    // by id
	standing map[uint64]label.Standing   // what is in force
	by       map[uint64][]label.Standing // by everybody, what is in force first
	touched  []touch
	seq      uint64
	watchers map[chan struct{}]bool

	runs    map[uint64][]byte
	models  map[uint64][]byte
	states  map[string][]byte
	current uint64
	nextRun uint64
	full    bool   // the disk is full
	room    int    // writes until it is; negative for any number
	onItems func() // called before items are handed out in a range

	onTouched  func() // called once, after Touched visited all that it knows of
	onItemNums func() // called once, before items are handed out by number
}

type touch struct{ seq, num uint64 }

var errFull = errors.New("fake: no space left on device")

func newFake(task label.Task, texts ...string) *fake {
	f := &fake{task: task, standing: map[uint64]label.Standing{}, by: map[uint64][]label.Standing{}, watchers: map[chan struct{}]bool{},
		runs: map[uint64][]byte{}, models: map[uint64][]byte{}, states: map[string][]byte{}, seq: 1, room: -1}
	f.add(texts...)
	return f
}

// classesTask is a task with one text column and classes a, b, c, ...
func classesTask(classes int) label.Task {
	t := label.Task{Name: "test", Kind: label.Classes, Audit: 0, Seed: 11, Columns: []label.Column{{Name: "text", Role: label.Text}}}
	for i := range classes {
		t.Labels = append(t.Labels, label.Label{Name: string(rune('a'+i%26)) + strings.Repeat("'", i/26)})
	}
	return t
}

func (f *fake) add(texts ...string) {
	rows := make([][]string, len(texts))
	for i, text := range texts {
		rows[i] = []string{text}
	}
	f.addFields(rows...)
}

func (f *fake) addFields(rows ...[]string) {
	f.mu.Lock()
	for _, fields := range rows {
		id, key := f.task.Identify(fields)
		f.items = append(f.items, label.Item{Num: uint64(len(f.items) + 1), ID: id, Key: key, Audit: f.task.InAudit(key), Fields: fields})
		f.order = append(f.order, uint64(len(f.items)))
	}
	slices.SortFunc(f.order, func(a, b uint64) int {
		return slices.Compare(f.items[a-1].ID[:], f.items[b-1].ID[:])
	})
	f.seq++
	f.mu.Unlock()
	f.signal()
}

// addLabel adds a label to the task.
func (f *fake) addLabel(name string) {
	f.mu.Lock()
	f.task.Labels = append(slices.Clone(f.task.Labels), label.Label{Name: name})
	f.seq++
	f.mu.Unlock()
	f.signal()
}

// decide records one decision.
func (f *fake) decide(num uint64, action label.Action, class int) {
	var a label.Answer
	if action.HasAnswer() {
		a = label.ClassAnswer(class)
	}
	f.record(num, action, a)
}

// decideAnswer records an answer of any kind.
func (f *fake) decideAnswer(num uint64, a label.Answer) { f.record(num, label.Answered, a) }

func (f *fake) record(num uint64, action label.Action, a label.Answer) {
	f.put1("test", label.Decision{Item: num, Action: action, Answer: a})
}

// says records what somebody answers.
func (f *fake) says(person string, num uint64, class int) {
	f.put1(person, label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(class)})
}

// settles records what a reviewer settles.
func (f *fake) settles(num uint64, class int) {
	f.put1("reviewer", label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(class), Settles: true})
}

// put1 records a decision of somebody, in the place of their last one.
func (f *fake) put1(person string, d label.Decision) {
	f.mu.Lock()
	f.seq++
	num := d.Item
	d.Audit = f.items[num-1].Audit
	st := label.Standing{Item: num, Event: f.seq, Annotator: person, Decision: d}
	all := slices.DeleteFunc(slices.Clone(f.by[num]), func(s label.Standing) bool {
		return s.Annotator == person && s.Decision.Settles == d.Settles
	})
	slices.SortFunc(all, func(a, b label.Standing) int { return cmp.Compare(a.Event, b.Event) })
	if all = append(all, st); !d.Settles { // a settlement stays in front
		if i := slices.IndexFunc(all, func(s label.Standing) bool { return s.Decision.Settles }); i >= 0 {
			st = all[i]
		}
	}
	all = slices.DeleteFunc(all, func(s label.Standing) bool { return s.Event == st.Event })
	all = slices.Insert(all, 0, st)
	f.by[num], f.standing[num] = all, st
	f.touched = append(f.touched, touch{f.seq, num})
	f.mu.Unlock()
	f.signal()
}

// answer records an answer to each of several items.
func (f *fake) answer(class int, nums ...uint64) {
	for _, n := range nums {
		f.decide(n, label.Answered, class)
	}
}

// undo takes the decision on an item back.
func (f *fake) undo(num uint64) {
	f.mu.Lock()
	f.seq++
	delete(f.standing, num)
	delete(f.by, num)
	f.touched = append(f.touched, touch{f.seq, num})
	f.mu.Unlock()
	f.signal()
}

func (f *fake) setFull(full bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.full = full
}

func (f *fake) signal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for w := range f.watchers {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

func (f *fake) Task() label.Task {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.task
}

func (f *fake) Counts() label.Counts {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := label.Counts{Items: uint64(len(f.items)), Events: f.seq, PerClass: make([]uint64, len(f.task.Labels))}
	for _, s := range f.standing {
		if s.Decision.Action.HasAnswer() {
			c.Labelled++
			if f.task.Kind == label.Classes {
				c.PerClass[s.Decision.Answer.Class]++
			}
			if s.Decision.Audit {
				c.Audited++
			}
		}
	}
	return c
}

func (f *fake) Watch() (<-chan struct{}, func()) {
	w := make(chan struct{}, 1)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.watchers[w] = true
	return w, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.watchers, w)
	}
}

func (f *fake) Item(num uint64) (label.Item, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if num == 0 || num > uint64(len(f.items)) {
		return label.Item{}, fmt.Errorf("fake: no item %d", num)
	}
	return f.items[num-1], nil
}

func (f *fake) Items(ctx context.Context, from, to uint64, visit func(label.Item) error) error {
	f.mu.Lock()
	items, hook := f.items, f.onItems
	f.mu.Unlock()
	if hook != nil {
		hook()
	}
	for num := max(1, from); num <= to && num <= uint64(len(items)); num++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := visit(items[num-1]); err != nil {
			return err
		}
	}
	return nil
}

func (f *fake) ItemsByNum(nums []uint64, visit func(label.Item) error) error {
	f.mu.Lock()
	items := f.items
	f.mu.Unlock()
	f.once(&f.onItemNums)
	for _, num := range nums {
		if num == 0 || num > uint64(len(items)) {
			continue
		}
		if err := visit(items[num-1]); err != nil {
			return err
		}
	}
	return nil
}

func (f *fake) Walk(from label.ID, limit int, visit func(num uint64, id label.ID) bool) (label.ID, error) {
	f.mu.Lock()
	items, order := f.items, slices.Clone(f.order)
	f.mu.Unlock()
	start, _ := slices.BinarySearchFunc(order, from, func(num uint64, id label.ID) int {
		return slices.Compare(items[num-1].ID[:], id[:])
	})
	limit = min(limit, len(order))
	for i := range limit {
		it := items[order[(start+i)%len(order)]-1]
		if !visit(it.Num, it.ID) {
			return it.ID, nil
		}
	}
	if len(order) == 0 {
		return from, nil
	}
	return items[order[(start+limit)%len(order)]-1].ID, nil
}

func (f *fake) TouchedStandings(since uint64, visit func(num uint64, all []label.Standing) error) (uint64, error) {
	f.mu.Lock()
	nums := map[uint64]bool{}
	for _, t := range f.touched {
		if t.seq > since {
			nums[t.num] = true
		}
	}
	upTo, by := f.seq, maps.Clone(f.by)
	f.mu.Unlock()
	for num := range nums { // in no order, on purpose
		if err := visit(num, by[num]); err != nil {
			return 0, err
		}
	}
	f.once(&f.onTouched)
	return upTo, nil
}

// once calls a hook that is set, and takes it away.
func (f *fake) once(hook *func()) {
	f.mu.Lock()
	call := *hook
	*hook = nil
	f.mu.Unlock()
	if call != nil {
		call()
	}
}

// hook sets one of the fake's hooks.
func (f *fake) hook(hook *func(), call func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*hook = call
}

func (f *fake) NextRunID() (uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.nextRun++
	return f.nextRun, nil
}

// write reports whether there is room for one more write.
func (f *fake) write() error {
	if f.full || f.room == 0 {
		return errFull
	}
	f.room--
	return nil
}

func (f *fake) put(m map[uint64][]byte, id uint64, b []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.write(); err != nil {
		return err
	}
	if b == nil {
		delete(m, id)
		return nil
	}
	m[id] = slices.Clone(b)
	return nil
}

func (f *fake) PutRun(id uint64, record []byte) error  { return f.put(f.runs, id, record) }
func (f *fake) PutModel(id uint64, model []byte) error { return f.put(f.models, id, model) }

func (f *fake) Runs(visit func(id uint64, record []byte) error) error {
	f.mu.Lock()
	runs := maps.Clone(f.runs)
	f.mu.Unlock()
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(runs))) { // newest first
		if err := visit(id, runs[id]); err != nil {
			return err
		}
	}
	return nil
}

func (f *fake) Model(id uint64) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.models[id], nil
}

func (f *fake) SetCurrentModel(id uint64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.write(); err != nil {
		return err
	}
	f.current = id
	return nil
}

func (f *fake) CurrentModel() (uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.current, nil
}

func (f *fake) PutState(name string, state []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.write(); err != nil {
		return err
	}
	f.states[name] = slices.Clone(state)
	return nil
}

func (f *fake) State(name string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.states[name], nil
}

// corpus makes texts of so many classes, and tells the class of each: words
// are drawn by Zipf's law from a vocabulary that the classes share, and one in
// four from the class's own. Texts differ in length, some are very short, and
// one in twenty has a class at odds with its words.
func corpus(n, classes int, seed uint64) (texts []string, truth []int) {
	rng := rand.New(rand.NewPCG(seed, 1))
	shared := rand.NewZipf(rng, 1.1, 4, 20000)
	own := rand.NewZipf(rng, 1.3, 3, 400)
	texts, truth = make([]string, n), make([]int, n)
	var b strings.Builder
	for i := range texts {
		class := rng.IntN(classes)
		b.Reset()
		for range 3 + rng.IntN(20) {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			if rng.IntN(4) == 0 {
				b.WriteString(word(1_000_000*uint64(class+1) + own.Uint64()))
			} else {
				b.WriteString(word(shared.Uint64()))
			}
		}
		if rng.IntN(20) == 0 {
			class = rng.IntN(classes)
		}
		texts[i], truth[i] = b.String(), class
	}
	return texts, truth
}

// word spells a number with syllables.
func word(n uint64) string {
	const consonants, vowels = "bcdfghjklmnprstvwz", "aeiou"
	b := make([]byte, 0, 12)
	for n += 7; n > 0; n /= uint64(len(consonants) * len(vowels)) {
		b = append(b, consonants[n%uint64(len(consonants))], vowels[n/uint64(len(consonants))%uint64(len(vowels))])
	}
	return string(b)
}

// quiet is longer than any trainer waits for more answers.
const quiet = 10 * time.Second
