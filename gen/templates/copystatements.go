package templates

import (
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// Places are kept as text while statements are put together: "in.Spec", "out.Tasks[i]", "val", "(*out.At)".

// addr is the address of a place.
func addr(place string) string {
	if inner, ok := strings.CutPrefix(place, "(*"); ok && strings.IndexByte(inner, ')') == len(inner)-1 {
		return inner[:len(inner)-1]
	}
	return "&" + place
}

// fields copies, for a struct that was assigned as a whole, the fields for which that is not enough. depth counts the
// loops around.
func (c copier) fields(dst, src string, t *model.Type, depth int) []jen.Code {
	var body []jen.Code
	for _, field := range t.Fields {
		if field.Name != "_" && !field.Type.Plain() {
			body = append(body, c.copy(dst+"."+field.Name, src+"."+field.Name, field.Type, depth)...)
		}
	}
	return body
}

// copy makes dst, which is empty or was assigned src as a part of something, a copy of src.
func (c copier) copy(dst, src string, t *model.Type, depth int) []jen.Code {
	if value, ok := c.clone(src, t); ok {
		return []jen.Code{jen.Id(dst).Op("=").Add(value)}
	}
	under := t.Underlying()
	switch t.CopyHow(c.from) {
	case model.CopyInto:
		// in.Spec.DeepCopyInto(&out.Spec)
		return []jen.Code{jen.Id(src + ".DeepCopyInto").Call(jen.Id(addr(dst)))}
	case model.CopyByPointer:
		// out.Spec = *in.Spec.DeepCopy()
		return []jen.Code{jen.Id(dst).Op("=").Op("*").Id(src + ".DeepCopy").Call()}
	case model.CopyByHelper:
		// copyNode(&in.Node, &out.Node)
		return []jen.Code{jen.Id(c.helpers.name(c.from, t)).Call(jen.Id(addr(src)), jen.Id(addr(dst)))}
	case model.CopyAsBase:
		return c.asBase(dst, src, t, depth)
	case model.CopyFields:
		return append([]jen.Code{jen.Id(dst).Op("=").Id(src)}, c.fields(dst, src, under, depth)...)
	case model.CopyAsInterface:
		// out.Decoder = in.Decoder.DeepCopyDecoder()
		method := src + ".DeepCopy" + t.NamedDecl().Name
		return c.ifNotNil(src, []jen.Code{jen.Id(dst).Op("=").Id(method).Call()})
	}
	return c.elements(dst, src, t, depth)
}

// elements copies what a pointer points to, or a slice, array or map.
func (c copier) elements(dst, src string, t *model.Type, depth int) []jen.Code {
	under := t.Underlying()
	switch under.Kind {
	case model.Pointer:
		return c.ifNotNil(src, c.target(dst, src, t, depth))
	case model.Array:
		return c.each(dst, src, under, depth)
	}
	// out.Tasks = make([]Task, len(in.Tasks))
	body := []jen.Code{jen.Id(dst).Op("=").Make(typeOf(c.file, t), jen.Len(jen.Id(src)))}
	return c.ifNotNil(src, append(body, c.each(dst, src, under, depth)...))
}

// clone is the copy of src as an expression, where there is one that does not mind nil.
func (c copier) clone(src string, t *model.Type) (value jen.Code, ok bool) {
	t = t.Unalias()
	under := t.Underlying()
	switch how := t.CopyHow(c.from); {
	case how == model.CopyAssigned:
		return jen.Id(src), true
	case how == model.CopyByValue:
		// in.Limits.DeepCopy()
		return jen.Id(src + ".DeepCopy").Call(), true
	case how != model.CopyElements:
		return nil, false
	case t.Kind == model.Pointer:
		// Methods of this run are known to return nil for nil: in.Retry.DeepCopy()
		elem := t.Elem.NamedDecl()
		if elem == nil {
			return nil, false
		}
		self := elem.SelfCopy()
		return jen.Id(src + ".DeepCopy").Call(), self.NilSafe && !self.ByValue
	case under.Kind == model.Slice && under.Elem.Plain():
		return jen.Qual(pkgSlices, "Clone").Call(jen.Id(src)), true
	case under.Kind == model.Map && under.Elem.Plain():
		return jen.Qual(pkgMaps, "Clone").Call(jen.Id(src)), true
	}
	return nil, false
}

// asBase copies a struct type that is declared as another one by what copies that.
func (c copier) asBase(dst, src string, t *model.Type, depth int) []jen.Code {
	base := t.Right().Unalias()
	as := func(place string) *jen.Statement {
		return jen.Parens(jen.Op("*").Add(typeOf(c.file, base))).Parens(jen.Id(addr(place)))
	}
	switch base.CopyHow(c.from) {
	case model.CopyAssigned:
		return []jen.Code{jen.Id(dst).Op("=").Id(src)}
	case model.CopyInto:
		// (*Inner)(&in.Spec).DeepCopyInto((*Inner)(&out.Spec))
		return []jen.Code{as(src).Dot("DeepCopyInto").Call(as(dst))}
	case model.CopyByPointer:
		return []jen.Code{jen.Op("*").Add(as(dst)).Op("=").Op("*").Add(as(src)).Dot("DeepCopy").Call()}
	case model.CopyByValue:
		return []jen.Code{jen.Op("*").Add(as(dst)).Op("=").Add(as(src)).Dot("DeepCopy").Call()}
	case model.CopyByHelper:
		return []jen.Code{jen.Id(c.helpers.name(c.from, base)).Call(as(src), as(dst))}
	case model.CopyAsBase:
		return c.asBase(dst, src, base, depth)
	}
	return append([]jen.Code{jen.Id(dst).Op("=").Id(src)}, c.fields(dst, src, t.Underlying(), depth)...)
}

// target copies what the pointer src, which is not nil, points to.
func (c copier) target(dst, src string, t *model.Type, depth int) []jen.Code {
	elem, on := t.Underlying().Elem, src
	if t.Unalias().Kind == model.Named {
		on = "(*" + src + ")" // a pointer type with a name has no methods
	}
	how := elem.CopyHow(c.from)
	self := model.SelfCopy{}
	if d := elem.NamedDecl(); d != nil {
		self = d.SelfCopy()
	}
	fresh := jen.Id(dst).Op("=").New(typeOf(c.file, elem))
	switch {
	case how == model.CopyAssigned:
		// out.Serial = new(string)
		// *out.Serial = *in.Serial
		return []jen.Code{fresh, jen.Op("*").Id(dst).Op("=").Op("*").Id(src)}
	case how == model.CopyByValue:
		// value := in.Payload.DeepCopy()
		// out.Payload = &value
		return []jen.Code{
			jen.Id(c.local("value")).Op(":=").Id(on + ".DeepCopy").Call(),
			jen.Id(dst).Op("=").Op("&").Id(c.local("value")),
		}
	case self.Copy:
		// out.Serial = in.Serial.DeepCopy()
		return []jen.Code{jen.Id(dst).Op("=").Id(on + ".DeepCopy").Call()}
	case how == model.CopyInto:
		return []jen.Code{fresh, jen.Id(on + ".DeepCopyInto").Call(jen.Id(dst))}
	}
	return append([]jen.Code{fresh}, c.copy("(*"+dst+")", "(*"+src+")", elem, depth)...)
}

// each copies the elements of a slice, array or map for which dst has room.
func (c copier) each(dst, src string, t *model.Type, depth int) []jen.Code {
	if t.Kind != model.Map {
		i := string(rune('i' + depth%15))
		if depth >= 15 {
			i += strconv.Itoa(depth)
		}
		i = c.local(i)
		at := "[" + i + "]"
		loop := c.copy(dst+at, src+at, t.Elem, depth+1)
		return []jen.Code{jen.For(jen.Id(i).Op(":=").Range().Id(src)).Block(loop...)}
	}
	key, val, room := "key", "val", "clone"
	if depth > 0 {
		n := strconv.Itoa(depth + 1)
		key, val, room = key+n, val+n, room+n
	}
	key, val, room = c.local(key), c.local(val), c.local(room)
	at := dst + "[" + key + "]"
	var loop []jen.Code
	if value, ok := c.clone(val, t.Elem); ok {
		loop = []jen.Code{jen.Id(at).Op("=").Add(value)}
	} else if d := t.Elem.NamedDecl(); d != nil && d.SelfCopy().Copy {
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
