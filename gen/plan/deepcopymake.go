package plan

import (
	"strconv"

	"github.com/typewright/typewright/gen/model"
)

// deepCopy plans the copy methods of a package.
func deepCopy(_ *planner, pkg *model.Package) Content {
	c := newCopier(pkg)
	var methods []CopyMethod
	for _, d := range pkg.Decls {
		asked := c.methods(d)
		if asked.into {
			methods = append(methods, CopyMethod{Decl: d, Form: IntoMethod, ByValue: isReference(d), Body: c.intoBody(d)})
		}
		if asked.copy {
			methods = append(methods, c.copyMethod(d))
		}
		for _, iface := range asked.interfaces {
			methods = append(methods, c.interfaceMethod(d, iface))
		}
	}
	for i := 0; i < len(c.open); i++ { //nolint:intrange // a helper may need further ones
		c.helpers = append(c.helpers, c.helper(c.open[i]))
	}
	return &DeepCopy{Methods: methods, Helpers: c.helpers, In: c.in, Out: c.out, Copy: c.local("c")}
}

// copier plans the methods of one package.
type copier struct {
	*copyRules

	from *model.Package
	// in and out are the names of the receiver and of the parameter.
	in, out string
	helpers []CopyHelper
	// names are those of the helpers by typeKey, open the types of the helpers in the order in which they are needed.
	names map[string]string
	open  []*model.Type
	taken map[string]bool
}

func newCopier(pkg *model.Package) *copier {
	c := &copier{copyRules: newCopyRules(), from: pkg, names: map[string]string{}, taken: declaredNames(pkg)}
	c.in, c.out = c.local("in"), c.local("out")
	return c
}

func (c *copier) local(name string) string { return localBeside(c.from, name) }

// helperName is the name of the function that copies a type.
func (c *copier) helperName(t *model.Type) string {
	t = t.Unalias()
	key := typeKey(t)
	if name := c.names[key]; name != "" {
		return name
	}
	base := "copy"
	if t.Decl.Package != c.from {
		base += model.UpperFirst(Alias(t.Decl.Package))
	}
	base += model.UpperFirst(t.Decl.Name)
	name := base
	for n := 2; c.taken[name]; n++ {
		name = base + strconv.Itoa(n)
	}
	c.names[key], c.taken[name] = name, true
	c.open = append(c.open, t)
	return name
}

// typeKey is the same for identical types: the name with the arguments, aliases followed.
func typeKey(t *model.Type) string {
	if t == nil {
		return ""
	}
	t = t.Unalias()
	key := strconv.Itoa(int(t.Kind)) + t.Name + t.Len + "{" + typeKey(t.Key) + ";" + typeKey(t.Elem)
	if t.Kind == model.Named {
		key = t.Decl.Package.Path + "." + t.Decl.Name + "{"
	}
	for _, arg := range t.Args {
		key += ";" + typeKey(arg)
	}
	for _, f := range t.Fields {
		key += ";" + f.Name + " " + typeKey(f.Type) + " " + f.Tag
	}
	return key + "}"
}

func (c *copier) helper(t *model.Type) CopyHelper {
	body := c.whole(t)
	if under := t.Underlying(); under.Kind != model.Struct {
		body = c.elements("(*"+c.out+")", "(*"+c.in+")", t, 0)
	}
	return CopyHelper{Name: c.helperName(t), Type: t, Body: body}
}

// whole copies the struct that in points to, whatever methods it has.
func (c *copier) whole(t *model.Type) []CopyStep {
	return append([]CopyStep{assign("*"+c.out, valueAt("*"+c.in))}, c.fields(c.out, c.in, t.Underlying(), 0)...)
}

// intoBody plans DeepCopyInto.
func (c *copier) intoBody(d *model.Decl) []CopyStep {
	out := "*" + c.out
	switch {
	case isReference(d) || d.Declares("DeepCopy") && c.selfCopy(d).byValue:
		return []CopyStep{assign(out, called(c.in, "DeepCopy"))}
	case d.Declares("DeepCopy"):
		return []CopyStep{assign(out, deref(called(c.in, "DeepCopy")))}
	case c.plain(d.Type):
		return []CopyStep{assign(out, valueAt("*"+c.in))}
	case d.Type.Underlying().Kind == model.Array:
		return append([]CopyStep{assign(out, valueAt("*"+c.in))}, c.each(c.out, c.in, d.Type.Underlying(), 0)...)
	case d.Type.Unalias().Kind == model.Named:
		return c.asBase("(*"+c.out+")", "(*"+c.in+")", &model.Type{Kind: model.Named, Name: d.Name, Decl: d}, 0)
	}
	return c.whole(d.Type)
}

// copyMethod plans DeepCopy.
func (c *copier) copyMethod(d *model.Decl) CopyMethod {
	m := CopyMethod{Decl: d, Form: NewMethod, ByValue: isReference(d)}
	if !isReference(d) || d.Declares("DeepCopyInto") {
		return m
	}
	if value, ok := c.clone(c.in, d.Type.Underlying()); ok {
		m.Form, m.Body = CloneMethod, []CopyStep{{Value: value}}
		return m
	}
	m.Form, m.Body = MakeMethod, c.each(c.out, c.in, d.Type.Underlying(), 0)
	return m
}

// interfaceMethod plans DeepCopy<Interface>. The marker nonpointer-interfaces asks for a receiver that is not a pointer.
func (c *copier) interfaceMethod(d *model.Decl, iface string) CopyMethod {
	m := CopyMethod{Decl: d, Form: InterfaceMethod, Interface: Name{Ident: iface}}
	if path, short, ok := model.SplitTypeName(iface); ok {
		m.Interface = Name{Path: path, Ident: short}
	}
	nonpointer, _ := d.Markers.Get("k8s:deepcopy-gen:nonpointer-interfaces")
	switch isValue := c.selfCopy(d).byValue; {
	case nonpointer.Word() == "true":
		value := called(c.in, "DeepCopy")
		value.Star = !isValue
		m.Form, m.ByValue, m.Body = LinearMethod, true, []CopyStep{{Value: value}}
	case isValue:
		m.Form = ValueMethod
	}
	return m
}

// place is a place without a conversion.
func place(text string) CopyPlace { return CopyPlace{Text: text} }

// valueAt is the value at a place.
func valueAt(text string) CopyValue { return CopyValue{Of: place(text)} }

func called(text, method string) CopyValue {
	return CopyValue{Form: CopyCalled, Of: place(text), Method: method}
}

func deref(v CopyValue) CopyValue {
	v.Star = true
	return v
}

func assign(dst string, value CopyValue) CopyStep {
	return CopyStep{Form: CopyAssign, Dst: place(dst), Value: value}
}

// fields copies, for a struct that was assigned as a whole, the fields that an assignment does not copy. depth counts the
// loops around.
func (c *copier) fields(dst, src string, t *model.Type, depth int) []CopyStep {
	var body []CopyStep
	for _, field := range t.Fields {
		if field.Name != "_" && !c.plain(field.Type) {
			body = append(body, c.copy(dst+"."+field.Name, src+"."+field.Name, field.Type, depth)...)
		}
	}
	return body
}

// copy makes dst, which is empty or was assigned src as a part of something, a copy of src.
func (c *copier) copy(dst, src string, t *model.Type, depth int) []CopyStep {
	if value, ok := c.clone(src, t); ok {
		return []CopyStep{assign(dst, value)}
	}
	switch c.how(t, c.from) {
	case into:
		return []CopyStep{{Form: CopyInto, Src: place(src), Dst: place(dst)}}
	case byPointer:
		return []CopyStep{assign(dst, deref(called(src, "DeepCopy")))}
	case byHelper:
		return []CopyStep{{Form: CopyCall, Func: c.helperName(t), Src: place(src), Dst: place(dst)}}
	case asBase:
		return c.asBase(dst, src, t, depth)
	case fieldwise:
		return append([]CopyStep{assign(dst, valueAt(src))}, c.fields(dst, src, t.Underlying(), depth)...)
	case asInterface:
		return ifSet(src, []CopyStep{assign(dst, called(src, "DeepCopy"+t.NamedDecl().Name))})
	}
	return c.elements(dst, src, t, depth)
}

// elements copies what a pointer points to, or a slice, array or map.
func (c *copier) elements(dst, src string, t *model.Type, depth int) []CopyStep {
	under := t.Underlying()
	switch under.Kind {
	case model.Pointer:
		return ifSet(src, c.target(dst, src, t, depth))
	case model.Array:
		return c.each(dst, src, under, depth)
	}
	body := []CopyStep{assign(dst, CopyValue{Form: CopyMake, Type: t, Of: place(src)})}
	return ifSet(src, append(body, c.each(dst, src, under, depth)...))
}

// clone is the copy of src as an expression, if one copies nil as well.
func (c *copier) clone(src string, t *model.Type) (value CopyValue, ok bool) {
	t = t.Unalias()
	under := t.Underlying()
	switch how := c.how(t, c.from); {
	case how == assigned:
		return valueAt(src), true
	case how == byValue:
		return called(src, "DeepCopy"), true
	case how != elementwise:
		return value, false
	case t.Kind == model.Pointer:
		// Methods of this run are known to return nil for nil.
		elem := t.Elem.NamedDecl()
		if elem == nil {
			return value, false
		}
		self := c.selfCopy(elem)
		return called(src, "DeepCopy"), self.nilSafe && !self.byValue
	case under.Kind == model.Slice && c.plain(under.Elem):
		return CopyValue{Form: CopyFunc, Func: Name{Path: PkgSlices, Ident: "Clone"}, Of: place(src)}, true
	case under.Kind == model.Map && c.plain(under.Elem):
		return CopyValue{Form: CopyFunc, Func: Name{Path: PkgMaps, Ident: "Clone"}, Of: place(src)}, true
	}
	return value, false
}

// asBase copies a struct type that is declared as another one in the way in which that one is copied.
func (c *copier) asBase(dst, src string, t *model.Type, depth int) []CopyStep {
	base := t.Right().Unalias()
	from, to := CopyPlace{Text: src, As: base}, CopyPlace{Text: dst, As: base}
	value := CopyValue{Form: CopyCalled, Of: from, Method: "DeepCopy"}
	switch c.how(base, c.from) {
	case assigned:
		return []CopyStep{assign(dst, valueAt(src))}
	case into:
		return []CopyStep{{Form: CopyInto, Src: from, Dst: to}}
	case byPointer:
		return []CopyStep{{Form: CopyAssign, Dst: to, Value: deref(value)}}
	case byValue:
		return []CopyStep{{Form: CopyAssign, Dst: to, Value: value}}
	case byHelper:
		return []CopyStep{{Form: CopyCall, Func: c.helperName(base), Src: from, Dst: to}}
	case asBase:
		return c.asBase(dst, src, base, depth)
	}
	return append([]CopyStep{assign(dst, valueAt(src))}, c.fields(dst, src, t.Underlying(), depth)...)
}

// target copies what the pointer src, which is not nil, points to.
func (c *copier) target(dst, src string, t *model.Type, depth int) []CopyStep {
	elem, on := t.Underlying().Elem, src
	if t.Unalias().Kind == model.Named {
		on = "(*" + src + ")" // a pointer type with a name has no methods
	}
	how := c.how(elem, c.from)
	self := selfCopy{}
	if d := elem.NamedDecl(); d != nil {
		self = c.selfCopy(d)
	}
	fresh := assign(dst, CopyValue{Form: CopyNew, Type: elem})
	switch {
	case how == assigned:
		return []CopyStep{fresh, assign("*"+dst, valueAt("*"+src))}
	case how == byValue:
		value := c.local("value")
		return []CopyStep{
			{Form: CopyDefine, Dst: place(value), Value: called(on, "DeepCopy")},
			assign(dst, CopyValue{Form: CopyAddress, Of: place(value)}),
		}
	case self.copy:
		return []CopyStep{assign(dst, called(on, "DeepCopy"))}
	case how == into:
		return []CopyStep{fresh, {Form: CopyInto, Src: place(on), Dst: CopyPlace{Text: dst, Pointer: true}}}
	}
	return append([]CopyStep{fresh}, c.copy("(*"+dst+")", "(*"+src+")", elem, depth)...)
}

// each copies the elements of a slice, array or map for which dst has room.
func (c *copier) each(dst, src string, t *model.Type, depth int) []CopyStep {
	if t.Kind != model.Map {
		i := string(rune('i' + depth%15))
		if depth >= 15 {
			i += strconv.Itoa(depth)
		}
		i = c.local(i)
		at := "[" + i + "]"
		return []CopyStep{{Form: CopyEach, Index: i, Src: place(src), Body: c.copy(dst+at, src+at, t.Elem, depth+1)}}
	}
	key, val, room := "key", "val", "clone"
	if depth > 0 {
		n := strconv.Itoa(depth + 1)
		key, val, room = key+n, val+n, room+n
	}
	key, val, room = c.local(key), c.local(val), c.local(room)
	at := dst + "[" + key + "]"
	var loop []CopyStep
	if value, ok := c.clone(val, t.Elem); ok {
		loop = []CopyStep{assign(at, value)}
	} else if d := t.Elem.NamedDecl(); d != nil && c.selfCopy(d).copy {
		loop = []CopyStep{assign(at, deref(called(val, "DeepCopy")))}
	} else {
		// An element of a map has no address, so a variable holds it until it is complete.
		loop = []CopyStep{{Form: CopyVar, Dst: place(room), Value: CopyValue{Type: t.Elem}}}
		loop = append(loop, c.copy(room, val, t.Elem, depth+1)...)
		loop = append(loop, assign(at, valueAt(room)))
	}
	return []CopyStep{{Form: CopyEntries, Key: key, Elem: val, Src: place(src), Body: loop}}
}

func ifSet(src string, body []CopyStep) []CopyStep {
	return []CopyStep{{Form: CopyIfSet, Src: place(src), Body: body}}
}
