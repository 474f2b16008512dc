package weather

import (
	"flag"
	"testing"

	"go.uber.org/goleak"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

var (
	schedules = flag.Int("weather.schedules", 100, "how many schedules to run")
	firstSeed = flag.Uint64("weather.seed", 1, "the seed of the first schedule; the others have those that follow")
)

func TestMain(m *testing.M) {
	flag.Parse()
	// The default error handlers sleep by a clock that all bubbles share, and report nothing that the checks do not see.
	utilruntime.ErrorHandlers = nil //nolint:reassign // meant to be set by programs
	goleak.VerifyTestMain(m)
}
