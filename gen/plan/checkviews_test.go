package plan

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/typewright/typewright/gen/model"
)

// Types of a package other than that of their structs are the same if they are written the same, type arguments included.
func TestIdenticalTypes(t *testing.T) {
	text, number := &model.Type{Kind: model.Basic, Name: "string"}, &model.Type{Kind: model.Basic, Name: "int32"}
	pair := &model.Decl{Name: "Pair", TypeParams: []string{"T"}}
	of := func(arg *model.Type) *model.Type {
		return &model.Type{Kind: model.Named, Name: "Pair", Decl: pair, Args: []*model.Type{arg}}
	}
	pointer := func(elem *model.Type) *model.Type { return &model.Type{Kind: model.Pointer, Elem: elem} }
	table := func(elem *model.Type) *model.Type { return &model.Type{Kind: model.Map, Key: text, Elem: elem} }
	alias := &model.Type{Kind: model.Named, Name: "Alias", Decl: &model.Decl{Name: "Alias", Alias: true, Type: of(text)}}
	array := func(length string) *model.Type { return &model.Type{Kind: model.Array, Len: length, Elem: text} }
	for name, test := range map[string]struct {
		a, b *model.Type
		same bool
	}{
		"basic":                  {text, text, true},
		"other basic":            {text, number, false},
		"a generic":              {of(text), of(text), true},
		"with another argument":  {of(text), of(number), false},
		"a nested argument":      {of(pointer(of(text))), of(pointer(of(text))), true},
		"an alias":               {alias, of(text), true},
		"a map of generics":      {table(of(text)), table(of(text)), true},
		"a map of others":        {table(of(text)), table(of(number)), false},
		"a pointer and a value":  {pointer(text), text, false},
		"arrays":                 {array("2"), array("2"), true},
		"arrays of other length": {array("2"), array("3"), false},
		"structs without a name": {&model.Type{Kind: model.Struct}, &model.Type{Kind: model.Struct}, false},
	} {
		assert.Equal(t, test.same, identical(test.a, test.b), name)
	}
}
