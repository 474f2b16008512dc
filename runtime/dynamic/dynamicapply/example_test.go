package dynamicapply_test

import (
	"fmt"

	"github.com/typewright/typewright/runtime/dynamic/dynamicapply"
)

// What a field manager has applied of an object, to be changed and applied again. In a program a discovery client has the schemas.
func ExampleNewUnstructuredExtractor() {
	extractor, err := dynamicapply.NewUnstructuredExtractor(&schemas{})
	if err != nil {
		fmt.Println(err)
		return
	}
	mine, err := extractor.Extract(robot(), "me")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(mine.Object["spec"])
	// Output: map[speed:3]
}
