package learn

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// ErrOption is an option that a model does not have, or a value that it
// cannot take.
var ErrOption = errors.New("learn: unusable option")

// ModelOptions are what a person sets of a model, by name: hidden=20,10
// epochs=10. Which there are is the model's business.
type ModelOptions []Param

// ParseModelOptions reads options from their text form, NAME=VALUE; a text may
// hold several, parted by blanks. Of a name that is there twice the last counts.
func ParseModelOptions(texts ...string) (ModelOptions, error) {
	var o ModelOptions
	for _, text := range texts {
		for _, s := range strings.Fields(text) {
			name, value, ok := strings.Cut(s, "=")
			if !ok || name == "" || value == "" {
				return nil, fmt.Errorf("%w: %q is not NAME=VALUE", ErrOption, s)
			}
			p := Param{strings.ToLower(name), value}
			if i := slices.IndexFunc(o, func(q Param) bool { return q.Name == p.Name }); i >= 0 {
				o[i] = p
				continue
			}
			o = append(o, p)
		}
	}
	return o, nil
}

// String returns the text form, which ParseModelOptions reads.
func (o ModelOptions) String() string {
	var parts []string
	for _, p := range o {
		parts = append(parts, p.Name+"="+p.Value)
	}
	return strings.Join(parts, " ")
}

// option reads the value of one option.
type option struct {
	name string
	read func(value string) error
}

// read gives each value to the option of that name. Errors name the options
// that there are.
func (o ModelOptions) read(known ...option) error {
	for _, p := range o {
		i := slices.IndexFunc(known, func(k option) bool { return k.name == p.Name })
		if i < 0 {
			var names []string
			for _, k := range known {
				names = append(names, k.name)
			}
			return fmt.Errorf("%w: %s; %w", ErrOption, p.Name, &unknownOption{names})
		}
		if err := known[i].read(p.Value); err != nil {
			return fmt.Errorf("%w: %s=%s: %w", ErrOption, p.Name, p.Value, err)
		}
	}
	return nil
}

// wholeOption is a whole number from low to high.
func wholeOption(name string, to *int, low, high int) option {
	return option{name, func(v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < low || n > high {
			return fmt.Errorf("want a whole number from %d to %d", low, high)
		}
		*to = n
		return nil
	}}
}

// wholesOption is whole numbers from low to high, parted by commas, at most
// so many.
func wholesOption(name string, to *[]int, low, high, most int) option {
	return option{name, func(v string) error {
		var out []int
		for s := range strings.SplitSeq(v, ",") {
			n, err := strconv.Atoi(s)
			if err != nil || n < low || n > high || len(out) == most {
				return fmt.Errorf("want at most %d whole numbers from %d to %d, parted by commas", most, low, high)
			}
			out = append(out, n)
		}
		*to = out
		return nil
	}}
}

// numberOption is a number from low to high.
func numberOption(name string, to *float64, low, high float64) option {
	return option{name, func(v string) error {
		x, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsNaN(x) || x < low || x > high {
			return fmt.Errorf("want a number from %v to %v", low, high)
		}
		*to = x
		return nil
	}}
}

// wordOption is one of some words.
func wordOption(name string, to *string, words ...string) option {
	return option{name, func(v string) error {
		if !slices.Contains(words, v) {
			return fmt.Errorf("want %s", strings.Join(words, " or "))
		}
		*to = v
		return nil
	}}
}

// OptionsOf names the options that a model takes; none where it takes none.
func OptionsOf(model string) []string {
	e, err := find(model)
	if err != nil || e.check == nil {
		return nil
	}
	var known *unknownOption
	if errors.As(e.check(ModelOptions{{Name: "?", Value: "?"}}), &known) {
		return known.there
	}
	return nil
}

// unknownOption is the error of an option that a model does not have.
type unknownOption struct{ there []string }

func (u *unknownOption) Error() string {
	if len(u.there) == 0 {
		return "this model has none to set"
	}
	return "there are " + strings.Join(u.there, ", ")
}
