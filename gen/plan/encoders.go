package plan

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// Encoder is the function that encodes a struct.
type Encoder struct {
	Decl   *model.Decl
	Fields []EncodedField
}

// EncodedField is a field of a struct as documents have it.
type EncodedField struct {
	// Name is the name in documents, with the escapes of JSON.
	Name string
	// If are the conditions under which the document has the field. All of them must be true; with none, it always has it.
	If    []Condition
	Write Write
}

// Condition is an expression about a place: "v.Base != nil", "len(v.Tasks) > 0", "!encode.IsZero(&v.Time)".
type Condition struct {
	// Before and After are what stands around the place. With Func, the condition is that the function returns false for a
	// pointer to the place.
	Before, Place, After string
	Func                 Name
}

// Write is the statement that writes the value in a place.
type Write struct {
	// Place is where the value is, such as "v.Spec". With Pointer, Place is a pointer to it.
	Place   string
	Pointer bool
	// Func is the function that writes the value; an empty name means a struct without a name, which is written field by field.
	Func   Name
	Fields []EncodedField
	// Elem says how the function writes the elements of the value; nil if it has none.
	Elem *WrittenElement
}

// WrittenElement is a function that writes the elements of a slice, map or pointer: one with a name, or else a literal.
type WrittenElement struct {
	Func Name
	// Type is the type of the element, Write the statement of the literal.
	Type  *model.Type
	Write Write
}

// writer plans the statements of one encoder. The rules are those of decoders ([reader]), but for what methods a type has.
type writer struct {
	plan *codecPlan
	// within are the named types whose elements the statement is about.
	within []*model.Decl
}

func (w writer) fields(place string, fields []model.JSONField) []EncodedField {
	planned := make([]EncodedField, len(fields))
	for i, f := range fields {
		at, field := place+"."+f.Selector, f.Field()
		name, _ := json.Marshal(f.Name) // a string
		planned[i] = EncodedField{Name: strings.Trim(string(name), `"`)}
		for _, e := range embeddedPointers(place, f) {
			planned[i].If = append(planned[i].If, Condition{Place: e.Place, After: " != nil"})
		}
		if field.JSON.OmitEmpty {
			planned[i].If = append(planned[i].If, notEmpty(field.Type, at)...)
		}
		if field.JSON.OmitZero {
			planned[i].If = append(planned[i].If, Condition{Func: encodes("IsZero"), Place: at})
		}
		t := field.Type.Unalias()
		switch {
		case field.Quoted():
			planned[i].Write = Write{Place: at, Func: encodes("Quoted")}
		case t.Kind == model.Pointer && field.JSON.OmitEmpty: // the condition says that there is something to point to
			planned[i].Write = w.write(t.Elem, at, true)
		default:
			planned[i].Write = w.write(field.Type, at, false)
		}
	}
	return planned
}

// notEmpty is the condition of omitempty. There is none for structs, which are never empty.
func notEmpty(t *model.Type, place string) []Condition {
	c := Condition{Place: place}
	switch under := t.Underlying(); under.Kind {
	case model.Struct:
		return nil
	case model.Pointer, model.Interface:
		c.After = " != nil"
	case model.Slice, model.Map:
		c.Before, c.After = "len(", ") > 0"
	case model.Basic:
		switch scalarFunction(under.Name) {
		case "Bool": // the value is the condition
			if t.NamedDecl() != nil { // && takes no values of different types
				c.Before, c.After = "bool(", ")"
			}
		case "String":
			c.After = ` != ""`
		case "Int", "Uint":
			c.After = " != 0"
		default:
			c.Func = encodes("IsEmpty") // zero with a sign is not empty
		}
	default:
		c.Func = encodes("IsEmpty")
	}
	return []Condition{c}
}

func (w writer) write(t *model.Type, place string, pointer bool) Write {
	t = t.Unalias()
	write := Write{Place: place, Pointer: pointer}
	if write.Func = w.function(t); write.Func.Ident != "" {
		return write
	}
	if d := t.NamedDecl(); d != nil {
		w.within = append(slices.Clone(w.within), d)
	}
	switch under := t.Underlying(); under.Kind {
	case model.Struct:
		fields, _ := model.JSONFields(nil, under)
		write.Fields = w.fields(place, fields)
	case model.Pointer:
		write.Func, write.Elem = encodes("Pointer"), w.element(under.Elem)
	case model.Slice:
		write.Func, write.Elem = encodes("Slice"), w.element(under.Elem)
	case model.Map:
		write.Func, write.Elem = encodes("Map"), w.element(under.Elem)
		if under.Elem.NeedsAddress() || write.Elem.Func == encodes("Fallback") {
			write.Func, write.Elem = encodes("Fallback"), nil
		}
	}
	return write
}

// element plans a function that writes an element.
func (w writer) element(t *model.Type) *WrittenElement {
	t = t.Unalias()
	if fn := w.function(t); fn.Ident != "" {
		return &WrittenElement{Func: fn}
	}
	if !(reader{plan: w.plan}).canWrite(t) {
		return &WrittenElement{Func: encodes("Fallback")}
	}
	write := w.write(t, "v", true)
	if write.Func == encodes("Fallback") {
		return &WrittenElement{Func: write.Func}
	}
	return &WrittenElement{Type: t, Write: write}
}

// encodes is a function of the runtime that writes a value.
func encodes(name string) Name { return Name{Path: PkgEncode, Ident: name} }

// function is the function that writes values of a type. The name is empty if it takes more than the name of a function.
func (w writer) function(t *model.Type) Name {
	if d := t.NamedDecl(); d != nil {
		switch {
		case isLeaf(d):
			return encoderAt(PkgCodecMeta, d)
		case d.Declares("MarshalJSON"):
			return encodes("Marshaler")
		case w.plan.encodes(d):
			return encoderAt(w.plan.packageOf(d.Package), d)
		case d.WritesItself() || len(t.Args) > 0 || slices.Contains(w.within, d) || isJSONNumber(d):
			return encodes("Fallback")
		}
	}
	switch under := t.Underlying(); {
	case under.Kind == model.Basic:
		return encodes(scalarFunction(under.Name))
	case isBytes(under):
		return encodes("Bytes")
	case !hasElements(t, under):
		return encodes("Fallback")
	}
	return Name{}
}

// hasElements reports whether a value is written element by element, or field by field. Keys of maps that are strings are written as
// they are, whatever methods they have.
func hasElements(t, under *model.Type) bool {
	if under.Kind == model.Map {
		return under.Key.Unalias().Underlying().Name == "string"
	}
	return readsElements(t, under)
}

// isJSONNumber reports whether a type is json.Number, a string that stands without quotes.
func isJSONNumber(d *model.Decl) bool { return d.Package.Path == "encoding/json" && d.Name == "Number" }

// encoderAt is the encoder of a struct in a package of codecs.
func encoderAt(pkg string, d *model.Decl) Name {
	return Name{Path: pkg, Alias: codecAlias(pkg, d.Package), Ident: "Encode" + d.Name}
}

// encodes reports whether a struct has an encoder, emitted here or in the runtime. Those of other packages have one only if
// their run emitted it, which this run cannot know.
func (p *codecPlan) encodes(d *model.Decl) bool {
	at := p.packageOf(d.Package)
	return p.structs[d] != nil && !d.IsView() && (p.emits(d.Package) && emitsEncoders(p.api) || at == PkgCodecMeta) && d.WritesFields()
}

// emitsEncoders reports whether the run emits encoders. Clients that prefer protobuf send no JSON unless the program asks for
// it, so theirs would be of no use.
func emitsEncoders(api *model.API) bool { return !api.Options.PrefersProtobuf }
