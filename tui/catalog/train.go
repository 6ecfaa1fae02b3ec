package catalog

// Train is what the train screen says.
type Train struct {
	Title string
}

func trainEN() Train {
	return Train{
		Title: "train",
	}
}

func trainZH() Train {
	return Train{
		Title: "train",
	}
}
