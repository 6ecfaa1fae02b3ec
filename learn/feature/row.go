package feature

// Row is what models read of one item, in up to three forms. The sparse form has
// everything: words, pieces, and numbers and categories as features: Index
// ascending without repeats, Value of the same length and finite. Table has the numbers and
// categories once more, as they are, for models that split or scale them
// themselves; it is empty where no column is one. Vector is a dense
// representation that was learned from the pool's texts, for models that read
// it; it is empty where there is none.
type Row struct {
	Index []uint32
	Value []float32
	Table []float32 // one value for each of Data.Fields: see Field

	Vector []float32 // Data.Vector numbers, or none
}

// Len is how many parts the row has, which is how many weights an explanation
// has: one for each feature of the sparse form, then one for each value of the
// table, then one for each number of the vector.
func (r Row) Len() int { return len(r.Index) + len(r.Table) + len(r.Vector) }

// Square returns the square of the length of the sparse form.
func (r Row) Square() float64 {
	sum := 0.0 // products of two float32 are exact in float64: it makes no difference whether they are fused with the sum
	for _, v := range r.Value {
		sum += float64(v) * float64(v)
	}
	return sum
}

// Field is what one value of Row.Table is. A value that is missing is NaN. A
// category that was rare in the sample, or not there, is Codes-1, unless the
// column cannot have one (such as months).
type Field struct {
	Kind  Kind // Number or Category
	Codes int  // of a category: its value is a whole number from 0 to Codes-1
}

// Data is what a model is fitted on. What is to be told is one class a row, or
// several labels, or a number: exactly one of Class, Sets and Target is set.
type Data struct {
	Rows     []Row
	Class    []int     // of each row, 0 to Classes-1
	Sets     [][]int   // labels of each row, 0 to Classes-1, ascending; may be empty
	Target   []float64 // number of each row, finite
	Weight   []float64 // of each row, above 0; nil where all weigh 1
	Weighed  bool      // a person said what classes weigh, which is in Weight: a model that balances them by itself leaves it at that
	Classes  int       // classes or labels of the task, also those without a row; 0 with Target
	Features int       // indices of the sparse form stay below it
	Texts    int       // features below it come from texts, the others from the table's columns
	Fields   []Field   // of Row.Table
	Vector   int       // length of Row.Vector; 0 where rows have none
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

// WeightOf is the weight of row i.
func (d Data) WeightOf(i int) float64 {
	if d.Weight == nil {
		return 1
	}
	return d.Weight[i]
}

// Take returns the data of some rows, in this order.
func (d Data) Take(rows []int) Data {
	out := d
	out.Rows, out.Class, out.Sets, out.Target, out.Weight = taken(d.Rows, rows), taken(d.Class, rows), taken(d.Sets, rows), taken(d.Target, rows), taken(d.Weight, rows)
	return out
}

func taken[T any](all []T, at []int) []T {
	if all == nil {
		return nil
	}
	out := make([]T, len(at))
	for j, i := range at {
		out[j] = all[i]
	}
	return out
}
