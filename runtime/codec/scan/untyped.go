package scan

import (
	"strconv"
	"strings"
)

// Any reads a value of any kind, as sigs.k8s.io/json does: a number as int64 if it is an integer in its range, otherwise as
// float64. It gives up if *v is not nil.
func Any(s *Scanner, v *any) {
	if *v != nil {
		s.GiveUp() // sigs.k8s.io/json decodes into an existing pointer
		return
	}
	*v = s.anyValue()
}

// Content reads an object of any fields. It gives up on null.
func (s *Scanner) Content() map[string]any {
	if s.peek() != '{' {
		s.GiveUp()
		return nil
	}
	return s.anyObject()
}

// TypeMeta reads no more of a document than it takes to know its apiVersion and kind. It returns false for a document that does not have
// both. To decode the document, begin again with Reset.
func (s *Scanner) TypeMeta() (apiVersion, kind string, ok bool) {
	o := s.Object()
	for o.Next() && (apiVersion == "" || kind == "") {
		switch string(o.Name) {
		case "apiVersion":
			String(s, &apiVersion)
		case "kind":
			String(s, &kind)
		default:
			s.Skip()
		}
	}
	return apiVersion, kind, !s.failed && apiVersion != "" && kind != ""
}

// untyped is what a Scanner needs to read values of any kind: of the objects and arrays that have not ended, what has been read so far,
// so that maps and slices are made when their size is known.
type untyped struct {
	members  []member
	elements []any
	strings  boxed
}

// member is a field of an object.
type member struct {
	name  string
	value any
}

// maxUnfinished is how much room for unfinished objects and arrays is kept between documents.
const maxUnfinished = 1 << 12

// reset forgets what a document that was given up has left.
func (u *untyped) reset() {
	u.members, u.elements = emptied(u.members), emptied(u.elements)
}

// emptied returns an empty slice with the room of another, unless that is very large.
func emptied[T any](of []T) []T {
	if cap(of) > maxUnfinished {
		return nil
	}
	clear(of)
	return of[:0]
}

func (s *Scanner) anyValue() any {
	switch s.peek() {
	case '{':
		return s.anyObject()
	case '[':
		return s.anyArray()
	case '"':
		return s.untyped.strings.of(s.Text())
	case 't':
		return s.literal("true")
	case 'f':
		return !s.literal("false")
	case 'n':
		s.literal("null")
		return nil
	default:
		return s.anyNumber()
	}
}

// maxOwnDepth is how deep in an object the maps and slices lie that are never shared: the object itself, and its fields.
const maxOwnDepth = 1

func (s *Scanner) anyObject() map[string]any {
	if s.options.SharedValues == nil || s.depth <= maxOwnDepth {
		return s.newObject()
	}
	return s.sharedObject()
}

func (s *Scanner) anyArray() []any {
	if s.options.SharedValues == nil || s.depth <= maxOwnDepth {
		return s.newArray()
	}
	return s.sharedArray()
}

func (s *Scanner) newObject() map[string]any {
	u := &s.untyped
	begin := len(u.members)
	o := s.Object()
	for o.Next() {
		name, _ := u.strings.of(o.Name).(string)
		value := s.anyValue()
		u.members = append(u.members, member{name, value})
	}
	if s.failed {
		return nil
	}
	members := u.members[begin:]
	object := make(map[string]any, len(members))
	for _, m := range members {
		object[m.name] = m.value
	}
	if len(object) < len(members) {
		s.GiveUp() // a field occurs twice
	}
	clear(members)
	u.members = u.members[:begin]
	return object
}

func (s *Scanner) newArray() []any {
	u := &s.untyped
	begin := len(u.elements)
	a := s.Array()
	for a.Next() {
		element := s.anyValue()
		u.elements = append(u.elements, element)
	}
	if s.failed {
		return nil
	}
	elements := u.elements[begin:]
	array := make([]any, len(elements))
	copy(array, elements)
	clear(elements)
	u.elements = u.elements[:begin]
	return array
}

// anyNumber reads a number as int64 or float64.
func (s *Scanner) anyNumber() any {
	text := view(s.number())
	if !strings.ContainsAny(text, ".eE") { // the error of ParseInt would be a copy of the text
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		s.GiveUp()
	}
	return n
}
