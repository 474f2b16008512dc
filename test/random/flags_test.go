package random

import (
	"flag"
	"strings"

	"github.com/typewright/typewright/test/random/source"
)

var (
	seed     = flag.Uint64("random.seed", 1, "seed of the first project; the others follow")
	packages = flag.Int("random.packages", 50, "number of API packages to make, at least")
	runs     = flag.Int("random.run", 0, "number of API packages to compile and to try, at least; of all others the types are checked")
	batch    = flag.Int("random.batch", 100, "number of API packages that are compiled together")
	trials   = flag.Int("random.shrink", 60, "trials to reduce the first failing project to what matters, 0 for none")
	keep     = flag.String("random.keep", "", "folder to leave the failing projects in")
	also     = flag.String("random.also", "", "forms that take part though they are off, separated by commas")
	only     = flag.String("random.only", "", "the only forms of fields that take part, separated by commas")
)

func options() source.Options {
	return source.Options{Also: words(*also), Only: words(*only)}
}

func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}
