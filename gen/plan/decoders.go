package plan

import (
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// Decoder is the function that decodes a struct.
type Decoder struct {
	Decl   *model.Decl
	Fields []DecodedField
}

// DecodedField is a field of a struct as documents have it.
type DecodedField struct {
	// Name is the name in documents.
	Name string
	// Embedded are the pointers to embedded structs on the way to the field. Each is set if it is nil.
	Embedded []EmbeddedPointer
	Read     Read
}

// EmbeddedPointer is a pointer to an embedded struct.
type EmbeddedPointer struct {
	Place string
	// Type is the type of the struct.
	Type *model.Type
}

// Read is the statement that reads a value into a place.
type Read struct {
	// Place is where the value goes, such as "v.Spec". With Pointer, Place is a pointer to it.
	Place   string
	Pointer bool
	// Func is the function that reads the value; an empty name means a struct without a name, which is read field by field.
	Func   Name
	Fields []DecodedField
	// Elem says how the function reads the elements of the value; nil if it has none.
	Elem *Element
}

// Element is a function that reads the elements of a slice, map or pointer: one with a name, or else a literal.
type Element struct {
	Func Name
	// Type is the type of the element, Read the statement of the literal.
	Type *model.Type
	Read Read
}

// reader plans the statements of one decoder.
type reader struct {
	plan *codecPlan
	// within are the named types whose elements the statement is about.
	within []*model.Decl
}

func (r reader) fields(place string, fields []model.JSONField) []DecodedField {
	planned := make([]DecodedField, len(fields))
	for i, f := range fields {
		at := place + "." + f.Selector
		planned[i] = DecodedField{Name: f.Name, Embedded: embeddedPointers(place, f)}
		if f.Field().Quoted() {
			planned[i].Read = Read{Place: at, Func: scanner("Quoted")}
			continue
		}
		planned[i].Read = r.read(f.Field().Type, at, false)
	}
	return planned
}

// embeddedPointers are the pointers to embedded structs on the way to a field, the outermost first.
func embeddedPointers(place string, f model.JSONField) []EmbeddedPointer {
	var pointers []EmbeddedPointer
	way := []string{place}
	for _, e := range f.Path[:len(f.Path)-1] {
		way = append(way, e.Name)
		if t := e.Type.Unalias(); t.Kind == model.Pointer {
			pointers = append(pointers, EmbeddedPointer{Place: strings.Join(way, "."), Type: t.Elem})
		}
	}
	return pointers
}

func (r reader) read(t *model.Type, place string, pointer bool) Read {
	t = t.Unalias()
	read := Read{Place: place, Pointer: pointer}
	if read.Func = r.function(t); read.Func.Ident != "" {
		return read
	}
	if d := t.NamedDecl(); d != nil {
		if d.ReadsItself() {
			read.Func = scanner("Unmarshaler")
			return read
		}
		r.within = append(slices.Clone(r.within), d)
	}
	switch under := t.Underlying(); under.Kind {
	case model.Struct:
		fields, _ := model.JSONFields(nil, under)
		read.Fields = r.fields(place, fields)
	case model.Pointer:
		read.Func, read.Elem = scanner("Pointer"), r.element(under.Elem)
	case model.Slice:
		read.Func, read.Elem = scanner("Slice"), r.element(under.Elem)
	case model.Map:
		read.Func, read.Elem = scanner("Map"), r.element(under.Elem)
	}
	return read
}

// element plans a function that reads an element.
func (r reader) element(t *model.Type) *Element {
	t = t.Unalias()
	if fn := r.function(t); fn.Ident != "" {
		return &Element{Func: fn}
	}
	if !r.canWrite(t) {
		return &Element{Func: scanner("Fallback")}
	}
	return &Element{Type: t, Read: r.read(t, "v", true)}
}

// canWrite reports whether decoders can write out a type.
func (r reader) canWrite(t *model.Type) bool {
	switch t.Kind {
	case model.Named:
		return r.plan.canName(t.Decl)
	case model.Pointer, model.Slice:
		return r.canWrite(t.Elem)
	case model.Map:
		return r.canWrite(t.Key) && r.canWrite(t.Elem)
	}
	return t.Kind == model.Basic
}

// scanner is a function of the runtime that reads a value.
func scanner(name string) Name { return Name{Path: PkgScan, Ident: name} }

// decoderOf is the decoder of a struct.
func (p *codecPlan) decoderOf(d *model.Decl) Name { return decoderAt(p.packageOf(d.Package), d) }

func decoderAt(pkg string, d *model.Decl) Name {
	return Name{Path: pkg, Alias: codecAlias(pkg, d.Package), Ident: "Decode" + d.Name}
}

// codecAlias is the name for the decoders of a package, such as "codecfleetv1".
func codecAlias(at string, pkg *model.Package) string {
	if at == PkgCodecMeta {
		return "codecmetav1"
	}
	return "codec" + Alias(pkg)
}

// function is the function that reads values of a type. The name is empty if it takes more than the name of a function.
func (r reader) function(t *model.Type) Name {
	if d := t.NamedDecl(); d != nil {
		switch {
		case isLeaf(d):
			return decoderAt(PkgCodecMeta, d)
		case d.Package.Path == "encoding/json" && d.Name == "RawMessage":
			return scanner("Raw")
		case d.Package.Path == "encoding/json" && d.Name == "Number":
			return scanner("Number")
		case d.Declares("UnmarshalJSON"):
			return Name{}
		case r.plan.structs[d] != nil:
			return r.plan.decoderOf(d)
		case d.ReadsItself() || len(t.Args) > 0 || slices.Contains(r.within, d):
			return scanner("Fallback")
		}
	}
	switch under := t.Underlying(); {
	case under.Kind == model.Basic:
		return scanner(scalarFunction(under.Name))
	case t == under && t.Kind == model.Interface && (t.Name == "any" || t.Name == "interface{}"):
		return scanner("Any")
	case isBytes(under):
		return scanner("Bytes")
	case !readsElements(t, under):
		return scanner("Fallback")
	}
	return Name{}
}

// isBytes reports whether a type is a slice of bytes, which documents have as base64.
func isBytes(under *model.Type) bool {
	if under.Kind != model.Slice {
		return false
	}
	elem := under.Elem.Unalias()
	return elem.Kind == model.Basic && (elem.Name == "byte" || elem.Name == "uint8")
}

// readsElements reports whether a value is read element by element, or field by field.
func readsElements(t, under *model.Type) bool {
	switch under.Kind {
	case model.Struct:
		_, ok := model.JSONFields(nil, under)
		return ok && t == under
	case model.Pointer:
		return t == under
	case model.Slice:
		name := under.Elem.Unalias().Underlying().Name
		return name != "byte" && name != "uint8"
	case model.Map:
		d := under.Key.NamedDecl()
		return under.Key.Unalias().Underlying().Name == "string" && (d == nil || !d.ReadsItself())
	}
	return false
}

// scalarFunction is the function that reads or writes values of a predeclared type.
func scalarFunction(name string) string {
	switch {
	case name == "string":
		return "String"
	case name == "bool":
		return "Bool"
	case name == "byte" || strings.HasPrefix(name, "uint"):
		return "Uint"
	case name == "rune" || strings.HasPrefix(name, "int"):
		return "Int"
	case strings.HasPrefix(name, "float"):
		return "Float"
	}
	return "Fallback"
}

// isLeaf reports whether package metav1 of the runtime's codecs has a handwritten decoder of a type.
func isLeaf(d *model.Decl) bool {
	switch d.Package.Path + "." + d.Name {
	case PkgMeta + ".Time", PkgMeta + ".MicroTime", PkgMeta + ".Duration", PkgMeta + ".FieldsV1",
		"k8s.io/apimachinery/pkg/util/intstr.IntOrString", "k8s.io/apimachinery/pkg/api/resource.Quantity":
		return true
	}
	return false
}
