package scan_test

import (
	"fmt"

	"github.com/typewright/typewright/runtime/codec/scan"
)

// A decoder of a struct is a loop over the fields of an object. If End returns false, another decoder has to read the document.
func ExampleScanner_Object() {
	var name string
	var crew []int
	var s scan.Scanner
	s.Reset([]byte(`{"name": "argo", "oars": {"left": 25}, "crew": [1, 2]}`))
	o := s.Object()
	for o.Next() {
		switch string(o.Name) {
		case "name":
			scan.String(&s, &name)
		case "crew":
			scan.Slice(&s, &crew, scan.Int[int])
		default:
			s.Skip()
		}
	}
	fmt.Println(name, crew, s.End())
	// Output: argo [1 2] true
}
