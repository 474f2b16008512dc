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

// JSONField is a field of a struct as documents have it: a field of the struct itself or of a struct that it embeds.
type JSONField struct {
	// Name is the name in documents. Tagged means that it stands in a tag.
	Name   string
	Tagged bool
	// Path are the embedded fields on the way to the field, and the field itself. Index are their positions.
	Path  []Field
	Index []int
	// Selector follows the expression for the struct in Go. It is the name of the field alone if Go promotes the field.
	Selector string
}

// Field is the last field of Path.
func (f JSONField) Field() Field { return f.Path[len(f.Path)-1] }

// JSONFields are the fields of a struct that encoding/json reads, in source order. ok is false if it treats the struct in a way
// that emitted decoders do not. d is the declaration of the struct; nil for a struct without a name, which must embed nothing.
func JSONFields(d *Decl, st *Type) (fields []JSONField, ok bool) {
	if d == nil && slices.ContainsFunc(st.Fields, func(f Field) bool { return f.Embedded }) {
		return nil, false
	}
	if mayInherit(st.Fields, (*Decl).ReadsItself, map[*Decl]bool{}) {
		return nil, false
	}
	w := fieldWalk{}
	if !w.walk(embedding{decl: d, fields: st.Fields}) {
		return nil, false
	}
	fields = dominant(w.found)
	return fields, selectAll(d, fields)
}

// DocumentFields are the fields of a struct that encoding/json reads, in source order, including those that other packages
// cannot reach.
func (d *Decl) DocumentFields() []JSONField {
	w := fieldWalk{any: true}
	w.walk(embedding{decl: d, fields: d.Fields()})
	return dominant(w.found)
}

// writes reports whether documents of a struct have a field of that name.
func (d *Decl) writes(name string) bool {
	return slices.ContainsFunc(d.DocumentFields(), func(f JSONField) bool { return f.Name == name })
}

// clashes are pairs of fields that keep each other out of documents, sorted by name.
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

// selectAll fills in the selectors. It returns false if another package cannot write one of them.
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

// countNames counts, by name, the fields and methods of a struct and of the structs that it embeds.
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

// embedding is a struct whose fields the walk has yet to visit, and the way to it.
type embedding struct {
	decl   *Decl
	fields []Field
	path   []Field
	index  []int
}

// fieldWalk visits the fields of a struct level by level. Shallow fields hide deep ones, and a struct that is embedded twice on
// one level hides itself.
type fieldWalk struct {
	// any includes fields that a decoder in another package cannot reach.
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
		if !ok {
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

// scanEmbedded reports whether documents have an embedded field under its own name. If not, the walk visits the fields of the
// embedded struct later. ok is false if another package cannot decode the field.
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

// embedded is the struct that a field embeds; nil if it embeds something else. ok is false for pointers that encoding/json
// cannot set.
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

// instantiated are the fields of the struct that a type names or points to, with arguments in place of type parameters.
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

// ReadsItself reports whether a type has a method of its own that reads JSON or text.
func (d *Decl) ReadsItself() bool {
	return d.Declares("UnmarshalJSON") || d.Declares("UnmarshalText")
}

// WritesItself reports whether a type has a method of its own that returns JSON or text.
func (d *Decl) WritesItself() bool {
	return d.Declares("MarshalJSON") || d.Declares("MarshalText")
}

// WritesFields reports whether encoding/json writes a struct field by field: it neither has such a method nor may it get one from
// a type that it embeds.
func (d *Decl) WritesFields() bool {
	return !d.WritesItself() && !mayInherit(d.Fields(), (*Decl).WritesItself, map[*Decl]bool{})
}

// NeedsAddress reports whether encoding/json may write a value of the type in another way if it cannot take its address, as that of
// a value in a map: the type, or a part of it, has a method of its pointer that returns JSON or text.
func (t *Type) NeedsAddress() bool { return needsAddress(t, map[*Decl]bool{}) }

func needsAddress(t *Type, seen map[*Decl]bool) bool {
	if d := t.NamedDecl(); d != nil {
		if seen[d] {
			return false
		}
		seen[d] = true
		json, isJSON := d.Methods["MarshalJSON"]
		if text := d.Methods["MarshalText"]; json.Pointer || text.Pointer {
			return true
		}
		if isJSON {
			return false
		}
	}
	switch under := t.Underlying(); under.Kind {
	case Struct:
		return slices.ContainsFunc(under.Fields, func(f Field) bool { return needsAddress(f.Type, seen) })
	case Array:
		return needsAddress(under.Elem, seen)
	}
	return false
}

// mayInherit reports whether a struct may get a method from a type that it embeds, if hasOwn says which types declare it. Tags do
// not matter for that.
func mayInherit(fields []Field, hasOwn func(*Decl) bool, seen map[*Decl]bool) bool {
	return slices.ContainsFunc(fields, func(f Field) bool {
		t := f.Type.Unalias()
		if t.Kind == Pointer {
			t = t.Elem.Unalias()
		}
		d := t.NamedDecl()
		if !f.Embedded || d == nil && t.Kind == Basic || d != nil && seen[d] {
			return false
		}
		if d == nil || hasOwn(d) || len(t.Args) > 0 {
			return true
		}
		seen[d] = true
		switch t.Underlying().Kind {
		case Interface, Named:
			return true
		}
		return mayInherit(d.Fields(), hasOwn, seen)
	})
}

// dominant returns, of fields with one name, the one that encoding/json takes: the shallowest, or of several such the only one
// with a tag. If that leaves several, it takes none.
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

// validName reports whether encoding/json accepts a name in a tag.
func validName(name string) bool {
	for _, c := range name {
		if !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", c) && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			return false
		}
	}
	return name != ""
}
