package encode_test

import (
	"fmt"

	"github.com/typewright/typewright/runtime/codec/encode"
)

// An encoder of a struct writes the fields one after the other. If Done returns false, another encoder has to write the value.
func ExampleWriter() {
	name, crew := "argo", []int{1, 2}
	var w encode.Writer
	if w.Begin() {
		encode.String(w.Name("name"), &name)
		encode.Slice(w.Name("crew"), &crew, encode.Int[int])
		w.End()
	}
	text, ok := w.Done()
	fmt.Println(string(text), ok)
	// Output: {"name":"argo","crew":[1,2]} true
}
