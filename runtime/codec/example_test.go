package codec_test

import (
	"fmt"

	"github.com/typewright/typewright/runtime/codec"
	"github.com/typewright/typewright/runtime/codec/scan"
)

type boat struct {
	Name string `json:"name"`
	Crew int    `json:"crew"`
}

// Generated packages have tables of such functions, and generated clients use them. Tables of encoders are made with package
// encode in the same way.
func Example() {
	decoder := codec.NewDecoder(codec.Table{codec.For(func(s *scan.Scanner, b *boat) {
		for o := s.Object(); o.Next(); {
			switch string(o.Name) {
			case "name":
				scan.String(s, &b.Name)
			case "crew":
				scan.Int(s, &b.Crew)
			default:
				s.Skip()
			}
		}
	})})
	var argo boat
	err := decoder.Decode([]byte(`{"name": "argo", "crew": 50, "oars": 25}`), &argo)
	fmt.Println(argo, err)
	// Output: {argo 50} <nil>
}
