package catalog

// Evaluate is what the evaluate screen says.
type Evaluate struct {
	Title string
}

func evaluateEN() Evaluate {
	return Evaluate{
		Title: "evaluate",
	}
}

func evaluateZH() Evaluate {
	return Evaluate{
		Title: "evaluate",
	}
}
