package agreement

import (
	"slices"

	"inkling/label"
)

// Report is how far the people of a table agree.
type Report struct {
	Kind    label.Kind
	Items   int // with two answers or more
	Answers int // to all items
	Percent Estimate
	Fleiss  Estimate // of classes
	Alpha   Estimate
	Metric  string // of Alpha: "nominal", "ordinal", "interval", "MASI"
	Labels  []LabelAgreement
	Pairs   []Pair
	People  []Person
}

// LabelAgreement is Krippendorff's alpha of one label against all others.
type LabelAgreement struct {
	Label   int
	Answers int // that name it
	Alpha   Estimate
}

// Pair is how far two people agree on the items that both answered.
type Pair struct {
	First, Second int // indices into Table.People, First below Second
	Percent       Estimate
	Kappa         Estimate // Cohen's, of classes; nominal alpha of the pair for sets; of numbers none
}

// Person is how far somebody agrees with the others.
type Person struct {
	Person  int
	Answers int
	Shared  int     // of those, to items that others answered too
	Agree   float64 // mean over those of the share of the others' answers that are equal
	Drift   Drift
}

// Options say what is measured and how.
type Options struct {
	Ordinal   bool // labels stand in their order, lowest first
	Bootstrap Bootstrap
	PairsOf   int // pairs are measured of at most so many people, those with the most answers; 0 for 30
}

// notOf says that a coefficient is not of this kind of answer.
const notOf = "it is not of this kind of answer"

// Measure measures a table of classes, sets of labels or numbers. For spans see
// Spans.
func Measure(t Table, o Options) Report {
	rows, values := identify(t)
	r := Report{Kind: t.Kind}
	for _, row := range rows {
		r.Answers += len(row)
		if len(row) > 1 {
			r.Items++
		}
	}
	b := o.Bootstrap
	r.Percent = Percent(rows, b)
	r.Fleiss = Estimate{Why: notOf}
	switch t.Kind {
	case label.Number:
		r.Metric = "interval"
		numbers := make([][]float64, len(t.Items))
		for i, it := range t.Items {
			for _, x := range it.Ratings {
				numbers[i] = append(numbers[i], x.Answer.Value)
			}
		}
		r.Alpha = AlphaNumbers(numbers, b)
	case label.MultiLabel:
		r.Metric = "MASI"
		d := make([][]float64, len(values))
		for i, x := range values {
			d[i] = make([]float64, len(values))
			for j, y := range values {
				d[i][j] = MASI(x.Set, y.Set)
			}
		}
		r.Alpha = AlphaDistance(rows, d, b)
	default:
		level := Nominal
		if r.Metric = "nominal"; o.Ordinal {
			level, r.Metric = Ordinal, "ordinal"
		}
		r.Fleiss = Fleiss(rows, len(values), b)
		r.Alpha = Alpha(rows, len(values), level, b)
	}
	r.Labels = byLabel(t, b)
	r.People = byPerson(t, rows)
	r.Pairs = byPair(t, rows, len(values), r.People, o)
	return r
}

// identify gives every different answer an id: of classes the class itself, of
// others in the order met.
func identify(t Table) (rows [][]int, values []label.Answer) {
	rows = make([][]int, len(t.Items))
	if t.Kind == label.Classes {
		for i, it := range t.Items {
			for _, x := range it.Ratings {
				rows[i] = append(rows[i], x.Answer.Class)
			}
		}
		for c := range t.Labels {
			values = append(values, label.ClassAnswer(c))
		}
		return rows, values
	}
	ids := map[string]int{}
	for i, it := range t.Items {
		for _, x := range it.Ratings {
			k := key(x.Answer)
			id, ok := ids[k]
			if !ok {
				id = len(values)
				ids[k], values = id, append(values, x.Answer)
			}
			rows[i] = append(rows[i], id)
		}
	}
	return rows, values
}

// byLabel measures each label against all others.
func byLabel(t Table, b Bootstrap) []LabelAgreement {
	if t.Kind != label.Classes && t.Kind != label.MultiLabel {
		return nil
	}
	var out []LabelAgreement
	rows := make([][]int, len(t.Items))
	for c := range t.Labels {
		l := LabelAgreement{Label: c}
		for i, it := range t.Items {
			rows[i] = rows[i][:0]
			for _, x := range it.Ratings {
				has := 0
				if t.Kind == label.Classes && x.Answer.Class == c || t.Kind == label.MultiLabel && slices.Contains(x.Answer.Set, c) {
					has = 1
					l.Answers++
				}
				rows[i] = append(rows[i], has)
			}
		}
		l.Alpha = Alpha(rows, 2, Nominal, b)
		out = append(out, l)
	}
	return out
}

// byPerson compares each person with the others.
func byPerson(t Table, rows [][]int) []Person {
	out := make([]Person, len(t.People))
	shares := make([][]share, len(t.People))
	for i := range out {
		out[i].Person = i
	}
	for i, it := range t.Items {
		for a, x := range it.Ratings {
			p := &out[x.Person]
			p.Answers++
			if len(it.Ratings) < 2 {
				continue
			}
			same := 0
			for b := range it.Ratings {
				if b != a && rows[i][a] == rows[i][b] {
					same++
				}
			}
			p.Shared++
			agree := float64(same) / float64(len(it.Ratings)-1)
			p.Agree += (agree - p.Agree) / float64(p.Shared)
			shares[x.Person] = append(shares[x.Person], share{x.Event, agree})
		}
	}
	for i := range out {
		out[i].Drift = driftOf(shares[i])
	}
	return out
}

// byPair compares each two people.
func byPair(t Table, rows [][]int, values int, people []Person, o Options) []Pair {
	most := o.PairsOf
	if most <= 0 {
		most = 30
	}
	order := slices.Clone(people)
	slices.SortStableFunc(order, func(a, b Person) int { return b.Shared - a.Shared })
	place := map[int]int{} // of a person among those compared
	for i := 0; i < min(most, len(order)) && order[i].Shared > 0; i++ {
		place[order[i].Person] = i
	}
	type two struct{ a, b int }
	cells := map[two]map[two]float64{} // of people, of values
	for i, it := range t.Items {
		for a, x := range it.Ratings {
			for b, y := range it.Ratings {
				_, first := place[x.Person]
				_, second := place[y.Person]
				if !first || !second || x.Person >= y.Person {
					continue
				}
				k := two{x.Person, y.Person}
				if cells[k] == nil {
					cells[k] = map[two]float64{}
				}
				cells[k][two{rows[i][a], rows[i][b]}]++
			}
		}
	}
	var out []Pair
	for k, c := range cells {
		p := Pair{First: k.a, Second: k.b, Kappa: Estimate{Why: notOf}}
		// The values that the two used, in order, so that the table is small.
		var used []int
		for v := range c {
			used = append(used, v.a, v.b)
		}
		slices.Sort(used)
		used = slices.Compact(used)
		counts := make([][]float64, len(used))
		same := []float64{0, 0}
		for i, a := range used {
			counts[i] = make([]float64, len(used))
			for j, b := range used {
				counts[i][j] = c[two{a, b}]
				if i == j {
					same[0] += counts[i][j]
				} else {
					same[1] += counts[i][j]
				}
			}
		}
		p.Percent = o.Bootstrap.estimate(same, func(w []float64) (float64, string) {
			if w[0]+w[1] == 0 {
				return 0, NoOverlap
			}
			return w[0] / (w[0] + w[1]), ""
		})
		if t.Kind == label.Classes {
			p.Kappa = Cohen(counts, o.Bootstrap)
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Pair) int {
		if a.First != b.First {
			return a.First - b.First
		}
		return a.Second - b.Second
	})
	return out
}
