package model

import (
	"cmp"
	"go/token"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// JSONField is a field of a struct as documents have it: its own one, or one of a struct that it embeds.
type JSONField struct {
	// Name is that in documents; Tagged tells that it stands in a tag.
	Name   string
	Tagged bool
	// Path leads to the field through the embedded ones; Index is the same by their numbers.
	Path  []Field
	Index []int
	// Selector is the Go expression for the field behind that for the struct: short where Go promotes it.
	Selector string
}

// Field is the field itself.
func (f JSONField) Field() Field { return f.Path[len(f.Path)-1] }

// JSONFields are the fields that encoding/json knows of a struct, in source order. ok is false where it does something with
// the struct that a decoder of ours does not. d is the struct's declaration, nil for a struct without a name: that may embed
// nothing.
func JSONFields(d *Decl, st *Type) (fields []JSONField, ok bool) {
	if d == nil && slices.ContainsFunc(st.Fields, func(f Field) bool { return f.Embedded }) {
		return nil, false
	}
	if mayInherit(st.Fields, map[*Decl]bool{}) {
		return nil, false
	}
	w := fieldWalk{}
	if !w.walk(embedding{decl: d, fields: st.Fields}) {
		return nil, false
	}
	fields = dominant(w.found)
	return fields, selectAll(d, fields)
}

// DocumentFields are the fields that encoding/json knows of a struct, in source order, whoever can reach them.
func (d *Decl) DocumentFields() []JSONField {
	w := fieldWalk{any: true}
	w.walk(embedding{decl: d, fields: d.Fields()})
	return dominant(w.found)
}

// writes tells whether documents of a struct have a field of that name.
func (d *Decl) writes(name string) bool {
	return slices.ContainsFunc(d.DocumentFields(), func(f JSONField) bool { return f.Name == name })
}

// clashes are pairs of fields that keep each other out of documents, in the order of their names.
func (d *Decl) clashes() [][2]JSONField {
	w := fieldWalk{any: true}
	w.walk(embedding{decl: d, fields: d.Fields()})
	byName := map[string][]JSONField{}
	for _, f := range w.found {
		byName[f.Name] = append(byName[f.Name], f)
	}
	var pairs [][2]JSONField
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		same := byName[name]
		slices.SortStableFunc(same, compareDominance)
		if len(same) > 1 && compareDominance(same[0], same[1]) == 0 && len(same[0].Path) > 1 {
			pairs = append(pairs, [2]JSONField{same[0], same[1]})
		}
	}
	return pairs
}

// selectAll fills in the selectors; it returns false where another package cannot write one.
func selectAll(d *Decl, fields []JSONField) bool {
	var names map[string]int
	for i, f := range fields {
		fields[i].Selector = f.Field().Name
		if len(f.Path) == 1 {
			continue
		}
		if names == nil {
			names = map[string]int{}
			countNames(d, map[*Decl]bool{}, names)
		}
		var way []string
		hidden, pointers := false, false
		for _, e := range f.Path {
			way = append(way, e.Name)
			hidden = hidden || !token.IsExported(e.Name)
			pointers = pointers || e.Embedded && e.Type.Unalias().Kind == Pointer
		}
		promoted := names[f.Field().Name] == 1
		if hidden && (!promoted || pointers) {
			return false
		}
		if !promoted {
			fields[i].Selector = strings.Join(way, ".")
		}
	}
	return true
}

// countNames counts the fields and methods of each name that a struct has itself or by what it embeds.
func countNames(d *Decl, within map[*Decl]bool, names map[string]int) {
	if within[d] {
		return
	}
	within[d] = true
	defer delete(within, d)
	for name := range d.Methods {
		names[name]++
	}
	for _, f := range d.Fields() {
		names[f.Name]++
		if inner, _ := embedded(f); f.Embedded && inner != nil {
			countNames(inner, within, names)
		}
	}
}

// embedding is a struct whose fields are still to be looked at, and how it is reached.
type embedding struct {
	decl   *Decl
	fields []Field
	path   []Field
	index  []int
}

// fieldWalk goes through a struct level by level: shallow fields hide deep ones, and what is embedded twice on one level
// hides itself.
type fieldWalk struct {
	// any goes on where a decoder could not follow.
	any                bool
	found              []JSONField
	visited            map[*Decl]bool
	counts, nextCounts map[*Decl]int
	next               []embedding
}

func (w *fieldWalk) walk(root embedding) bool {
	w.visited, w.counts = map[*Decl]bool{}, map[*Decl]int{}
	for level := []embedding{root}; len(level) > 0; {
		w.next, w.nextCounts = nil, map[*Decl]int{}
		for _, e := range level {
			if e.decl != nil && w.visited[e.decl] {
				continue
			}
			w.visited[e.decl] = true
			if !w.scan(e) {
				return false
			}
		}
		level, w.counts = w.next, w.nextCounts
	}
	return true
}

func (w *fieldWalk) scan(e embedding) bool {
	for i, f := range e.fields {
		tag := reflect.StructTag(f.Tag).Get("json")
		if f.Name == "_" || tag == "-" || !token.IsExported(f.Name) && !f.Embedded {
			continue
		}
		name, _, _ := strings.Cut(tag, ",")
		found := JSONField{Name: name, Tagged: validName(name), Path: append(slices.Clone(e.path), f), Index: append(slices.Clone(e.index), i)}
		if !found.Tagged {
			found.Name = f.Name
		}
		isField, ok := true, true
		if f.Embedded {
			isField, ok = w.scanEmbedded(f, found)
		}
		if !ok || f.JSON.String && isField && !w.any { // the latter is text within a string
			return false
		}
		if !isField {
			continue
		}
		w.found = append(w.found, found)
		if e.decl != nil && w.counts[e.decl] > 1 {
			w.found = append(w.found, found)
		}
	}
	return true
}

// scanEmbedded reports whether an embedded field is one of the document. The fields of what is not are looked at later, if
// it has any. It is not ok where another package cannot decode it.
func (w *fieldWalk) scanEmbedded(f Field, found JSONField) (isField, ok bool) {
	inner, ok := embedded(f)
	switch {
	case !ok && !w.any:
		return false, false
	case inner != nil && !found.Tagged:
		w.embed(embedding{decl: inner, fields: instantiated(f.Type), path: found.Path, index: found.Index})
		return false, true
	case token.IsExported(f.Name):
		return true, true
	case inner == nil:
		return false, true
	}
	return true, w.any // in the document, but out of reach for another package
}

func (w *fieldWalk) embed(e embedding) {
	if w.nextCounts[e.decl]++; w.nextCounts[e.decl] == 1 {
		w.next = append(w.next, e)
	}
}

// embedded is the struct that a field embeds; nil where it embeds something else. ok is false for pointers that
// encoding/json cannot set.
func embedded(f Field) (st *Decl, ok bool) {
	t := f.Type.Unalias()
	pointer := t.Kind == Pointer
	if pointer {
		t = t.Elem.Unalias()
	}
	if t.Underlying().Kind != Struct {
		return nil, true
	}
	return t.NamedDecl(), !pointer || token.IsExported(f.Name)
}

// instantiated are the fields of a struct that a type names, or points to, with the type's arguments in the place of
// parameters.
func instantiated(t *Type) []Field {
	t = t.Unalias()
	if t.Kind == Pointer {
		t = t.Elem.Unalias()
	}
	under := t.Underlying()
	if under.Kind != Struct {
		return nil
	}
	return under.Fields
}

// ReadsItself tells types that read JSON or text themselves, by a method of their own.
func (d *Decl) ReadsItself() bool {
	return d.Declares("UnmarshalJSON") || d.Declares("UnmarshalText")
}

// mayInherit tells structs that may get such a method from what they embed, whatever the tags say.
func mayInherit(fields []Field, seen map[*Decl]bool) bool {
	return slices.ContainsFunc(fields, func(f Field) bool {
		t := f.Type.Unalias()
		if t.Kind == Pointer {
			t = t.Elem.Unalias()
		}
		d := t.NamedDecl()
		if !f.Embedded || d == nil && t.Kind == Basic || d != nil && seen[d] {
			return false
		}
		if d == nil || d.ReadsItself() || len(t.Args) > 0 {
			return true
		}
		seen[d] = true
		switch t.Underlying().Kind {
		case Interface, Named:
			return true
		}
		return mayInherit(d.Fields(), seen)
	})
}

// dominant leaves, of fields with one name, the one that encoding/json takes: the shallowest, or among those the only one
// whose name stands in a tag. Where that does not settle it, there is no such field.
func dominant(fields []JSONField) []JSONField {
	byName := map[string][]JSONField{}
	for _, f := range fields {
		byName[f.Name] = append(byName[f.Name], f)
	}
	left := []JSONField{} // a struct without fields has a decoder too
	for _, same := range byName {
		slices.SortFunc(same, compareDominance)
		if len(same) == 1 || compareDominance(same[0], same[1]) != 0 {
			left = append(left, same[0])
		}
	}
	slices.SortFunc(left, func(a, b JSONField) int { return slices.Compare(a.Index, b.Index) })
	return left
}

func compareDominance(a, b JSONField) int {
	if c := cmp.Compare(len(a.Index), len(b.Index)); c != 0 || a.Tagged == b.Tagged {
		return c
	}
	if a.Tagged {
		return -1
	}
	return 1
}

// validName tells names that encoding/json takes from a tag.
func validName(name string) bool {
	for _, c := range name {
		if !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", c) && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			return false
		}
	}
	return name != ""
}
