package templates

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// Places are kept as text while statements are put together: "in.Spec", "out.Tasks[i]", "val".

// fields copies, for a struct that was assigned as a whole, the fields for which that is not enough. depth counts the
// loops around.
func (c copier) fields(dst, src string, t *model.Type, depth int) []jen.Code {
	var body []jen.Code
	for _, field := range t.Fields {
		if field.Name != "_" && !plain(c.from, field.Type) {
			body = append(body, c.copy(dst+"."+field.Name, src+"."+field.Name, field.Type, depth)...)
		}
	}
	return body
}

// copy makes dst a copy of src.
func (c copier) copy(dst, src string, t *model.Type, depth int) []jen.Code {
	if value, ok := c.clone(src, t); ok {
		return []jen.Code{jen.Id(dst).Op("=").Add(value)}
	}
	under := t.Underlying()
	switch under.Kind {
	case model.Struct, model.Named:
		return c.structure(dst, src, t, depth)
	case model.Array:
		return c.each(dst, src, under, depth)
	case model.Pointer:
		return c.ifNotNil(src, c.target(dst, src, under.Elem, depth))
	case model.Slice, model.Map:
		// out.Tasks = make([]Task, len(in.Tasks))
		body := []jen.Code{jen.Id(dst).Op("=").Make(typeOf(c.file, t), jen.Len(jen.Id(src)))}
		return c.ifNotNil(src, append(body, c.each(dst, src, under, depth)...))
	case model.Interface:
		if t.Kind == model.Named {
			// out.Decoder = in.Decoder.DeepCopyDecoder()
			method := src + ".DeepCopy" + t.Decl.Resolve().Name
			return c.ifNotNil(src, []jen.Code{jen.Id(dst).Op("=").Id(method).Call()})
		}
	}
	return []jen.Code{jen.Id(dst).Op("=").Id(src)}
}

// clone is the copy of src as an expression, where there is one that does not mind nil.
func (c copier) clone(src string, t *model.Type) (value jen.Code, ok bool) {
	d := declOf(t)
	under := t.Underlying()
	switch {
	case plain(c.from, t):
		return jen.Id(src), true
	case d != nil && hasMethod(d, "DeepCopy"):
		// A method that returns a value, not a pointer: in.Limits.DeepCopy()
		return jen.Id(src + ".DeepCopy").Call(), !copyReturnsPointer(d)
	case under.Kind == model.Pointer:
		// Methods of this run are known to return nil for nil: in.Retry.DeepCopy()
		elem := declOf(under.Elem)
		return jen.Id(src + ".DeepCopy").Call(), elem != nil && methodsFor(elem).copy && !isReference(elem.Type)
	case under.Kind == model.Slice && plain(c.from, under.Elem):
		return jen.Qual(pkgSlices, "Clone").Call(jen.Id(src)), true
	case under.Kind == model.Map && plain(c.from, under.Elem):
		return jen.Qual(pkgMaps, "Clone").Call(jen.Id(src)), true
	}
	return nil, false
}

// structure copies a struct by its own methods, else field by field.
func (c copier) structure(dst, src string, t *model.Type, depth int) []jen.Code {
	d := declOf(t)
	switch {
	case d != nil && hasMethod(d, "DeepCopyInto"):
		// in.Spec.DeepCopyInto(&out.Spec)
		return []jen.Code{jen.Id(src + ".DeepCopyInto").Call(jen.Op("&").Id(dst))}
	case d != nil && hasMethod(d, "DeepCopy"):
		// out.Spec = *in.Spec.DeepCopy()
		return []jen.Code{jen.Id(dst).Op("=").Op("*").Id(src + ".DeepCopy").Call()}
	}
	body := []jen.Code{jen.Id(dst).Op("=").Id(src)}
	return append(body, c.fields(dst, src, t.Underlying(), depth)...)
}

// target copies what the pointer src, which is not nil, points to.
func (c copier) target(dst, src string, elem *model.Type, depth int) []jen.Code {
	d := declOf(elem)
	switch {
	case d != nil && hasMethod(d, "DeepCopy") && copyReturnsPointer(d):
		// out.Serial = in.Serial.DeepCopy()
		return []jen.Code{jen.Id(dst).Op("=").Id(src + ".DeepCopy").Call()}
	case d != nil && hasMethod(d, "DeepCopy"):
		// clone := in.Payload.DeepCopy()
		// out.Payload = &clone
		return []jen.Code{
			jen.Id("clone").Op(":=").Id(src + ".DeepCopy").Call(),
			jen.Id(dst).Op("=").Op("&").Id("clone"),
		}
	case d != nil && hasMethod(d, "DeepCopyInto"):
		return []jen.Code{
			jen.Id(dst).Op("=").New(typeOf(c.file, elem)),
			jen.Id(src + ".DeepCopyInto").Call(jen.Id(dst)),
		}
	case plain(c.from, elem):
		// out.Serial = new(string)
		// *out.Serial = *in.Serial
		return []jen.Code{
			jen.Id(dst).Op("=").New(typeOf(c.file, elem)),
			jen.Op("*").Id(dst).Op("=").Op("*").Id(src),
		}
	}
	body := []jen.Code{jen.Id(dst).Op("=").New(typeOf(c.file, elem))}
	return append(body, c.copy("(*"+dst+")", "(*"+src+")", elem, depth)...)
}

// each copies the elements of a slice, array or map for which dst has room.
func (c copier) each(dst, src string, t *model.Type, depth int) []jen.Code {
	if t.Kind != model.Map {
		i := string("ijklmnopqrstuvw"[depth])
		at := "[" + i + "]"
		loop := c.copy(dst+at, src+at, t.Elem, depth+1)
		return []jen.Code{jen.For(jen.Id(i).Op(":=").Range().Id(src)).Block(loop...)}
	}
	key, val, room := "key", "val", "clone"
	if depth > 0 {
		n := strconv.Itoa(depth + 1)
		key, val, room = key+n, val+n, room+n
	}
	at := dst + "[" + key + "]"
	var loop []jen.Code
	if value, ok := c.clone(val, t.Elem); ok {
		loop = []jen.Code{jen.Id(at).Op("=").Add(value)}
	} else if d := declOf(t.Elem); d != nil && hasMethod(d, "DeepCopy") {
		loop = []jen.Code{jen.Id(at).Op("=").Op("*").Id(val + ".DeepCopy").Call()}
	} else {
		// An element of a map has no address, so it is put together beside it.
		loop = []jen.Code{jen.Var().Id(room).Add(typeOf(c.file, t.Elem))}
		loop = append(loop, c.copy(room, val, t.Elem, depth+1)...)
		loop = append(loop, jen.Id(at).Op("=").Id(room))
	}
	return []jen.Code{jen.For(jen.List(jen.Id(key), jen.Id(val)).Op(":=").Range().Id(src)).Block(loop...)}
}

func (c copier) ifNotNil(src string, body []jen.Code) []jen.Code {
	return []jen.Code{jen.If(jen.Id(src).Op("!=").Nil()).Block(body...)}
}

// declOf is the declaration that a type names, aliases resolved; nil for a type literal.
func declOf(t *model.Type) *model.Decl {
	if t.Kind != model.Named || t.Decl == nil {
		return nil
	}
	return t.Decl.Resolve()
}
