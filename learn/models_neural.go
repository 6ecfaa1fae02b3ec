package learn

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"inkling/learn/neural"
)

// Network is the name of the multi-layer perceptron.
const Network = "neural network"

// networkEntry is the registry's line for the multi-layer perceptron.
func networkEntry() entry {
	return entry{name: Network, tells: tellsClasses | tellsSets | tellsNumbers, tunes: true,
		empty: func() Model { return networkModel{} },
		load: func(b []byte) (Model, error) {
			m, err := neural.Unmarshal(b)
			return networkModel{m}, err
		},
		check: func(set ModelOptions) error {
			var o neural.Options
			return readNetwork(set, &o)
		}}
}

// networkModel is the multi-layer perceptron as a Model.
type networkModel struct{ m *neural.Model }

func (n networkModel) Name() string { return Network }

func (n networkModel) Params() []Param {
	if n.m == nil {
		return nil
	}
	var widths []string
	for _, w := range n.m.Widths() {
		widths = append(widths, strconv.Itoa(w))
	}
	run, kept := n.m.Epochs()
	epochs := strconv.Itoa(run)
	if kept != run {
		epochs = fmt.Sprintf("%d of %d", kept, run)
	}
	p := []Param{{"layers", strings.Join(widths, "-")}, {"parameters", strconv.Itoa(n.m.Parameters())}, {"epochs", epochs}, {"rate", short(n.m.Rate())}}
	if a, ok := n.m.Adapter(); ok {
		p = append(p, Param{"adapter", fmt.Sprintf("rank %d, %d parameters, %d bytes", a.Rank, a.Parameters, a.Bytes)}, Param{"base", a.Base[:8]})
	}
	if l := n.m.Lineage(); l.Mode != neural.Anew {
		how := l.Mode.String()
		if l.Frozen > 0 {
			how = fmt.Sprintf("%d %s", l.Frozen, how)
		}
		p = append(p, Param{"fine-tuned from", l.Parent + ", " + how}, Param{"generation", strconv.Itoa(l.Generation)})
	}
	return p
}

func (n networkModel) Classes() int {
	if n.m == nil {
		return 0
	}
	return n.m.Classes()
}

// layers is how many layers of weights there are.
func (n networkModel) layers() int {
	if n.m == nil {
		return 0
	}
	return len(n.m.Widths()) - 1
}

// readNetwork reads what a person set.
func readNetwork(set ModelOptions, o *neural.Options) error {
	preset, schedule, bend := "", "", ""
	known := []option{
		wordOption("preset", &preset, "credit"),
		wholesOption("hidden", &o.Hidden, 1, 1<<14, 8),
		wordOption("bend", &bend, "relu", "tanh"),
		wholeOption("epochs", &o.Epochs, 1, 10000),
		wholeOption("batch", &o.Batch, 1, 1<<13),
		numberOption("rate", &o.Rate, 1e-6, 1),
		numberOption("dropout", &o.Dropout, 0, 0.9),
		numberOption("decay", &o.Decay, 0, 1),
		wordOption("schedule", &schedule, "constant", "cosine", "steps", "plateau"),
		wholeOption("patience", &o.Patience, 0, 1000),
	}
	if err := set.read(known...); err != nil {
		return err
	}
	if preset != "" { // what else was set counts beside it
		*o = neural.Credit()
		if err := set.read(known...); err != nil {
			return err
		}
	}
	o.Tanh = bend == "tanh"
	for i, s := range []string{"constant", "cosine", "steps", "plateau"} {
		if s == schedule {
			o.Schedule = neural.Schedule(i)
		}
	}
	return nil
}

// How long networks are fitted by default, in steps of a batch of rows and in passes
// over all.
const (
	networkBatch  = 32
	networkSteps  = 200 // the least that is tried
	fewestEpochs  = 4   // the same, where those steps are fewer
	mostSteps     = 12000
	mostEpochs    = 200
	furtherEpochs = 4 // of a fit that goes on from where the model stood
)

// networkOptions are defaults by what there is to learn from. Texts want one wide
// layer, fast steps and many absent units, tables two layers and slower steps; how
// many epochs is chosen on rows that are held out for it.
func networkOptions(d Data) neural.Options {
	o := neural.Options{Hidden: []int{64, 32}, Batch: networkBatch, Rate: 2e-3, Dropout: 0.1, Decay: 0.1, Schedule: neural.Cosine}
	if d.Texts > 0 || len(d.Fields) == 0 {
		o.Hidden, o.Rate, o.Dropout, o.Decay = []int{64}, 5e-3, 0.4, 0.3
	}
	first := max(fewestEpochs, min(networkSteps*networkBatch/max(1, len(d.Rows)), mostEpochs))
	for _, times := range []float64{1, 2.5, 6, 15} {
		n := int(times * float64(first))
		if times == 1 || n <= mostEpochs && n*len(d.Rows) <= mostSteps*networkBatch {
			o.Choose = append(o.Choose, n)
		}
	}
	return o
}

// Fit goes on from where the model stood with a few slower epochs, unless it is asked
// to start over.
func (n networkModel) Fit(ctx context.Context, d Data, o FitOptions) (Model, error) {
	no := networkOptions(d)
	if !o.Fresh && n.m != nil {
		no.Choose, no.Epochs, no.Rate = nil, furtherEpochs, no.Rate/2
	}
	asked, usual := no.Epochs, no.Hidden
	if err := readNetwork(o.Set, &no); err != nil {
		return nil, err
	}
	if no.Epochs != asked { // somebody chose
		no.Choose = nil
	}
	if !o.Fresh && n.m != nil {
		widths := n.m.Widths()
		if own := widths[1 : len(widths)-1]; !slices.Equal(no.Hidden, usual) && !slices.Equal(no.Hidden, own) {
			return nil, fmt.Errorf("%w: hidden: a network that is gone on from keeps its layers, %v", ErrOption, own)
		}
		no.From, no.Freeze, no.Rank = n.m, o.Tune.Freeze, o.Tune.Rank
	}
	no.Seed, no.Workers = o.Seed, o.Workers
	if o.Valid != nil && len(o.Valid.Rows) > 0 {
		no.Valid = o.Valid
	}
	if o.Progress != nil {
		no.Progress = func(p neural.Progress) {
			o.Progress(Point{Step: p.Epoch, Epoch: float64(p.Epoch), Train: p.Loss, Valid: p.Valid, Accuracy: p.Accuracy}, p.Epochs)
		}
	}
	m, err := neural.Fit(ctx, d, no)
	if err != nil {
		return nil, tooFew(err, neural.ErrNoRows)
	}
	return networkModel{m}, nil
}

func (n networkModel) Predict(r Row, p []float64) {
	if n.m == nil {
		uniform(p)
		return
	}
	n.m.Predict(r, p)
}

func (n networkModel) Explain(r Row, class int, w []float64) float64 {
	if n.m == nil {
		clear(w)
		return 0
	}
	return n.m.Explain(r, class, w)
}

func (n networkModel) MarshalBinary() ([]byte, error) {
	if n.m == nil {
		return nil, fmt.Errorf("%w: not fitted", ErrNoModel)
	}
	return n.m.MarshalBinary()
}
