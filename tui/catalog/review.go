package catalog

// Review is what the review screen says.
type Review struct {
	Title string
}

func reviewEN() Review {
	return Review{
		Title: "review",
	}
}

func reviewZH() Review {
	return Review{
		Title: "review",
	}
}
