package util_test

import (
	"fmt"

	"github.com/typewright/typewright/runtime/record/util"
)

// The types of events are Normal and Warning.
func ExampleValidateEventType() {
	fmt.Println(util.ValidateEventType("Warning"), util.ValidateEventType("Fatal"))
	// Output: true false
}
