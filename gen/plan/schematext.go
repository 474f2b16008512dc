package plan

import (
	"encoding/json"
	"fmt"
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

// define writes the definition of a type, unless it is written already, and returns a reference to it.
func (s *mergeSchema) define(t *model.Type, write func() string) string {
	parts := []string{openAPIName(t.Decl)}
	for _, arg := range t.Args {
		parts = append(parts, argumentName(arg))
	}
	name := strings.Join(parts, ",")
	if s.current != nil && !slices.Contains(s.current.refs, name) {
		s.current.refs = append(s.current.refs, name)
	}
	if _, ok := s.types[name]; !ok {
		outer := s.current
		s.current = &mergeType{name: name, pkg: t.Decl.Package}
		s.types[name] = s.current
		s.current.text = "- name: " + quotedType(name) + "\n  " + write()
		s.current = outer
	}
	return "{namedType: " + quotedType(name)
}

// argumentName names an argument of a generic type.
func argumentName(t *model.Type) string {
	switch t = t.Unalias(); t.Kind {
	case model.Named:
		return openAPIName(t.Decl)
	case model.Pointer:
		return "*" + argumentName(t.Elem)
	case model.Slice, model.Array:
		return "[" + t.Len + "]" + argumentName(t.Elem)
	case model.Map:
		return "map[" + argumentName(t.Key) + "]" + argumentName(t.Elem)
	}
	return t.Name
}

// structure defines a struct and the types in it, and returns a reference to it.
func (s *mergeSchema) structure(t *model.Type) string {
	return s.define(t, func() string {
		within := s.within
		s.within = nil
		fields := s.fields(t)
		s.within = within
		text := ""
		if marked(t.Decl.Markers, "structType") == "atomic" {
			text += "    elementRelationship: atomic\n"
		}
		if len(fields) > 0 {
			text += "    fields:\n" + strings.Join(fields, "")
		}
		if text == "" {
			return "map: {}\n"
		}
		return "map:\n" + text
	})
}

// fields writes the fields of a struct's documents.
func (s *mergeSchema) fields(t *model.Type) []string {
	var fields []string
	for _, json := range s.plan.fieldsOf(t.Decl) {
		f := json.Field()
		of := s.typ(t.Instantiate(f.Type), f.Markers)
		if f.Quoted() {
			of = "{scalar: string}"
		}
		fields = append(fields, fmt.Sprintf("    - {name: %s, type: %s%s}\n", quoted(json.Name), of, defaultOf(f)))
	}
	return fields
}

// defaultOf writes the default value that a marker gives to a scalar. Keys of lists need it.
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

// typ writes a reference to a type. The markers of the field say how it merges; those of the type itself count if the field
// has none.
func (s *mergeSchema) typ(t *model.Type, markers model.Markers) string {
	switch t = t.Unalias(); t.Kind {
	case model.Pointer:
		return s.typ(t.Elem, markers)
	case model.Basic:
		return "{scalar: " + scalarOf(t.Name) + "}"
	case model.Slice, model.Array:
		return s.list(t, markers)
	case model.Map:
		return "{map: {elementType: " + s.typ(t.Elem, nil) + relationship(marked(markers, "mapType")) + "}}"
	case model.Named:
		return s.named(t, markers)
	}
	return "{namedType: " + untypedDeduced + "}"
}

func (s *mergeSchema) named(t *model.Type, markers model.Markers) string {
	d := t.Decl
	if known := wellKnown(d); known != "" {
		return known
	}
	if d.Type == nil || encodesItself(d) {
		return "{namedType: " + untypedDeduced + "}"
	}
	if t.Underlying().Kind == model.Struct {
		return s.structure(t) + relationship(marked(markers, "structType")) + "}"
	}
	markers = append(slices.Clone(markers), d.Markers...)
	name := openAPIName(d)
	if slices.Contains(s.within, name) { // the type contains itself, so its definition needs a name
		return s.recursive(t, markers)
	}
	s.within = append(s.within, name)
	text := s.typ(t.Right(), markers)
	s.within = s.within[:len(s.within)-1]
	return text
}

// recursive defines a list or map that contains itself with no struct between.
func (s *mergeSchema) recursive(t *model.Type, markers model.Markers) string {
	return s.define(t, func() string {
		within := s.within
		s.within = []string{openAPIName(t.Decl)}
		under := s.typ(t.Underlying(), markers)
		s.within = within
		if strings.HasPrefix(under, "{namedType") {
			return "scalar: untyped\n" // a type that only points to itself is always null
		}
		return strings.TrimSuffix(strings.TrimPrefix(under, "{"), "}") + "\n"
	}) + "}"
}

// wellKnown writes types whose documents do not look like their Go types; empty for all others.
func wellKnown(d *model.Decl) string {
	switch d.Package.Path + "." + d.Name {
	case PkgMeta + ".Time", PkgMeta + ".MicroTime", "k8s.io/apimachinery/pkg/api/resource.Quantity", "k8s.io/apimachinery/pkg/util/intstr.IntOrString":
		return "{scalar: untyped}"
	case "encoding/json.Number":
		return "{scalar: numeric}"
	case PkgMeta + ".Duration":
		return "{scalar: string}"
	case PkgMeta + ".FieldsV1", PkgRuntime + ".RawExtension", PkgRuntime + ".Unknown":
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

// relationship writes how the elements of a map or the fields of a struct merge, unless they merge one by one.
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

// plainType matches names of types that need no quotes in YAML.
var plainType = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.~-]*$`)

func quotedType(name string) string {
	if plainType.MatchString(name) {
		return name
	}
	return quoted(name)
}

// plainName matches names that need no quotes in YAML, except for a few words.
var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// quoted writes a name as a string of YAML. Some fields are named "y" or "null".
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
