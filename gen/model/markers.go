package model

import (
	"go/token"
	"strings"
)

// Marker is one line of the form +name or +name=value in a comment.
type Marker struct {
	// Name is all before "=", without the "+": "genclient:onlyVerbs".
	Name string
	// Value is all after the first "=". HasValue distinguishes "+a=" from "+a".
	Value    string
	HasValue bool
	Pos      token.Position
}

// Markers are the markers of one declaration in source order.
type Markers []Marker

// Get returns the first marker of that name.
func (ms Markers) Get(name string) (Marker, bool) {
	for _, m := range ms {
		if m.Name == name {
			return m, true
		}
	}
	return Marker{}, false
}

// Has reports whether there is a marker of that name, with or without a value.
func (ms Markers) Has(name string) bool {
	_, ok := ms.Get(name)
	return ok
}

// All returns the values of every marker of that name, in source order.
func (ms Markers) All(name string) []string {
	var values []string
	for _, m := range ms {
		if m.Name == name {
			values = append(values, m.Value)
		}
	}
	return values
}

// Word is the value of a marker without quotes, and without the arguments that older generators took.
func (m Marker) Word() string {
	value, _, _ := strings.Cut(m.Value, ",")
	return unquote(value)
}
