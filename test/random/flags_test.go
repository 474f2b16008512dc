package random

import (
	"flag"
	"strings"

	"github.com/typewright/typewright/test/random/source"
)

var (
	seed     = flag.Uint64("random.seed", 1, "seed of the first project; the next ones have the seeds after it")
	packages = flag.Int("random.packages", 50, "number of API packages to make, at least")
	runs     = flag.Int("random.run", 0, "number of API packages to compile and to check, at least; of all others only the types are checked")
	batch    = flag.Int("random.batch", 100, "number of API packages to compile together")
	trials   = flag.Int("random.shrink", 60, "number of trials to shrink the first failing project, 0 for none")
	keep     = flag.String("random.keep", "", "folder to copy the failing projects to")
	also     = flag.String("random.also", "", "forms to use that are off by default, separated by commas")
	only     = flag.String("random.only", "", "the only forms of fields to use, separated by commas")
)

func options() source.Options {
	return source.Options{Also: words(*also), Only: words(*only)}
}

func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}
