package feature

// Row is the features of one item: Index ascending without repeats, Value of
// the same length.
type Row struct {
	Index []uint32
	Value []float32
}

// Square returns the square of the row's length.
func (r Row) Square() float64 {
	sum := 0.0 // products of two float32 are exact in float64: it makes no difference whether they are fused with the sum
	for _, v := range r.Value {
		sum += float64(v) * float64(v)
	}
	return sum
}

// Data is what a model is fitted on.
type Data struct {
	Rows     []Row
	Class    []int // of each row, 0 to Classes-1
	Classes  int   // classes of the task, also those without a row
	Features int   // columns; indices stay below it
}

// Counts returns how many rows each class has, and how many classes have any.
func (d Data) Counts() (per []int, classes int) {
	per = make([]int, d.Classes)
	for _, c := range d.Class {
		if per[c]++; per[c] == 1 {
			classes++
		}
	}
	return per, classes
}
