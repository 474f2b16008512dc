package templates

import (
	"cmp"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/typewright/typewright/gen/model"
)

// jsonField is a field of a struct as documents have it: its own one, or one of a struct that it embeds.
type jsonField struct {
	name   string
	tagged bool
	// path leads to the field through the embedded ones; index is the same by their numbers.
	path  []model.Field
	index []int
	// selector is the Go expression for the field behind that for the struct: short where Go promotes it.
	selector string
}

// field is the field itself.
func (f jsonField) field() model.Field { return f.path[len(f.path)-1] }

// jsonFields are the fields that encoding/json knows of a struct, in source order. ok is false where it does something with
// the struct that a decoder of ours does not. d is the struct's declaration, nil for a struct without a name: that may embed
// nothing.
func jsonFields(d *model.Decl, st *model.Type) (fields []jsonField, ok bool) {
	if d == nil && slices.ContainsFunc(st.Fields, func(f model.Field) bool { return f.Embedded }) {
		return nil, false
	}
	if mayInherit(st.Fields, map[*model.Decl]bool{}) {
		return nil, false
	}
	w := fieldWalk{}
	if !w.walk(embedding{decl: d, fields: st.Fields}) {
		return nil, false
	}
	fields = dominant(w.found)
	return fields, selectAll(d, fields)
}

// selectAll fills in the selectors; it returns false where another package cannot write one.
func selectAll(d *model.Decl, fields []jsonField) bool {
	var names map[string]int
	for i, f := range fields {
		fields[i].selector = f.field().Name
		if len(f.path) == 1 {
			continue
		}
		if names == nil {
			names = map[string]int{}
			countNames(d, map[*model.Decl]bool{}, names)
		}
		var way []string
		hidden, pointers := false, false
		for _, e := range f.path {
			way = append(way, e.Name)
			hidden = hidden || !token.IsExported(e.Name)
			pointers = pointers || e.Embedded && e.Type.Unalias().Kind == model.Pointer
		}
		promoted := names[f.field().Name] == 1
		if hidden && (!promoted || pointers) {
			return false
		}
		if !promoted {
			fields[i].selector = strings.Join(way, ".")
		}
	}
	return true
}

// countNames counts the fields and methods of each name that a struct has itself or by what it embeds.
func countNames(d *model.Decl, seen map[*model.Decl]bool, names map[string]int) {
	if seen[d] {
		return
	}
	seen[d] = true
	for name := range d.Methods {
		names[name]++
	}
	for _, f := range d.Fields() {
		names[f.Name]++
		if inner, _ := embedded(f); f.Embedded && inner != nil {
			countNames(inner, seen, names)
		}
	}
}

// embedding is a struct whose fields are still to be looked at, and how it is reached.
type embedding struct {
	decl   *model.Decl
	fields []model.Field
	path   []model.Field
	index  []int
}

// fieldWalk goes through a struct level by level: shallow fields hide deep ones, and what is embedded twice on one level
// hides itself.
type fieldWalk struct {
	// any goes on where a decoder could not follow.
	any                bool
	found              []jsonField
	visited            map[*model.Decl]bool
	counts, nextCounts map[*model.Decl]int
	next               []embedding
}

func (w *fieldWalk) walk(root embedding) bool {
	w.visited, w.counts = map[*model.Decl]bool{}, map[*model.Decl]int{}
	for level := []embedding{root}; len(level) > 0; {
		w.next, w.nextCounts = nil, map[*model.Decl]int{}
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
		found := jsonField{name: name, tagged: validName(name), path: append(slices.Clone(e.path), f), index: append(slices.Clone(e.index), i)}
		if !found.tagged {
			found.name = f.Name
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
func (w *fieldWalk) scanEmbedded(f model.Field, found jsonField) (isField, ok bool) {
	inner, ok := embedded(f)
	switch {
	case !ok && !w.any:
		return false, false
	case inner != nil && !found.tagged:
		w.embed(embedding{decl: inner, fields: instantiated(f.Type), path: found.path, index: found.index})
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
func embedded(f model.Field) (st *model.Decl, ok bool) {
	t := f.Type.Unalias()
	pointer := t.Kind == model.Pointer
	if pointer {
		t = t.Elem.Unalias()
	}
	if t.Underlying().Kind != model.Struct {
		return nil, true
	}
	return declOf(t), !pointer || token.IsExported(f.Name)
}

// instantiated are the fields of a struct that a type names, or points to, with the type's arguments in the place of
// parameters.
func instantiated(t *model.Type) []model.Field {
	t = t.Unalias()
	if t.Kind == model.Pointer {
		t = t.Elem.Unalias()
	}
	under := t.Underlying()
	if under.Kind != model.Struct {
		return nil
	}
	return under.Fields
}

// readsItself tells types that read JSON or text themselves, by a method of their own.
func readsItself(d *model.Decl) bool {
	return d.Declares("UnmarshalJSON") || d.Declares("UnmarshalText")
}

// mayInherit tells structs that may get such a method from what they embed, whatever the tags say.
func mayInherit(fields []model.Field, seen map[*model.Decl]bool) bool {
	return slices.ContainsFunc(fields, func(f model.Field) bool {
		t := f.Type.Unalias()
		if t.Kind == model.Pointer {
			t = t.Elem.Unalias()
		}
		d := declOf(t)
		if !f.Embedded || d == nil && t.Kind == model.Basic || d != nil && seen[d] {
			return false
		}
		if d == nil || readsItself(d) || len(t.Args) > 0 {
			return true
		}
		seen[d] = true
		switch t.Underlying().Kind {
		case model.Interface, model.Named:
			return true
		}
		return mayInherit(d.Fields(), seen)
	})
}

// dominant leaves, of fields with one name, the one that encoding/json takes: the shallowest, or among those the only one
// whose name stands in a tag. Where that does not settle it, there is no such field.
func dominant(fields []jsonField) []jsonField {
	byName := map[string][]jsonField{}
	for _, f := range fields {
		byName[f.name] = append(byName[f.name], f)
	}
	left := []jsonField{} // a struct without fields has a decoder too
	for _, same := range byName {
		slices.SortFunc(same, compareDominance)
		if len(same) == 1 || compareDominance(same[0], same[1]) != 0 {
			left = append(left, same[0])
		}
	}
	slices.SortFunc(left, func(a, b jsonField) int { return slices.Compare(a.index, b.index) })
	return left
}

func compareDominance(a, b jsonField) int {
	if c := cmp.Compare(len(a.index), len(b.index)); c != 0 || a.tagged == b.tagged {
		return c
	}
	if a.tagged {
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
