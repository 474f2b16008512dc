package model

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// structOf makes a struct of fields; those whose names are in embeds embed that declaration.
func structOf(name string, embeds map[string]*Decl, fields ...string) *Decl {
	d := &Decl{Name: name, Package: &Package{Path: "example.com/v1"}, Type: &Type{Kind: Struct}, Methods: map[string]Func{}}
	for _, f := range fields {
		field := Field{Name: f, Type: &Type{Kind: Basic, Name: "string"}}
		if inner := embeds[f]; inner != nil {
			field.Embedded, field.Type = true, &Type{Kind: Named, Name: inner.Name, Decl: inner}
		}
		d.Type.Fields = append(d.Type.Fields, field)
	}
	return d
}

// TestFieldsOfDocuments compares the fields with what encoding/json writes: of several fields of one name the shallowest
// counts, and none if two are equally deep.
func TestFieldsOfDocuments(t *testing.T) {
	deep := structOf("Deep", nil, "Lost", "Own")
	left := structOf("Left", map[string]*Decl{"Deep": deep}, "Common", "Left", "Deep")
	right := structOf("Right", map[string]*Decl{"Deep": deep}, "Common", "Right", "Deep")
	both := structOf("Both", map[string]*Decl{"Left": left, "Right": right}, "Left", "Right", "Own")
	var names []string
	for _, f := range both.DocumentFields() {
		names = append(names, f.Name)
	}
	assert.Equal(t, []string{"Left", "Right", "Own"}, names)
	var clashes []string
	for _, pair := range both.clashes() {
		clashes = append(clashes, pair[0].Name)
	}
	assert.Equal(t, []string{"Common", "Lost"}, clashes, "Own is hidden by a field of the struct itself")
	assert.False(t, both.Promotes("Lost"))
	assert.True(t, left.Promotes("Lost"))
}

// TestInternalVersionsHaveNoClients builds a package whose name is no version: without tags it has no clients.
func TestInternalVersionsHaveNoClients(t *testing.T) {
	for tag, want := range map[string]int{"": 0, `json:"a"`: 1} {
		kind := structOf("Usage", nil, "A")
		kind.Type.Fields[0].Tag = tag
		kind.Markers = Markers{{Name: "genclient"}, {Name: "genclient:noVerbs"}}
		pkg := &Package{
			Path: "example.com/apis/metrics", Name: "metrics", Decls: []*Decl{kind},
			Markers: Markers{{Name: "groupName", Value: "metrics.example.com", HasValue: true}},
		}
		kind.Package = pkg
		api, err := Build([]*Package{pkg}, BuildOptions{})
		require.NoError(t, err)
		assert.Len(t, api.Groups, want, "tag %q", tag)
	}
}
