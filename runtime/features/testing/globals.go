package testing

import (
	"sync"

	"github.com/typewright/typewright/runtime/features"
)

// overridden are the features that a test has set, and which test that is.
var overridden = struct {
	mu    sync.Mutex
	tests map[features.Feature]string
}{tests: map[features.Feature]string{}}
