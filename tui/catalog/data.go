package catalog

// Data is what the data screen says.
type Data struct {
	Title string
}

func dataEN() Data {
	return Data{
		Title: "data",
	}
}

func dataZH() Data {
	return Data{
		Title: "data",
	}
}
