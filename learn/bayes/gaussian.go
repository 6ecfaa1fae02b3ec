package bayes

import (
	"context"
	"fmt"
	"math"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// GaussianOptions say how to fit Gaussian naive Bayes. Zero values mean the
// defaults.
type GaussianOptions struct {
	Smooth float64 // part of a number's variance over all rows that is added to that of each class; default 1e-9
	Credit float64 // rows that each class is credited with beforehand, spread as all rows are; below 0 for none; default 1
	Alpha  float64 // smoothing of categories: rows that each code of each class is credited with, above 0; default 1
	Prior  float64 // rows that each class is credited with for its share, above 0; default 1
	Text   Options // of the texts, whose Prior is ignored
}

// Gaussian is naive Bayes for tables, and for tables with texts. A class's score is
//
//	ln prior_c + sum over numbers ln N(x; mean_c, variance_c) + sum over categories ln share_c(x) + the score of the texts,
//
// the last as in multinomial naive Bayes (Model) over the features of texts alone. A
// value that is missing, and a category that does not have such a code, says
// nothing: it is left out of the sums, and of what these are fitted on. Where there is
// no table, all of the sparse form counts as texts.
//
// With a credit of k, a class's mean and variance are those of its rows and of k
// more, which together have the mean and the variance of all rows. So a class of one
// row, or of none, has a variance too. A number that is the same in all rows says
// nothing. One that is farther than 1e15 from everything counts as if it was 1e15 away,
// and one that is infinite as the largest float32.
//
// A Gaussian never changes and is safe for concurrent use.
type Gaussian struct {
	classes int
	fields  []field
	texts   int    // features below it are of texts
	text    *Model // with the prior of the classes
}

// field is what a Gaussian knows of a value of the table.
type field struct {
	codes int // of a category; 0 of a number
	// Of a number: mean and variance by class, all nil where it says nothing. Of a
	// category: ln of the share of each code, class after class.
	mean, variance []float64
	share          []float64

	level []float64 // of a number: -1/2 ln variance; made from the above. What all classes have in common, ln 2 pi, is left out
}

// farOff bounds what a number adds to a score, downwards, so that all stay
// finite: (1e15)^2 / 2 in units of the deviation.
const farOff = 5e29

// Classes is the number of classes.
func (g *Gaussian) Classes() int { return g.classes }

// Fields is the number of values in the table.
func (g *Gaussian) Fields() int { return len(g.fields) }

// FitGaussian fits a model. The same data and options give the same bytes.
func FitGaussian(ctx context.Context, d feature.Data, o GaussianOptions) (*Gaussian, error) {
	if len(d.Rows) == 0 {
		return nil, ErrNoRows
	}
	if o.Smooth <= 0 {
		o.Smooth = 1e-9
	}
	if o.Credit == 0 {
		o.Credit = 1
	}
	if o.Alpha <= 0 {
		o.Alpha = 1
	}
	o.Text.Prior = o.Prior
	if len(d.Fields) == 0 {
		d.Texts = d.Features // without a table the sparse form is all there is
	}
	text := d
	text.Rows, text.Features = make([]feature.Row, len(d.Rows)), d.Texts
	for i, r := range d.Rows {
		text.Rows[i] = textOf(r, d.Texts)
	}
	g := &Gaussian{classes: d.Classes, texts: d.Texts}
	var err error
	if g.text, err = Fit(ctx, text, o.Text); err != nil {
		return nil, err
	}
	for j, f := range d.Fields {
		var made field
		if f.Kind == feature.Category {
			made, err = fitCategory(ctx, d, j, f.Codes, o.Alpha)
		} else {
			made, err = fitNumber(ctx, d, j, o)
		}
		if err != nil {
			return nil, err
		}
		g.fields = append(g.fields, made)
	}
	g.finish()
	return g, nil
}

// textOf is the part of a row that comes from texts.
func textOf(r feature.Row, texts int) feature.Row {
	n := len(r.Index)
	for n > 0 && int64(r.Index[n-1]) >= int64(texts) {
		n--
	}
	return feature.Row{Index: r.Index[:n], Value: r.Value[:n]}
}

// value returns value j of the table as a number, and whether it is there.
func value(r feature.Row, j int) (float64, bool) {
	if j >= len(r.Table) || r.Table[j] != r.Table[j] {
		return 0, false
	}
	return min(max(float64(r.Table[j]), -math.MaxFloat32), math.MaxFloat32), true
}

// codeOf returns value j of the table as a code, and whether it is one.
func codeOf(r feature.Row, j, codes int) (int, bool) {
	x, ok := value(r, j)
	if !ok || x < 0 || x >= float64(codes) || x != math.Trunc(x) {
		return 0, false
	}
	return int(x), true
}

// fitCategory counts the codes of a category by class.
func fitCategory(ctx context.Context, d feature.Data, j, codes int, alpha float64) (field, error) {
	f := field{codes: codes, share: make([]float64, d.Classes*codes)}
	n := make([]float64, d.Classes)
	for i, r := range d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return f, ctx.Err()
		}
		if code, ok := codeOf(r, j, codes); ok {
			f.share[d.Class[i]*codes+code] += d.WeightOf(i)
			n[d.Class[i]] += d.WeightOf(i)
		}
	}
	for i, x := range f.share {
		f.share[i] = exact.Log((x + alpha) / (n[i/codes] + float64(alpha*float64(codes))))
	}
	return f, nil
}

// fitNumber finds mean and variance of a number by class, in two passes over the
// rows, so that large numbers with small differences keep these.
func fitNumber(ctx context.Context, d feature.Data, j int, o GaussianOptions) (f field, err error) {
	k := d.Classes
	n, sum, square := make([]float64, k), make([]float64, k), make([]float64, k)
	all, total := 0.0, 0.0
	visit := func(to func(x, weight float64, class int)) error {
		for i, r := range d.Rows {
			if i%checkRows == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if x, ok := value(r, j); ok {
				to(x, d.WeightOf(i), d.Class[i])
			}
		}
		return nil
	}
	if err := visit(func(x, weight float64, class int) {
		all += weight
		total += float64(weight * x)
		n[class] += weight
		sum[class] += float64(weight * x)
	}); err != nil || all == 0 {
		return f, err
	}
	mean, spread := total/all, 0.0
	f.mean = make([]float64, k)
	credit := max(0, o.Credit)
	for c := range n {
		f.mean[c] = mean
		if n[c]+credit > 0 {
			f.mean[c] = (sum[c] + float64(credit*mean)) / (n[c] + credit)
		}
	}
	if err := visit(func(x, weight float64, class int) {
		spread += float64(weight * float64((x-mean)*(x-mean)))
		square[class] += float64(weight * float64((x-f.mean[class])*(x-f.mean[class])))
	}); err != nil {
		return f, err
	}
	spread /= all
	// Nothing is told by what does not differ; rounding of the mean makes as much of a difference as this.
	if !(spread > 1e-24*mean*mean) || spread < math.SmallestNonzeroFloat32 {
		return field{}, nil
	}
	f.variance = make([]float64, k)
	for c := range n {
		far := f.mean[c] - mean
		f.variance[c] = float64(o.Smooth * spread)
		if n[c]+credit > 0 {
			f.variance[c] += (square[c] + float64(credit*(spread+float64(far*far)))) / (n[c] + credit)
		} else {
			f.variance[c] += spread
		}
	}
	return f, nil
}

// finish computes what Predict reads.
func (g *Gaussian) finish() {
	for i := range g.fields {
		f := &g.fields[i]
		f.level = make([]float64, len(f.variance))
		for c, v := range f.variance {
			f.level[c] = -exact.Log(v) / 2
		}
	}
}

// add adds what value j of a row's table says to the score of every class, and
// reports whether it says anything.
func (g *Gaussian) add(r feature.Row, j int, z []float64) bool {
	f := &g.fields[j]
	if f.codes > 0 {
		code, ok := codeOf(r, j, f.codes)
		if !ok {
			return false
		}
		for c := range z {
			z[c] += f.share[c*f.codes+code]
		}
		return true
	}
	x, ok := value(r, j)
	if !ok || f.variance == nil {
		return false
	}
	for c := range z {
		far := x - f.mean[c]
		z[c] += f.level[c] - min(float64(far*far)/(2*f.variance[c]), farOff)
	}
	return true
}

// Predict writes the probability of every class into p, which must have
// Classes() elements. No probability is 0.
func (g *Gaussian) Predict(r feature.Row, p []float64) {
	if len(p) != g.classes {
		panic(fmt.Sprintf("bayes: %d probabilities for %d classes", len(p), g.classes))
	}
	g.text.scores(textOf(r, g.texts), p)
	for j := range g.fields {
		g.add(r, j, p)
	}
	exact.Softmax(p, p)
}

// Explain writes what each part of a row adds to the log odds of a class against
// the mean of the others into w, and returns what is there without any part. See
// Model.Explain for classes that are far off.
func (g *Gaussian) Explain(r feature.Row, class int, w []float64) (base float64) {
	if len(w) != r.Len() {
		panic(fmt.Sprintf("bayes: room for %d of %d weights", len(w), r.Len()))
	}
	clear(w)
	text := textOf(r, g.texts)
	base = g.text.Explain(text, class, w[:text.Len()])
	z := make([]float64, g.classes)
	for j := range min(len(g.fields), len(r.Table)) {
		clear(z)
		if g.add(r, j, z) {
			w[len(r.Index)+j] = margin(z, class)
		}
	}
	return base
}
