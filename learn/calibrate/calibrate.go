// Package calibrate makes the probabilities of a model agree with how often it
// is right. A Map is fitted on probabilities that the model gave to rows it was
// not fitted on, with their true classes, and then applied to all that it says.
//
// Three families are tried. Two work on centred log probabilities,
// z_k = ln p_k - mean of all, so that what the parts of a row add to the margins
// of a model stays known:
//
//   - temperature: softmax(b z), one number for all classes (Guo et al., "On
//     calibration of modern neural networks", 2017). It never changes which
//     class is the most probable;
//   - sigmoid: softmax(a_k z_k + b_k), for two classes Platt's sigmoid
//     ("Probabilistic outputs for support vector machines", 1999), for more of
//     them vector scaling;
//   - isotonic: each class against the rest by a rising step function between
//     whose steps lines are drawn (Zadrozny and Elkan, 2002), then normalised.
//
// Targets are smoothed as Platt's are: n rows cannot tell a probability from 1
// closer than 1/(n+2), so a model that made no error on them is not made
// certain.
package calibrate

import (
	"fmt"
	"math"
	"slices"

	"inkling/learn/exact"
)

// Kind is a family of maps.
type Kind uint8

// The families, from the fewest parameters to the most.
const (
	Identity Kind = iota
	Temperature
	Sigmoid
	Isotonic
)

var kindNames = [...]string{"none", "temperature", "sigmoid", "isotonic"}

// String returns the kind's name.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Map turns probabilities into calibrated ones. It never changes and is safe
// for concurrent use. The nil Map changes nothing.
type Map struct {
	kind    Kind
	classes int
	beta    float64   // of Temperature: 1/T
	slope   []float64 // of Sigmoid, by class
	shift   []float64
	stairs  []stairs // of Isotonic, by class
}

// Kind is the family of the map.
func (m *Map) Kind() Kind {
	if m == nil {
		return Identity
	}
	return m.kind
}

// Classes is the number of classes that the map is for; 0 for any.
func (m *Map) Classes() int {
	if m == nil {
		return 0
	}
	return m.classes
}

// Beta is what log probabilities are multiplied with by a Temperature, 1/T; 1 for the
// Identity, NaN for others.
func (m *Map) Beta() float64 {
	switch m.Kind() {
	case Identity:
		return 1
	case Temperature:
		return m.beta
	}
	return math.NaN()
}

// String says the map in a few words.
func (m *Map) String() string {
	if m.Kind() == Temperature {
		return fmt.Sprintf("temperature %.3g", 1/m.beta)
	}
	return m.Kind().String()
}

// least is the lowest probability that comes out of a map, and the lowest one
// that it tells from 0.
const least = 1e-300

// Apply calibrates the probabilities of one row in place. They must be as many
// as Classes, unless the map is for any number.
func (m *Map) Apply(p []float64) {
	switch m.Kind() {
	case Temperature:
		for k, x := range p {
			p[k] = float64(m.beta * logOf(x))
		}
		softmax(p)
	case Sigmoid:
		centre(p)
		for k, x := range p {
			p[k] = float64(m.slope[k]*x) + m.shift[k]
		}
		softmax(p)
	case Isotonic:
		sum := 0.0
		for k, x := range p {
			p[k] = m.stairs[k].at(x)
			sum += p[k]
		}
		for k := range p {
			p[k] /= sum
		}
	}
}

// Linear tells the calibrated margin of a class as a sum over the margins of
// the model: slope[k] times the margin of class k, plus shift. ok is false where
// it is no such sum. slope must have as many elements as there are classes.
func (m *Map) Linear(class int, slope []float64) (shift float64, ok bool) {
	clear(slope)
	switch m.Kind() {
	case Identity:
		slope[class] = 1
		return 0, true
	case Temperature:
		slope[class] = m.beta
		return 0, true
	case Sigmoid:
		// z_k is (n-1)/n of the margin of class k.
		n := float64(len(slope))
		shift = m.shift[class]
		slope[class] = m.slope[class] * (n - 1) / n
		for k := range slope {
			if k != class {
				slope[k] = -m.slope[k] / n
				shift -= m.shift[k] / (n - 1)
			}
		}
		return shift, true
	}
	return 0, false
}

// centre turns probabilities into the distances of their logs from the mean of
// these, in place.
func centre(p []float64) {
	sum := 0.0
	for k, x := range p {
		p[k] = logOf(x)
		sum += p[k]
	}
	mean := sum / float64(len(p))
	for k := range p {
		p[k] -= mean
	}
}

// softmax turns scores into probabilities above 0 that sum to 1, in place.
func softmax(z []float64) {
	top, sum := slices.Max(z), 0.0
	for k, x := range z {
		z[k] = max(expOf(x-top), least)
		sum += z[k]
	}
	for k := range z {
		z[k] /= sum
	}
}

func logOf(p float64) float64 { return exact.Log(max(p, least)) }

func expOf(x float64) float64 { return exact.Exp(x) }
