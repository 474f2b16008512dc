package model

import (
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// checkFields finds fields that documents cannot hold as they are declared. It checks packages of the workspace only.
func (b *builder) checkFields(p *Package) {
	if !p.Writable {
		return
	}
	for _, d := range p.Decls {
		if d.Type == nil {
			continue
		}
		if d.Type.Kind != Struct {
			b.checkList(d.Type, d.Markers)
			continue
		}
		b.checkFieldNames(d)
		b.checkJSONNames(d)
		b.checkInlined(d)
		for _, f := range d.Type.Fields {
			b.checkList(f.Type, f.Markers)
		}
	}
}

// checkJSONNames finds two fields of a struct with one name in documents: encoding/json reads and writes neither. A field of an
// embedded struct may have the name of a field of the outer one.
func (b *builder) checkJSONNames(d *Decl) {
	first := map[string]Field{}
	for _, f := range d.Type.Fields {
		if !inDocuments(f) || f.JSON.Inline {
			continue
		}
		if other, ok := first[f.JSON.Name]; ok {
			b.problems.Add(f.Pos, "give one of them another name", "field %s of %s is called %q in JSON, as %s at %s is", f.Name, d.Name, f.JSON.Name, other.Name, other.Pos)
			continue
		}
		first[f.JSON.Name] = f
	}
}

// checkFieldNames finds two fields of a struct with one name in Go.
func (b *builder) checkFieldNames(d *Decl) {
	first := map[string]Field{}
	for _, f := range d.Type.Fields {
		if other, ok := first[f.Name]; ok && f.Name != "_" {
			b.problems.Add(f.Pos, "rename or remove one of the two", "%s has a field %s at %s already", d.Name, f.Name, other.Pos)
			continue
		}
		first[f.Name] = f
	}
}

// checkInlined finds fields of embedded structs that have one name in documents and are equally deep: encoding/json silently
// drops all of them.
func (b *builder) checkInlined(d *Decl) {
	for _, clash := range d.clashes() {
		one, other := clash[0], clash[1]
		if slices.Compare(one.Index, other.Index) > 0 {
			one, other = other, one
		}
		from := other.Path[0]
		if one.Index[0] == other.Index[0] {
			// The field comes twice from one struct, or the clash is within the embedded struct.
			if inner := from.Type.Bare().NamedDecl(); slices.Equal(one.Index, other.Index) && inner != nil && inner.writes(one.Name) {
				b.problems.Add(from.Pos, "embed that struct once",
					"%s of %s brings a field %q, which comes by something else that is embedded too: encoding/json drops it", from.Name, d.Name, one.Name)
			}
			continue
		}
		b.problems.Add(from.Pos, "name one of the two in a tag, such as `json:"+strconv.Quote(LowerFirst(from.Name))+"`",
			"%s of %s brings a field %q, as %s at %s does: encoding/json drops both", from.Name, d.Name, other.Name, one.Path[0].Name, one.Path[0].Pos)
	}
}

// inDocuments reports whether encoding/json reads and writes a field.
func inDocuments(f Field) bool {
	return !f.JSON.Skip && (token.IsExported(f.Name) || f.Embedded && f.JSON.Inline)
}

// fieldOf finds the field with that name in documents, among the fields of embedded structs too.
func fieldOf(t *Type, name string, depth int) (Field, bool) {
	under := t.Underlying()
	if under.Kind == Pointer {
		under = under.Elem.Underlying()
	}
	if under.Kind != Struct || depth == 0 {
		return Field{}, false
	}
	for _, f := range under.Fields {
		if !f.JSON.Inline && inDocuments(f) && f.JSON.Name == name {
			return f, true
		}
	}
	for _, f := range under.Fields {
		if f.JSON.Inline {
			if inner, ok := fieldOf(f.Type, name, depth-1); ok {
				return inner, true
			}
		}
	}
	return Field{}, false
}

// maxEmbedding bounds the search for a field in structs that embed each other.
const maxEmbedding = 20

// checkList finds markers of lists with which an apply would fail: sets of values that are not scalars, maps without keys.
func (b *builder) checkList(t *Type, markers Markers) {
	listType, keys := eitherMarker(markers, "listType"), append(allOf(markers, "listMapKey"), allOf(markers, "k8s:listMapKey")...)
	if listType == nil && len(keys) == 0 {
		return
	}
	elem, ok := elementOf(t)
	if !ok {
		return
	}
	kind := ""
	if listType != nil {
		kind = unquote(listType.Value)
	}
	switch {
	case kind == "set" && !isScalar(elem):
		b.problems.Add(listType.Pos, "write +listType=map and +listMapKey= with the field that tells them apart, or +listType=atomic",
			"a set holds strings, numbers and booleans, and the elements of this list are of another kind")
	case kind == "map" && len(keys) == 0:
		b.problems.Add(listType.Pos, "add +listMapKey="+exampleKey(elem)+", by which elements are told apart", "marker +listType=map has no key")
	case kind != "map" && len(keys) > 0:
		b.problems.Add(keys[0].Pos, "add +listType=map, or take the key away", "marker +%s stands without +listType=map", keys[0].Name)
	case kind == "map":
		b.checkKeys(elem, keys)
	}
}

func (b *builder) checkKeys(elem *Type, keys []Marker) {
	if under := elem.Underlying(); under.Kind == Named || under.Kind == Pointer && under.Elem.Underlying().Kind == Named {
		return // the type was not read
	}
	for _, m := range keys {
		key := unquote(m.Value)
		f, ok := fieldOf(elem, key, maxEmbedding)
		if !ok {
			b.problems.Add(m.Pos, "name a field as it is called in JSON, such as "+exampleKey(elem), "the elements of this list have no field %q", key)
		} else if !isScalar(f.Type) {
			b.problems.Add(m.Pos, "name a field that holds a string, a number or a boolean", "field %q cannot be a key", key)
		}
	}
}

// exampleKey is the name of a field that could be the key of a list.
func exampleKey(elem *Type) string {
	for _, name := range []string{"name", "type", "key", "id"} {
		if _, ok := fieldOf(elem, name, maxEmbedding); ok {
			return name
		}
	}
	under := elem.Underlying()
	if under.Kind == Pointer {
		under = under.Elem.Underlying()
	}
	for _, f := range under.Fields {
		if !f.JSON.Inline && inDocuments(f) && isScalar(f.Type) {
			return f.JSON.Name
		}
	}
	return "name"
}

// elementOf is the type of the elements of a list.
func elementOf(t *Type) (*Type, bool) {
	for range maxEmbedding {
		switch t = t.Underlying(); t.Kind {
		case Pointer:
			t = t.Elem
		case Slice, Array:
			return t.Elem, true
		default:
			return nil, false
		}
	}
	return nil, false
}

// isScalar reports whether documents have a type as one value. Types that write their own documents pass.
func isScalar(t *Type) bool {
	for range maxEmbedding {
		if t.Kind == Named && t.Decl != nil {
			_, json := t.Decl.Methods["MarshalJSON"]
			_, text := t.Decl.Methods["MarshalText"]
			if json || text || t.Decl.Type == nil {
				return true
			}
		}
		if t = t.Underlying(); t.Kind != Pointer {
			break
		}
		t = t.Elem
	}
	switch t.Kind {
	case Struct, Map:
		return false
	case Slice:
		under := t.Elem.Underlying()
		return under.Kind == Basic && (under.Name == "byte" || under.Name == "uint8") // base64
	case Array:
		return false
	}
	return true
}

// eitherMarker finds a marker by either of its spellings.
func eitherMarker(ms Markers, name string) *Marker {
	for _, m := range ms {
		if m.Name == name || m.Name == "k8s:"+name {
			return &m
		}
	}
	return nil
}

func allOf(ms Markers, name string) []Marker {
	var found []Marker
	for _, m := range ms {
		if m.Name == name {
			found = append(found, m)
		}
	}
	return found
}

// checkMeta finds kinds and lists that the API server would not understand: their metadata is missing or in another place.
func (b *builder) checkMeta(k *Kind) {
	b.checkEmbedded(k.Decl, "type "+k.GoName+" has +genclient, but", "or take +genclient away", "TypeMeta", "ObjectMeta")
	if k.List == nil {
		return
	}
	b.checkEmbedded(k.List, "type "+k.List.Name+" is the list of "+k.GoName+", but has", "so that lists can be read", "TypeMeta", "ListMeta")
	items, ok := k.List.Field("Items")
	if !ok {
		return
	}
	elem := items.Type.Underlying()
	isList := elem.Kind == Slice
	if isList {
		if elem = elem.Elem; elem.Kind == Pointer {
			elem = elem.Elem
		}
	}
	switch {
	case !isList || elem.Kind != Named || elem.Decl.Resolve() != k.Decl.Resolve():
		b.problems.Add(items.Pos, "write Items []"+k.GoName, "field Items of %s does not hold a list of %s", k.List.Name, k.GoName)
	case items.JSON.Name != "items":
		b.problems.Add(items.Pos, "write `json:\"items\"`", "field Items of %s is called %q in JSON, where the API server writes %q", k.List.Name, items.JSON.Name, "items")
	}
}

func (b *builder) checkEmbedded(d *Decl, what, or string, names ...string) {
	for _, name := range names {
		f, ok := d.Field(name)
		want := "metadata,omitempty"
		if name == "TypeMeta" {
			want = ",inline"
		}
		tag := "`json:" + strconv.Quote(want) + "`"
		switch {
		case !ok || !f.Embedded:
			b.problems.Add(d.Pos, "embed metav1."+name+", "+or, "%s no %s", what, name)
		case name == "TypeMeta" && !f.JSON.Inline:
			b.problems.Add(f.Pos, "write "+tag, "TypeMeta of %s is called %q in JSON, where kind and apiVersion stand at the top", d.Name, f.JSON.Name)
		case name != "TypeMeta" && f.JSON.Name != "metadata" || f.JSON.Inline && name != "TypeMeta":
			b.problems.Add(f.Pos, "write "+tag, "%s of %s is not called %q in JSON", name, d.Name, "metadata")
		case hiddenMethod(d, f) != "":
			b.problems.Add(f.Pos, "rename that, or do not embed what has it",
				"%s of %s lends it no method %s, since something else that it has or embeds is called so", name, d.Name, hiddenMethod(d, f))
		case f.Tag == "" && d.Package.Writable:
			b.problems.Add(f.Pos, "write "+tag, "TypeMeta of %s has no tag, by which the type is known as one of the API", d.Name)
		}
	}
}

// hiddenMethod is a method of the embedded metadata that the outer struct does not get, because something else has its name.
// It is empty if the struct gets all methods by which apimachinery reads and writes metadata.
func hiddenMethod(d *Decl, embedded Field) string {
	meta := embedded.Type.NamedDecl()
	if meta == nil {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(meta.Methods)) {
		if (strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "Set")) && !d.HasMethod(name) {
			return name
		}
	}
	return ""
}
