package templates

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// read writes the statement that reads a value into a place; amp is "&" unless the place is a pointer to it.
func (w decoder) read(t *model.Type, place, amp string) jen.Code {
	t = t.Unalias()
	target := jen.Op(amp).Id(place)
	if fn := w.function(t); fn != nil {
		return fn.Call(jen.Id("s"), target)
	}
	if d := t.NamedDecl(); d != nil {
		if d.ReadsItself() {
			return scanFunc("Unmarshaler").Call(jen.Id("s"), target)
		}
		w.within = append(slices.Clone(w.within), d)
	}
	under := t.Underlying()
	if under.Kind == model.Struct {
		fields, _ := model.JSONFields(nil, under)
		return w.object(place, amp, fields)
	}
	return scanFunc(compounds()[under.Kind]).Call(jen.Id("s"), target, w.element(under.Elem))
}

func scanFunc(name string) *jen.Statement { return jen.Qual(pkgScan, name) }

// compounds are the functions that read values which are made of others.
func compounds() map[model.TypeKind]string {
	return map[model.TypeKind]string{model.Pointer: "Pointer", model.Slice: "Slice", model.Map: "Map"}
}

// element writes a function that reads what stands in a slice or map, or behind a pointer: a name, or
//
//	func(s *scan.Scanner, v *[]string) {
//		scan.Slice(s, v, scan.String)
//	}
func (w decoder) element(t *model.Type) jen.Code {
	t = t.Unalias()
	if fn := w.function(t); fn != nil {
		return fn
	}
	if !w.canWrite(t) {
		return scanFunc("Fallback")
	}
	return jen.Func().Params(scannerParam(), jen.Id("v").Op("*").Add(typeOf(w.file, t))).Block(w.read(t, "v", ""))
}

// canWrite tells whether a type can be written out here, and is worth it.
func (w decoder) canWrite(t *model.Type) bool {
	switch t.Kind {
	case model.Named:
		return w.plan.canName(t.Decl)
	case model.Pointer, model.Slice:
		return w.canWrite(t.Elem)
	case model.Map:
		return w.canWrite(t.Key) && w.canWrite(t.Elem)
	}
	return t.Kind == model.Basic
}

// function writes the name of the function that reads values of a type; nil where it takes more than a name.
func (w decoder) function(t *model.Type) *jen.Statement {
	if d := t.NamedDecl(); d != nil {
		switch {
		case isLeaf(d):
			return w.at(pkgCodecMeta, d)
		case d.Package.Path == "encoding/json" && d.Name == "RawMessage":
			return scanFunc("Raw")
		case d.Package.Path == "encoding/json" && d.Name == "Number":
			return scanFunc("Number")
		case d.Declares("UnmarshalJSON"):
			return nil
		case w.plan.structs[d] != nil:
			return w.of(d)
		case d.ReadsItself() || len(t.Args) > 0 || slices.Contains(w.within, d):
			return scanFunc("Fallback")
		}
	}
	switch under := t.Underlying(); under.Kind {
	case model.Basic:
		return scanFunc(scalar(under.Name))
	case model.Interface:
		if t == under && (t.Name == "any" || t.Name == "interface{}") {
			return scanFunc("Any")
		}
	case model.Struct:
		if _, ok := model.JSONFields(nil, under); ok && t == under {
			return nil
		}
	case model.Pointer:
		if t == under {
			return nil
		}
	case model.Slice:
		if elem := under.Elem.Unalias(); elem.Kind == model.Basic && (elem.Name == "byte" || elem.Name == "uint8") {
			return scanFunc("Bytes")
		} else if name := elem.Underlying().Name; name != "byte" && name != "uint8" {
			return nil
		}
	case model.Map:
		if d := under.Key.NamedDecl(); under.Key.Unalias().Underlying().Name == "string" && (d == nil || !d.ReadsItself()) {
			return nil
		}
	}
	return scanFunc("Fallback")
}

// scalar is the function that reads values of a predeclared type.
func scalar(name string) string {
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

// isLeaf tells the types that package metav1 of the runtime's codecs reads by functions written by hand.
func isLeaf(d *model.Decl) bool {
	switch d.Package.Path + "." + d.Name {
	case pkgMeta + ".Time", pkgMeta + ".MicroTime", pkgMeta + ".Duration", pkgMeta + ".FieldsV1",
		"k8s.io/apimachinery/pkg/util/intstr.IntOrString", "k8s.io/apimachinery/pkg/api/resource.Quantity":
		return true
	}
	return false
}
