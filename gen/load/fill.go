package load

import (
	"go/ast"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/module"

	"github.com/typewright/typewright/gen/model"
)

// fill completes a declaration from its syntax.
func (u *universe) fill(d *decl) {
	d.done = true
	m := d.model
	if d.spec == nil {
		if d.asked.IsValid() && len(d.pkg.files) > 0 {
			u.problems.Add(d.asked, "", "undefined: %s", d.askedAs)
		}
		return
	}
	m.Pos = u.position(d.spec.Name.Pos())
	m.Alias = d.spec.Assign.IsValid()
	m.Doc = prose(d.spec.doc)
	start := d.spec.start
	if d.spec.doc != nil {
		start = d.spec.doc.Pos()
	}
	m.Markers = u.markers(u.detached(d.file, start), d.spec.doc)
	if m.Markers.Has("k8s:enum") {
		m.Texts = u.texts(d)
	}
	u.referTo(d)
	s := &scope{universe: u, file: d.file, params: map[string]bool{}}
	if d.spec.TypeParams != nil {
		for _, field := range d.spec.TypeParams.List {
			for _, name := range field.Names {
				m.TypeParams = append(m.TypeParams, name.Name)
				s.params[name.Name] = true
			}
		}
	}
	if !u.cfg.Shallow {
		for _, method := range d.methods {
			m.Methods[method.name] = u.shape(d, method)
		}
	}
	s.follow = u.follows(d)
	m.Type = s.typ(d.spec.Type)
}

// referTo requests the types that +genclient:method of an input package names in other packages.
func (u *universe) referTo(d *decl) {
	if !d.pkg.input {
		return
	}
	u.referToViewed(d)
	for _, value := range d.model.Markers.All("genclient:method") {
		for argument := range strings.SplitSeq(value, ",") {
			key, name, _ := strings.Cut(argument, "=")
			path, short, ok := model.SplitTypeName(strings.TrimSpace(name))
			if key = strings.TrimSpace(key); ok && (key == "input" || key == "result") && module.CheckImportPath(path) == nil {
				other := u.pkg(path, GuessName(path)).decl(short)
				if !u.cfg.Shallow {
					u.request(other)
				}
				u.referenced[path+"."+short] = other.model
			}
		}
	}
}

// referToViewed requests the kind of another package that a view is of. A shallow run needs its markers, and those of its package.
func (u *universe) referToViewed(d *decl) {
	m, _ := d.model.Markers.Get("typewright:view")
	path, short, ok := model.SplitTypeName(m.Word())
	if !ok || module.CheckImportPath(path) != nil {
		return
	}
	p := u.pkg(path, GuessName(path))
	p.viewed = true
	other := p.decl(short)
	if !other.asked.IsValid() {
		other.asked, other.askedAs = m.Pos, m.Word()
	}
	u.request(other)
	u.referenced[path+"."+short] = other.model
}

// follows decides whether the types that a declaration names are looked into. What reads and writes its own JSON and
// copies itself is opaque to all templates, and in a shallow run only what makes a type of another type counts.
func (u *universe) follows(d *decl) bool {
	switch {
	case u.cfg.Shallow:
		_, literal := d.spec.Type.(*ast.StructType)
		return !literal
	case d.pkg.input:
		return true
	}
	return !d.declares("UnmarshalJSON", "MarshalJSON") || !d.declares("DeepCopyInto", "DeepCopy") && !d.model.Immutable()
}

// declares tells whether a type has one of the methods.
func (d *decl) declares(names ...string) bool {
	return slices.ContainsFunc(d.methods, func(m method) bool { return slices.Contains(names, m.name) })
}

// shape resolves a method's types without looking into them.
func (u *universe) shape(d *decl, m method) model.Func {
	if m.fn == nil {
		return model.Func{Pointer: m.pointer}
	}
	s := &scope{universe: u, file: m.file, params: map[string]bool{}, quiet: true}
	for _, name := range d.model.TypeParams {
		s.params[name] = true
	}
	return model.Func{Pointer: m.pointer, Params: s.types(m.fn.Params), Results: s.types(m.fn.Results)}
}

// types resolves a list of parameters, each name on its own.
func (s *scope) types(list *ast.FieldList) []*model.Type {
	if list == nil {
		return nil
	}
	var types []*model.Type
	for _, field := range list.List {
		t := s.typ(field.Type)
		for range max(1, len(field.Names)) {
			types = append(types, t)
		}
	}
	return types
}

// fields resolves the fields of a struct, each name on its own.
func (s *scope) fields(st *ast.StructType) []model.Field {
	var fields []model.Field
	behind := map[*ast.CommentGroup]bool{} // comments at the ends of lines
	for _, field := range st.Fields.List {
		behind[field.Comment] = true
		start := field.Pos()
		if field.Doc != nil {
			start = field.Doc.Pos()
		}
		above := s.universe.detached(s.file, start)
		if behind[above] {
			above = nil
		}
		f := model.Field{
			Type:    s.typ(field.Type),
			Doc:     prose(field.Doc),
			Markers: s.universe.markers(above, field.Doc),
			Pos:     s.universe.position(field.Pos()),
		}
		if field.Tag != nil {
			f.Tag, _ = strconv.Unquote(field.Tag.Value)
		}
		if len(field.Names) == 0 {
			f.Embedded = true
			f.Name = embeddedName(field.Type)
			f.JSON = jsonTag(f)
			s.checkTag(f)
			fields = append(fields, f)
			continue
		}
		for _, name := range field.Names {
			f.Name, f.Pos = name.Name, s.universe.position(name.Pos())
			f.JSON = jsonTag(f)
			s.checkTag(f)
			fields = append(fields, f)
		}
	}
	return fields
}

// checkTag refuses names that encoding/json does not take either, and that would have to be escaped wherever they stand in
// emitted code.
func (s *scope) checkTag(f model.Field) {
	bad := func(r rune) bool {
		return !unicode.IsPrint(r) || r == utf8.RuneError || strings.ContainsRune("`\"\\", r)
	}
	if !s.quiet && strings.ContainsFunc(f.JSON.Name, bad) {
		s.universe.problems.Add(f.Pos, "use letters, digits and plain signs", "field %s cannot be called %q in JSON", f.Name, f.JSON.Name)
	}
}

// embeddedName is the name that an embedded field gets from its type.
func embeddedName(expr ast.Expr) string {
	for {
		switch e := expr.(type) {
		case *ast.StarExpr:
			expr = e.X
		case *ast.ParenExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		case *ast.SelectorExpr:
			return e.Sel.Name
		case *ast.Ident:
			return e.Name
		default:
			return ""
		}
	}
}

// jsonTag takes the json part of a field's tag apart as encoding/json does. An embedded field without a name counts as
// inlined until it is known what it embeds.
func jsonTag(f model.Field) model.JSONTag {
	tag := reflect.StructTag(f.Tag).Get("json")
	name, options, _ := strings.Cut(tag, ",")
	j := model.JSONTag{Name: name, Skip: tag == "-"}
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "omitempty":
			j.OmitEmpty = true
		case "omitzero":
			j.OmitZero = true
		case "string":
			j.String = true
		}
	}
	j.Inline = f.Embedded && name == ""
	if name == "" {
		j.Name = f.Name
	}
	return j
}

// inlineStructsOnly corrects, once all types are known, the fields that embed something else than a struct: these are
// written under their own names.
func inlineStructsOnly(d *model.Decl) {
	if d.Type == nil || d.Type.Kind != model.Struct {
		return
	}
	for i, f := range d.Type.Fields {
		if !f.JSON.Inline {
			continue
		}
		under := f.Type
		if under.Kind == model.Pointer {
			under = under.Elem
		}
		if kind := under.Underlying().Kind; kind != model.Struct && kind != model.Named {
			d.Type.Fields[i].JSON.Inline = false
		}
	}
}
