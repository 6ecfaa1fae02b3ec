package demo

// A facet is one side of a borrower that an officer may write about.
type facet int

const (
	income  facet = iota // how steady the earnings are
	debts                // what is owed elsewhere
	history              // how earlier loans were paid
	candour              // whether what is said and shown can be believed
	shock                // what befell the household
	cushion              // savings, collateral, guarantors
	purpose              // what the money is for
	contact              // whether the borrower can be reached and talks
	facets               // their number
)

// Levels of a facet run from 0 (speaks for the borrower) to 3 (speaks against). unremarkable is none of them: the
// officer does not write about it, and it has no bearing on the class, so that a memo tells all that matters.
const (
	levels       = 4
	unremarkable = -1
)

// borrower holds the latents of one row.
type borrower struct {
	told  [facets]int // level as told in the memo, or unremarkable
	truth [facets]int // level as it is; the numbers of the file follow this one
}

// loading says how far each facet follows the two hidden causes, in thousandths: strain (too little money coming
// in for what goes out) and want of will. The rest is chance.
var loading = [facets][2]int{
	income:  {820, 120},
	debts:   {680, 380},
	history: {620, 500},
	candour: {80, 850},
	shock:   {740, -150},
	cushion: {300, 450},
	purpose: {150, 640},
	contact: {60, 820},
}

// remarked is the chance, in thousandths, that an officer finds a facet of the given level worth writing down.
var remarked = [facets][levels]int{
	income:  {760, 560, 820, 900},
	debts:   {700, 560, 800, 880},
	history: {760, 620, 860, 920},
	candour: {420, 300, 720, 880},
	shock:   {260, 420, 820, 880},
	cushion: {560, 380, 480, 600},
	purpose: {360, 250, 420, 620},
	contact: {400, 220, 560, 820},
}

// draw fills the borrower. Strain and want of will are each a mixture of two clouds, because most households are
// either comfortable or not: with a single cloud nearly everyone would be a borderline case.
func (b *borrower) draw(d *dice) {
	strain, will := -900+d.normal()*45/100, -700+d.normal()*45/100
	if d.chance(345) {
		strain += 1950
	}
	if d.chance(230) {
		will += 1900
	}
	for {
		n := 0
		for f := range facets {
			x := (loading[f][0]*strain + loading[f][1]*will) / 1000
			x += d.normal() * 36 / 100
			b.truth[f] = level(x)
			b.told[f] = unremarkable
			if d.chance(remarked[f][b.truth[f]]) {
				b.told[f] = b.truth[f]
				n++
			}
		}
		if n >= 3 {
			return
		}
	}
}

func level(x int) int {
	switch {
	case x < -300:
		return 0
	case x < 250:
		return 1
	case x < 900:
		return 2
	}
	return 3
}
