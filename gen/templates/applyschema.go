package templates

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// openAPIName is the name of a type in merge schemas: the import path with its domain reversed, and the type, as
// Kubernetes' OpenAPI documents have it.
func openAPIName(d *model.Decl) string {
	domain, rest, _ := strings.Cut(d.Package.Path, "/")
	parts := strings.Split(domain, ".")
	slices.Reverse(parts)
	name := strings.Join(parts, ".")
	if rest != "" {
		name += "." + strings.ReplaceAll(rest, "/", ".")
	}
	return name + "." + d.Name
}

// The types of merge schemas that stand for whatever has no schema: as one value, or field by field.
const (
	untypedAtomic  = "__untyped_atomic_"
	untypedDeduced = "__untyped_deduced_"
)

// untypedSchemas define those two.
const untypedSchemas = `- name: __untyped_atomic_
  scalar: untyped
  list: {elementType: {namedType: __untyped_atomic_}, elementRelationship: atomic}
  map: {elementType: {namedType: __untyped_atomic_}, elementRelationship: atomic}
- name: __untyped_deduced_
  scalar: untyped
  list: {elementType: {namedType: __untyped_atomic_}, elementRelationship: atomic}
  map: {elementType: {namedType: __untyped_deduced_}, elementRelationship: separable}
`

// mergeSchema writes types in the YAML of structured-merge-diff: how lists and maps merge is what the markers listType,
// listMapKey, mapType and structType say. Each Go package is written by itself; a schema is put together of those that it
// needs.
type mergeSchema struct {
	// types holds the definition of each struct that was come upon, by its declaration.
	types map[*model.Decl]string
}

// schemaOf writes the types that declarations are made of.
func schemaOf(decls []*model.Decl) *mergeSchema {
	s := &mergeSchema{types: map[*model.Decl]string{}}
	for _, d := range decls {
		s.add(d)
	}
	return s
}

// only joins the definitions of the types that are wanted, sorted by name.
func (s *mergeSchema) only(want func(*model.Decl) bool) string {
	var types []string
	for d, text := range s.types {
		if want(d) {
			types = append(types, text)
		}
	}
	slices.Sort(types)
	return strings.Join(types, "")
}

// packages are the packages that the types are of, sorted by path.
func (s *mergeSchema) packages() []*model.Package {
	seen := map[string]*model.Package{}
	for d := range s.types {
		seen[d.Package.Path] = d.Package
	}
	return slices.SortedFunc(maps.Values(seen), func(a, b *model.Package) int { return cmp.Compare(a.Path, b.Path) })
}

// add defines a named struct, and whatever it is made of, once.
func (s *mergeSchema) add(d *model.Decl) {
	if _, ok := s.types[d]; ok {
		return
	}
	s.types[d] = ""
	var text strings.Builder
	fmt.Fprintf(&text, "- name: %s\n  map:\n", openAPIName(d))
	if marked(d.Markers, "structType") == "atomic" {
		text.WriteString("    elementRelationship: atomic\n")
	}
	if fields := s.fields(d); len(fields) > 0 {
		text.WriteString("    fields:\n" + strings.Join(fields, ""))
	}
	s.types[d] = text.String()
}

// fields are those of a struct and of what is inlined into it.
func (s *mergeSchema) fields(d *model.Decl) []string {
	var fields []string
	for _, f := range d.Fields() {
		inner := declOf(f.Type)
		switch {
		case !documented(f):
		case f.Embedded && f.JSON.Inline && inner != nil:
			fields = append(fields, s.fields(inner)...)
		default:
			fields = append(fields, fmt.Sprintf("    - {name: %s, type: %s%s}\n", quoted(f.JSON.Name), s.typ(f.Type, f.Markers), defaultOf(f)))
		}
	}
	return fields
}

// defaultOf writes the default that a marker gives to a scalar: keys of lists need it.
func defaultOf(f model.Field) string {
	value, ok := f.Markers.Get("default")
	var scalar any
	if !ok || json.Unmarshal([]byte(value.Value), &scalar) != nil {
		return ""
	}
	switch scalar := scalar.(type) {
	case string:
		return ", default: " + strconv.Quote(scalar)
	case bool, float64:
		return ", default: " + strings.TrimSpace(value.Value)
	}
	return ""
}

// typ writes a reference to a type; the markers of the field say how it merges, where they say more than the type's own.
func (s *mergeSchema) typ(t *model.Type, markers model.Markers) string {
	switch t.Kind {
	case model.Pointer:
		return s.typ(t.Elem, markers)
	case model.Basic:
		return "{scalar: " + scalarOf(t.Name) + "}"
	case model.Slice, model.Array:
		return s.list(t, markers)
	case model.Map:
		return "{map: {elementType: " + s.typ(t.Elem, nil) + relationship(marked(markers, "mapType")) + "}}"
	case model.Named:
		return s.named(t.Decl.Resolve(), markers)
	}
	return "{namedType: " + untypedDeduced + "}"
}

func (s *mergeSchema) named(d *model.Decl, markers model.Markers) string {
	if known := wellKnown(d); known != "" {
		return known
	}
	if d.Type == nil || encodesItself(d) {
		return "{namedType: " + untypedDeduced + "}"
	}
	if d.Type.Underlying().Kind != model.Struct {
		return s.typ(d.Type, append(slices.Clone(markers), d.Markers...))
	}
	s.add(d)
	return "{namedType: " + openAPIName(d) + relationship(marked(markers, "structType")) + "}"
}

// encodesItself tells types whose documents are what their methods make of them, not their fields.
func encodesItself(d *model.Decl) bool {
	_, json := d.Methods["MarshalJSON"]
	_, text := d.Methods["MarshalText"]
	return json || text
}

// wellKnown writes the types of apimachinery whose documents do not look like their structs.
func wellKnown(d *model.Decl) string {
	switch d.Package.Path + "." + d.Name {
	case pkgMeta + ".Time", pkgMeta + ".MicroTime", "k8s.io/apimachinery/pkg/api/resource.Quantity", "k8s.io/apimachinery/pkg/util/intstr.IntOrString":
		return "{scalar: untyped}"
	case pkgMeta + ".Duration":
		return "{scalar: string}"
	case pkgMeta + ".FieldsV1", pkgRuntime + ".RawExtension", pkgRuntime + ".Unknown":
		return "{namedType: " + untypedDeduced + "}"
	}
	return ""
}

func (s *mergeSchema) list(t *model.Type, markers model.Markers) string {
	if under := t.Elem.Underlying(); under.Kind == model.Basic && (under.Name == "byte" || under.Name == "uint8") && t.Kind == model.Slice {
		return "{scalar: string}" // bytes are base64
	}
	list := "{list: {elementType: " + s.typ(t.Elem, nil)
	switch marked(markers, "listType") {
	case "set":
		list += ", elementRelationship: associative"
	case "map":
		keys := make([]string, 0, 1)
		for _, key := range markedAll(markers, "listMapKey") {
			keys = append(keys, quoted(key))
		}
		list += ", elementRelationship: associative, keys: [" + strings.Join(keys, ", ") + "]"
	default:
		list += ", elementRelationship: atomic"
	}
	return list + "}}"
}

// relationship writes how the elements of a map or the fields of a struct merge, where that is not one by one.
func relationship(marker string) string {
	if marker == "atomic" {
		return ", elementRelationship: atomic"
	}
	return ""
}

func scalarOf(basic string) string {
	switch basic {
	case "string":
		return "string"
	case "bool":
		return "boolean"
	default:
		return "numeric"
	}
}

// marked returns the value of a marker by either of its spellings.
func marked(markers model.Markers, name string) string {
	if all := markedAll(markers, name); len(all) > 0 {
		return all[0]
	}
	return ""
}

func markedAll(markers model.Markers, name string) []string {
	var values []string
	for _, value := range append(markers.All(name), markers.All("k8s:"+name)...) {
		values = append(values, strings.Trim(value, `"`))
	}
	return values
}

// plainName matches names that YAML takes for strings as they are, but for a few words.
var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// quoted writes a name so that YAML takes it for a string: some fields are named "y" or "null".
func quoted(name string) string {
	switch strings.ToLower(name) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
	default:
		if plainName.MatchString(name) {
			return name
		}
	}
	return strconv.Quote(name)
}
