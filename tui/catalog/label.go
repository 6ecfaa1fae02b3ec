package catalog

// Label is what the label screen says.
type Label struct {
	Title string
}

func labelEN() Label {
	return Label{
		Title: "label",
	}
}

func labelZH() Label {
	return Label{
		Title: "label",
	}
}
