package bayes

import "math"

// storedGaussian is a Gaussian as it is kept.
type storedGaussian struct {
	Text   []byte        `cbor:"1,keyasint"`
	Texts  int           `cbor:"2,keyasint"`
	Fields []storedField `cbor:"3,keyasint"`
}

// storedField is a field as it is kept.
type storedField struct {
	Codes    int       `cbor:"1,keyasint,omitempty"`
	Mean     []float64 `cbor:"2,keyasint,omitempty"`
	Variance []float64 `cbor:"3,keyasint,omitempty"`
	Share    []float64 `cbor:"4,keyasint,omitempty"`
}

// MarshalBinary writes the model: the same one always as the same bytes.
func (g *Gaussian) MarshalBinary() ([]byte, error) {
	text, err := g.text.MarshalBinary()
	if err != nil {
		return nil, err
	}
	st := storedGaussian{Text: text, Texts: g.texts}
	for _, f := range g.fields {
		st.Fields = append(st.Fields, storedField{f.codes, f.mean, f.variance, f.share})
	}
	return encode(st)
}

// UnmarshalGaussian reads what MarshalBinary wrote, or returns ErrDamaged.
func UnmarshalGaussian(b []byte) (*Gaussian, error) {
	var st storedGaussian
	if err := decode(b, &st); err != nil {
		return nil, err
	}
	text, err := Unmarshal(st.Text)
	if err != nil {
		return nil, err
	}
	k := text.Classes()
	if st.Texts < 0 || st.Texts > math.MaxInt32 {
		return nil, bad("%d features of texts", st.Texts)
	}
	g := &Gaussian{classes: k, texts: st.Texts, text: text}
	for j, f := range st.Fields {
		switch {
		case f.Codes < 0 || f.Codes > len(f.Share) || len(f.Share) != k*f.Codes || f.Codes > 0 && (f.Mean != nil || f.Variance != nil),
			f.Codes == 0 && len(f.Mean) != len(f.Variance), len(f.Mean) != 0 && len(f.Mean) != k:
			return nil, bad("value %d of the table", j)
		}
		for _, x := range f.Share {
			if !(x <= 0 && x > -1e3) {
				return nil, bad("value %d of the table: ln of a share %v", j, x)
			}
		}
		for c, v := range f.Variance {
			if !(v > 0 && v < math.MaxFloat64/4) || !(math.Abs(f.Mean[c]) <= math.MaxFloat32) {
				return nil, bad("value %d of the table: mean %v, variance %v", j, f.Mean[c], v)
			}
		}
		g.fields = append(g.fields, field{codes: f.Codes, mean: f.Mean, variance: f.Variance, share: f.Share})
	}
	g.finish()
	return g, nil
}
