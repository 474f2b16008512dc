package plan

import (
	"path"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// Configurations is the content of applyconfigurations.go: the apply configurations of a package.
type Configurations struct {
	// Name is the name of the package, Of what its types belong to.
	Name, Of string
	All      []Configuration
	// Appends and Puts mean that With functions call the helpers appendAll and putAll.
	Appends, Puts bool
}

// Configuration is the apply configuration of a struct.
type Configuration struct {
	Decl *model.Decl
	// Name is the name of the type, Constructor that of the function that makes one.
	Name, Constructor string
	Form              ConfigurationForm
	// Namespaced means that the constructor of a kind takes a namespace.
	Namespaced bool
	// GroupVersion is the apiVersion of kinds and other types with a TypeMeta.
	GroupVersion string
	// Identity are the fields that a constructor sets, in order.
	Identity []IdentityField
	Fields   []ConfigurationField
	// Extract is set for kinds.
	Extract *Extract
}

// ConfigurationForm is a form of configuration.
type ConfigurationForm int

// The forms of configurations.
const (
	PartConfiguration  ConfigurationForm = iota // of a struct within documents
	TypedConfiguration                          // of a struct with a TypeMeta, which is no kind
	KindConfiguration
)

// IdentityField is a field that a constructor sets: Name, Namespace, Kind or APIVersion.
type IdentityField struct {
	Field string
	// On is the embedded configuration on which the With function is called, as an expression; empty for the outer
	// configuration. It is set if a field of the outer struct has the same name.
	On string
}

// ConfigurationField is a field of a configuration.
type ConfigurationField struct {
	// Name is empty for an embedded configuration.
	Name string
	Type *model.Type
	Tag  string
	// Accessor returns the embedded configuration, which it makes if there is none. It is nil for other fields.
	Accessor *Accessor
	Setters  []Setter
	// NameGetters is an expression for the embedded configuration of metadata, whose name and namespace typed clients ask
	// for; empty for other fields.
	NameGetters string
}

// Accessor is a method that returns an embedded configuration.
type Accessor struct {
	Name string
	// Field is the name of the embedded field, Type its type without the pointer.
	Field string
	Type  *model.Type
}

// Setter is a With function.
type Setter struct {
	Name string
	Form SetterForm
	// Param is the type of the parameter. Appending forms take any number of them.
	Param *model.Type
	// PassOn is an expression for the embedded configuration whose function does the work; empty for the others.
	PassOn string
	// Field is the field that the function sets.
	Field string
	// Pointer means that the field takes the address of the value, or that it points to the list.
	Pointer bool
	// List is the type of the list that a field points to.
	List *model.Type
}

// SetterForm is a form of With function.
type SetterForm int

// The forms of With functions.
const (
	SetValue   SetterForm = iota // b.Spec = value
	Append                       // b.Zones = append(b.Zones, values...)
	AppendAll                    // b.Tasks = appendAll(b.Tasks, values): the values are pointers, the elements are not
	PutEntries                   // b.Limits = putAll(b.Limits, entries)
)

// Extract says how the configuration of a kind is read from the managed fields of an object.
type Extract struct {
	// Object is the name of the parameter, ObjectName and Namespace are expressions for its metadata. Namespace is empty for
	// cluster-scoped kinds.
	Object, ObjectName, Namespace string
	// Internal is the import path of the merge schemas, Schema the function that returns that of the version, and Type the
	// name of the kind there.
	Internal, Schema, Type string
	Subresources           []Subresource
}

// Subresource is a subresource with an Extract function of its own.
type Subresource struct{ Name, Func string }

// configurations plans the configurations of a package.
func configurations(p *planner, h *home) Content {
	c := &Configurations{Name: path.Base(h.dir), Of: h.of()}
	for _, d := range p.apply.own[h.Package] {
		b := configuration{applyPlan: p.apply, version: h.Version, decl: d, members: p.apply.members[d], file: c}
		c.All = append(c.All, b.build())
	}
	return c
}

// configuration plans one configuration.
type configuration struct {
	*applyPlan

	// version is nil for types of no group-version.
	version *model.Version
	decl    *model.Decl
	members []member
	file    *Configurations
}

func (b configuration) build() Configuration {
	c := Configuration{Decl: b.decl, Name: configName(b.decl), Constructor: model.Exported(b.decl.Name)}
	switch kind := b.kind(); {
	case kind != nil:
		c.Form, c.Namespaced, c.Extract = KindConfiguration, kind.Namespaced, b.extract(kind)
		c.Identity = b.identity("Name")
		if kind.Namespaced {
			c.Identity = b.identity("Name", "Namespace")
		}
	case b.version != nil && b.embedded("TypeMeta") != nil:
		c.Form, c.Identity = TypedConfiguration, b.identity()
	}
	if b.version != nil {
		c.GroupVersion = b.version.GroupVersion()
	}
	for _, m := range b.members {
		c.Fields = append(c.Fields, b.field(m))
	}
	return c
}

// kind is the kind that the struct is; nil if it is not a kind or has no name in its documents.
func (b configuration) kind() *model.Kind {
	if b.version == nil || b.embedded("ObjectMeta") == nil {
		return nil
	}
	i := slices.IndexFunc(b.version.Kinds, func(k *model.Kind) bool { return k.Decl == b.decl })
	if i < 0 {
		return nil
	}
	return b.version.Kinds[i]
}

// embedded is the member that embeds that struct of apimachinery's meta/v1.
func (b configuration) embedded(name string) *member {
	i := slices.IndexFunc(b.members, func(m member) bool { return m.embeds != nil && isMetaDecl(m.embeds, name) })
	if i < 0 {
		return nil
	}
	return &b.members[i]
}

// identity lists what constructors set: those fields of the metadata, and the type.
func (b configuration) identity(metadata ...string) []IdentityField {
	var fields []IdentityField
	add := func(meta, name string) {
		m := b.embedded(meta)
		if m == nil {
			return
		}
		field := IdentityField{Field: name}
		if !b.passesOn(*m, name) {
			field.On = inner(*m)
		}
		fields = append(fields, field)
	}
	for _, name := range metadata {
		add("ObjectMeta", name)
	}
	add("TypeMeta", "Kind")
	add("TypeMeta", "APIVersion")
	return fields
}

// passesOn reports whether the With function of that name passes its argument on to the configuration that a member embeds.
func (b configuration) passesOn(m member, name string) bool {
	return slices.ContainsFunc(b.setters[b.decl], func(s setter) bool { return s.name == name && s.member.embeds == m.embeds })
}

// inner is the configuration that a member embeds, as an expression.
func inner(m member) string {
	if m.inline {
		return "b." + configName(m.embeds)
	}
	return "b." + accessorName(m.embeds) + "()"
}

func accessorName(d *model.Decl) string { return free(model.LowerFirst(d.Name)) }

func (b configuration) field(m member) ConfigurationField {
	f := ConfigurationField{Name: m.name, Tag: `json:"` + m.json + `,omitempty"`}
	switch {
	case m.inline:
		f.Type, f.Tag = named(b.target(m.embeds)), `json:",inline"`
	case m.embeds != nil:
		config := named(b.target(m.embeds))
		f.Type = pointerTo(config)
		f.Accessor = &Accessor{Name: accessorName(m.embeds), Field: configName(m.embeds), Type: config}
	default:
		if m.field.Quoted() {
			f.Tag = `json:"` + m.json + `,omitempty,string"`
		}
		if f.Type = b.fieldType(m.field.Type); !isNilable(m.field.Type) {
			f.Type = pointerTo(f.Type)
		}
	}
	for _, s := range b.setters[b.decl] {
		if s.member.same(m) {
			f.Setters = append(f.Setters, b.setter(s))
		}
	}
	if m.embeds != nil && isMetaDecl(m.embeds, "ObjectMeta") {
		f.NameGetters = inner(m)
	}
	return f
}

// setter plans a With function.
func (b configuration) setter(s setter) Setter {
	f := Setter{Name: s.name, Field: s.name}
	t := visible(s.field.Type)
	listed, pointers := b.listed(s.field.Type)
	switch {
	case listed != nil:
		f.Form, f.Param = Append, pointerTo(named(b.target(listed)))
		if pointers == 0 {
			f.Form = AppendAll
		}
		if f.Pointer = t.Kind == model.Pointer; f.Pointer {
			f.List = b.fieldType(t.Elem)
		}
	case t.Kind == model.Slice:
		f.Form, f.Param = Append, b.asIs(t.Elem)
	case t.Kind == model.Map:
		f.Form, f.Param = PutEntries, b.fieldType(t)
	case b.config(s.field.Type) != nil:
		f.Param = pointerTo(b.fieldType(s.field.Type))
	default:
		f.Param, f.Pointer = b.fieldType(s.field.Type), true
	}
	if s.member.embeds != nil {
		f.PassOn = inner(s.member)
		return f
	}
	b.file.Appends = b.file.Appends || f.Form == AppendAll
	b.file.Puts = b.file.Puts || f.Form == PutEntries
	return f
}

func (b configuration) extract(k *model.Kind) *Extract {
	e := &Extract{
		Object:   free(model.LowerFirst(k.GoName), extractLocals()...),
		Internal: b.api.Layout.Apply + "/internal", Schema: k.Version.GroupGoName(), Type: openAPIName(k.Decl),
	}
	e.ObjectName = metaOf(k.Decl, e.Object, "Name")
	if k.Namespaced {
		e.Namespace = metaOf(k.Decl, e.Object, "Namespace")
	}
	for _, name := range subresources(k) {
		e.Subresources = append(e.Subresources, Subresource{Name: name, Func: "Extract" + k.GoName + titleCase(name)})
	}
	return e
}

// metaOf is the expression robot.Name, or robot.ObjectMeta.Name if the kind has something else of that name.
func metaOf(d *model.Decl, object, field string) string {
	if _, ok := d.Field("ObjectMeta"); ok && !d.Promotes(field) {
		object += ".ObjectMeta"
	}
	return object + "." + field
}

// subresources are those that the markers and fields of a kind tell of, sorted.
func subresources(k *model.Kind) []string {
	var names []string
	if k.Status {
		names = append(names, "status")
	}
	for _, m := range k.Methods {
		if m.Subresource != "" {
			names = append(names, m.Subresource)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// titleCase turns a subresource into a part of a name: the first letter of each word in upper case, all others in lower case.
func titleCase(s string) string {
	var title strings.Builder
	start := true
	for _, r := range s {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		switch {
		case !letter:
			start = true
			continue
		case start:
			title.WriteString(strings.ToUpper(string(r)))
		default:
			title.WriteString(strings.ToLower(string(r)))
		}
		start = false
	}
	return title.String()
}
