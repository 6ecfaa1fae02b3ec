package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/spf13/pflag"

	"inkling/label"
	"inkling/label/clean"
	"inkling/tui"
	"inkling/tui/safe"
)

// taskFlags are the flags that say what a new project asks and which column
// has which role.
type taskFlags struct {
	set     *pflag.FlagSet // says which were given
	task    string
	name    string
	labels  []string
	byRole  map[label.Role]*[]string
	ordinal []string
	orders  map[string][]string // by column
	book    string
	codes   *book // nil without a code book
	clean   string
	audit   float64
	hidden  float64
	seed    uint64
	guide   string
	answers string
	gold    string
	who     string // the column of who gave the answers
	id      string
}

func (f *taskFlags) add(fs *pflag.FlagSet) {
	f.set, f.byRole, f.orders = fs, map[label.Role]*[]string{}, map[string][]string{}
	fs.StringVar(&f.task, "task", "classes", "kind of answer: classes, multi-label or number (import: by the answers, if they are lists or many numbers)")
	fs.StringVar(&f.name, "name", "", "name of the project (default: the file's)")
	fs.StringSliceVar(&f.labels, "labels", nil, "the labels, in `ORDER`: ham,spam, or with keys: ham:h,spam:p")
	for _, r := range []struct {
		role  label.Role
		usage string
	}{
		{label.Text, "columns of text"}, {label.Numeric, "columns of numbers"}, {label.Category, "columns of codes"},
		{label.Time, "columns of dates, with a time or without"}, {label.Context, "columns that people see and no model reads"},
		{label.Ignore, "columns that are used by nothing"},
	} {
		cols := new([]string)
		fs.StringSliceVar(cols, r.role.String(), nil, r.usage+": `COL`,..")
		f.byRole[r.role] = cols
	}
	fs.StringArrayVar(&f.ordinal, "ordinal", nil, "a column of codes that have an order: `COL=LOW,..,HIGH`")
	fs.StringVar(&f.book, "codebook", "", "a CSV `FILE` that says what codes mean: column,code,meaning")
	fs.StringVar(&f.id, "id", "", "the column `COL` that names the items (default: their content)")
	fs.StringVar(&f.clean, "clean", clean.Defaults().String(), "what is cleaned before models and screens see a text: nfc,html,urls,emails,phones,space; all; none. The raw text is kept")
	fs.Float64Var(&f.audit, "audit", label.DefaultAudit, "share of items kept to measure the model, 0 to 0.5")
	fs.Float64Var(&f.hidden, "withhold", label.DefaultWithhold, "share of items whose suggestion is not shown, to measure whether people are drawn to it, 0 to 0.5")
	fs.Uint64Var(&f.seed, "seed", 1, "decides every random choice of the project")
	fs.StringVar(&f.guide, "guideline", "", "what the annotator should know, shown by a key")
}

// read reads what flags say in a form of their own: orders and the code book.
func (f *taskFlags) read() (err error) {
	for _, s := range f.ordinal {
		col, order, err := parseOrder(s)
		if err != nil {
			return err
		}
		f.orders[col] = order
	}
	if f.book != "" {
		f.codes, err = readBook(f.book)
	}
	return err
}

// parseOrder reads COL=LOW,..,HIGH.
func parseOrder(s string) (col string, order []string, err error) {
	col, codes, ok := strings.Cut(s, "=")
	for _, c := range strings.Split(codes, ",") {
		order = append(order, strings.TrimSpace(c))
	}
	if !ok || col == "" || len(order) < 2 || slices.Contains(order, "") {
		return "", nil, usagef("--ordinal takes COL=LOW,..,HIGH, not %q", s)
	}
	return col, order, nil
}

// parseLabels reads names with optional keys, and proposes the keys that are
// not given, beside those that are taken already.
func parseLabels(specs []string, taken ...string) ([]label.Label, error) {
	var out []label.Label
	var names []string
	taken = append(taken, tui.Reserved()...)
	for _, s := range specs {
		name, key := strings.TrimSpace(s), ""
		if i := strings.LastIndexByte(s, ':'); i > 0 && len(s)-i <= 3 && i+1 < len(s) {
			name, key = strings.TrimSpace(s[:i]), s[i+1:]
			if slices.Contains(tui.Reserved(), key) {
				return nil, usagef("the key %q of label %q is taken by a command of the workbench", key, name)
			}
		}
		if name == "" {
			continue
		}
		out = append(out, label.Label{Name: name, Key: key})
		if key != "" {
			taken = append(taken, key)
		} else {
			names = append(names, name)
		}
	}
	keys := label.ProposeKeys(names, taken)
	for i := range out {
		if out[i].Key == "" {
			out[i].Key, keys = keys[0], keys[1:]
		}
	}
	return out, nil
}

// roleOf returns the role that the flags give a column; the second result is
// false where they give none.
func (f *taskFlags) roleOf(col string) (label.Role, bool) {
	switch col {
	case "":
		return 0, false
	case f.id:
		return label.Ident, true
	case f.answers:
		return label.Known, true
	case f.gold:
		return label.Gold, true
	}
	if f.orders[col] != nil {
		return label.Category, true
	}
	for r, cols := range f.byRole {
		if slices.Contains(*cols, col) {
			return r, true
		}
	}
	return 0, false
}

// named lists every column that the flags name.
func (f *taskFlags) named() []string {
	var out []string
	for _, c := range []string{f.id, f.answers, f.gold} {
		if c != "" {
			out = append(out, c)
		}
	}
	for _, cols := range f.byRole {
		out = append(out, *cols...)
	}
	for c := range f.orders {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}

// has refuses flags that name columns which the file does not have.
func (f *taskFlags) has(names []string) error {
	for _, n := range f.named() {
		if !slices.Contains(names, n) {
			return usagef("there is no column %q; the file has %s", n, strings.Join(names, ", "))
		}
	}
	return nil
}

// columns joins what the flags say with what the code book says and the file
// looks like, and says of each column why. Text columns that are named mean that
// no other column is text unless named too.
func (f *taskFlags) columns(samples []*sample) (columns []label.Column, why []string) {
	texts := len(*f.byRole[label.Text]) > 0
	for _, s := range samples {
		x := f.inferred(s)
		if _, given := f.roleOf(s.name); !given && x.role == label.Text && texts {
			x = inferred{role: label.Ignore, why: "another column is the text"}
		}
		columns, why = append(columns, label.Column{Name: s.as, Role: x.role, Order: x.order}), append(why, x.why)
	}
	if f.codes != nil {
		f.codes.apply(columns)
	}
	return columns, why
}

// inferred is the role of one column.
func (f *taskFlags) inferred(s *sample) inferred {
	if role, given := f.roleOf(s.name); given {
		x := inferred{role: role, order: f.orders[s.name], why: saidSo}
		if x.order != nil {
			x.why += ": " + list(x.order)
		}
		return x
	}
	looks := s.infer()
	x, ok := f.codes.role(s.name)
	if !ok {
		return looks
	}
	if x.role == looks.role && x.order == nil {
		x.why = looks.why + " (also in the code book)"
	}
	return x
}

// kind is the kind of answer that is said; those that there is no model for are
// refused.
func (f *taskFlags) kind() (label.Kind, error) {
	kind, err := label.ParseKind(f.task)
	if err != nil {
		return 0, usageError{err}
	}
	if kind == label.Spans {
		return 0, usagef("tasks of the kind %s are not supported yet: use classes, multi-label or number", kind)
	}
	return kind, nil
}

// agree refuses flags about the task of a project that there is already, where
// it is another: import adds items to it. Saying the same again is fine, so
// that a command may be repeated.
func (f *taskFlags) agree(path string, t label.Task) error {
	differs := func(flag, has, hint string) error {
		return usagef("%s is there already and has %s, so --%s does not fit; %s", path, has, flag, hint)
	}
	set := "change it with inkling set " + path + " --"
	for _, x := range []struct{ flag, given, has string }{{"task", f.task, t.Kind.String()}, {"audit", fmt.Sprint(f.audit), fmt.Sprint(t.Audit)}, {"seed", fmt.Sprint(f.seed), fmt.Sprint(t.Seed)}} {
		if f.set.Changed(x.flag) && x.given != x.has {
			return differs(x.flag, "--"+x.flag+" "+x.has, "that stays as long as there is the project")
		}
	}
	if f.set.Changed("clean") {
		if o, err := clean.Parse(f.clean); err != nil {
			return usageError{err}
		} else if o.String() != t.Clean {
			return differs("clean", "--clean "+t.Clean, set+"clean "+f.clean)
		}
	}
	for _, x := range []struct{ flag, given, has string }{{"name", f.name, t.Name}, {"guideline", f.guide, t.Guideline}} {
		if f.set.Changed(x.flag) && x.given != x.has {
			return differs(x.flag, "another "+x.flag, set+x.flag+" TEXT")
		}
	}
	if f.set.Changed("withhold") && f.hidden != t.Withhold {
		return differs("withhold", fmt.Sprintf("--withhold %g", t.Withhold), fmt.Sprintf("%swithhold %g", set, f.hidden))
	}
	labels, err := parseLabels(f.labels)
	if err != nil {
		return err
	}
	for _, l := range labels {
		c := t.Class(l.Name)
		if typed := l.Name + ":" + l.Key; c >= 0 && l.Key != t.Labels[c].Key && slices.Contains(f.labels, typed) {
			return differs("labels", fmt.Sprintf("the key %q for %s", t.Labels[c].Key, l.Name), fmt.Sprintf("%skey %s=%s", set, l.Name, l.Key))
		}
		if c < 0 {
			return differs("labels", fmt.Sprintf("no label %q", l.Name), "add it with inkling set "+path+" --add-label "+l.Name)
		}
	}
	return nil
}

// newTask makes the task of a new project.
func (f *taskFlags) newTask(path string, kind label.Kind, columns []label.Column, labels []label.Label) (label.Task, error) {
	o, err := clean.Parse(f.clean)
	if err != nil {
		return label.Task{}, usageError{err}
	}
	name := f.name
	if name == "" {
		name = projectName(path)
	}
	t := label.Task{Name: name, Kind: kind, Labels: labels, Columns: columns, Clean: o.String(), Audit: f.audit, Seed: f.seed, Guideline: f.guide}
	if kind == label.Classes { // no other kind is suggested item by item
		t.Withhold = f.hidden
	} else if f.set.Changed("withhold") && f.hidden > 0 {
		return t, usagef("suggestions are withheld where the answers are classes: leave --withhold out")
	}
	if err := t.Validate(); err != nil {
		return t, usageError{err}
	}
	if len(contents(t.Columns)) == 0 {
		return t, usagef("no column is text, a number, a category or a time, so there is nothing to learn from; name one with --text, --number, --category or --time COL")
	}
	switch {
	case kind == label.Number && len(labels) > 0:
		return t, usagef("where the answer is a number, there are no labels: leave --labels out")
	case kind == label.MultiLabel && len(labels) == 0:
		return t, usagef("a project needs at least one label: name them with --labels, or the column that has them with --answers or --gold")
	case kind == label.Classes && len(labels) < 2:
		return t, usagef("a project needs at least two labels: name them with --labels, or the column that has them with --answers or --gold")
	}
	return t, nil
}

// describe lists labels with their keys, and columns with their roles.
func describe(t label.Task) string {
	var b strings.Builder
	fmt.Fprintf(&b, "columns  ")
	for i, c := range t.Columns {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s (%s)", c.Name, roleName(c))
	}
	return b.String() + "\n" + describeLabels(t)
}

// describeColumns lists columns with their roles and what speaks for them, one a
// row.
func describeColumns(t label.Task, why []string) string {
	name, role := 4, 4
	for _, c := range t.Columns {
		name, role = max(name, lipgloss.Width(safe.Line(c.Name))), max(role, len(roleName(c)))
	}
	name = min(name, 28)
	var b strings.Builder
	for i, c := range t.Columns {
		if i == columnsShown && len(t.Columns) > columnsShown+1 {
			fmt.Fprintf(&b, "  and %d more: see inkling stats\n", len(t.Columns)-i)
			break
		}
		fmt.Fprintf(&b, "  %s  %-*s  %s\n", safe.Pad(c.Name, name), role, roleName(c), safe.Truncate(why[i], 80))
	}
	return b.String()
}

// saidSo is why a column has the role that a flag gives it.
const saidSo = "so you said"

// columnsShown is how many columns are listed.
const columnsShown = 60

// roleName is the role as the command line writes it, and that it has an order.
func roleName(c label.Column) string {
	if len(c.Order) > 0 {
		return "ordinal"
	}
	return c.Role.String()
}

func describeLabels(t label.Task) string {
	var b strings.Builder
	switch t.Kind {
	case label.Number:
		b.WriteString("answer   a number")
	case label.MultiLabel:
		b.WriteString("labels   any number of ")
	default:
		b.WriteString("labels   ")
	}
	for i, l := range t.Labels {
		if i == 12 && len(t.Labels) > 14 {
			fmt.Fprintf(&b, " and %d more", len(t.Labels)-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s [%s]", l.Name, l.Key)
	}
	fmt.Fprintf(&b, "\naudit    %.0f%% of the items, cleaning %s", 100*t.Audit, t.Clean)
	if t.Withhold > 0 {
		fmt.Fprintf(&b, "\nwithheld %g%% of the suggestions, to measure what they do to people", 100*t.Withhold)
	}
	return b.String()
}
