package learn

import "inkling/label"

// Base is what the model says of a class, or its number, where nothing of an item
// pulls: with the weights of all parts of the item it is the margin, or the number.
// It is 0 for a class that the model does not know.
func (s *Snapshot) Base(it label.Item, class int) float64 {
	if class < 0 || class >= s.model.Classes() {
		return 0
	}
	v := s.rower()
	defer v.release()
	r := v.row(it)
	return s.explain(r, class, make([]float64, r.Len()))
}
