package source

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// Options choose which rows of the tables are used.
type Options struct {
	// Also names rows to use although they are off.
	Also []string
	// Only names the only rows of [Fields] to use; empty means all.
	Only []string
	// Without names rows of any table that are not used.
	Without []string
}

// Make makes the project of a seed.
func Make(seed uint64, opts Options) *Project {
	m := &maker{
		rand:    rand.New(rand.NewPCG(seed, 17)), //nolint:gosec // the same project for the same seed
		opts:    opts,
		project: &Project{Seed: seed, Name: fmt.Sprintf("p%d", seed)},
	}
	m.packages()
	return m.project
}

// maker makes one project.
type maker struct {
	rand    *rand.Rand
	opts    Options
	project *Project
	pkg     *Package
	// count makes names unique; depth keeps structs from nesting without end.
	count, depth int
	// deck is a shuffled list of the enabled fields. All of them are used before it is filled again.
	deck []Form
	// catalogue names the fields of a catalogue; empty means all.
	catalogue []string
}

func pick[T any](m *maker, from ...T) T { return from[m.rand.IntN(len(from))] }

// oneIn returns true once in n times.
func (m *maker) oneIn(n int) bool { return m.rand.IntN(n) == 0 }

func (m *maker) next() int {
	m.count++
	return m.count
}

// isEnabled reports whether a row is used.
func (m *maker) isEnabled(name, off string) bool {
	return (off == "" || slices.Contains(m.opts.Also, name)) && !slices.Contains(m.opts.Without, name)
}

// draw takes a field form from the deck.
func (m *maker) draw() Form {
	if len(m.deck) == 0 {
		for _, f := range Fields() {
			if m.isEnabled(f.Name, f.Off) && (len(m.opts.Only) == 0 || slices.Contains(m.opts.Only, f.Name)) {
				m.deck = append(m.deck, f)
			}
		}
		m.rand.Shuffle(len(m.deck), func(i, j int) { m.deck[i], m.deck[j] = m.deck[j], m.deck[i] })
	}
	f := m.deck[len(m.deck)-1]
	m.deck = m.deck[:len(m.deck)-1]
	return f
}

// field makes a field by a row of the table.
func (m *maker) field(form Form) Field {
	f := Field{Form: form.Name, Type: m.expand(form.Type), Markers: form.Markers, Tag: form.Tag}
	if form.Embedded {
		return f
	}
	f.Name = fmt.Sprintf("%s%d", form.Name, m.next())
	if f.Tag == "" {
		f.Tag = m.tag(form)
	}
	f.Tag = strings.ReplaceAll(f.Tag, "%", strings.ToLower(f.Name[:1])+f.Name[1:])
	if f.Tag == "none" {
		f.Tag = ""
	}
	return f
}

// tag chooses among the tags that fit a field.
func (m *maker) tag(form Form) string {
	var fit []Tag
	for _, t := range Tags() {
		if m.isEnabled(t.Name, t.Off) && (t.For == "" || strings.Contains(" "+form.Fits+" ", " "+t.For+" ")) {
			for range t.Weight {
				fit = append(fit, t)
			}
		}
	}
	return pick(m, fit...).Text
}

// placeholder matches references to types of the same package: $Struct is a struct, $Enum a named string. $!Struct is a new one that
// nothing else uses.
var placeholder = regexp.MustCompile(`\$!?[A-Za-z]+`)

// expand replaces the placeholders of a text with names of types, and declares the types if necessary.
func (m *maker) expand(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		if form, ok := strings.CutPrefix(p, "$!"); ok {
			return m.newType(form)
		}
		return m.typeOf(p[1:])
	})
}

// typeOf returns the name of a type of that form, an earlier one or a new one.
func (m *maker) typeOf(form string) string {
	if form == "Shared" {
		return m.shared()
	}
	var have []*Type
	for _, t := range m.pkg.Types {
		if t.Form == form {
			have = append(have, t)
		}
	}
	if len(have) > 0 && (m.depth > 2 || !m.oneIn(3)) {
		return pick(m, have...).Name
	}
	return m.newType(form)
}

func (m *maker) newType(form string) string {
	if form == "Struct" {
		return m.structType(2 + m.rand.IntN(5)).Name
	}
	for _, row := range Types() {
		if row.Name == form {
			return m.declare(row)
		}
	}
	panic("there is no form of types called " + form)
}

// shared returns a reference to a struct of an earlier package of the project, or to one of the same package if there is none.
func (m *maker) shared() string {
	var all []string
	for _, pkg := range m.project.Packages[:len(m.project.Packages)-1] {
		for _, t := range pkg.Types {
			if t.Form == "Struct" && len(all) < 50 {
				all = append(all, "{@"+pkg.Dir+"}."+t.Name)
			}
		}
	}
	if len(all) == 0 {
		return m.typeOf("Struct")
	}
	return pick(m, all...)
}

// declare adds a type to the package. Types to which it refers are declared before it, so that references end.
func (m *maker) declare(row TypeForm) string {
	name := fmt.Sprintf("%s%d", row.Name, m.next())
	m.depth++
	t := &Type{Name: name, Form: row.Name, Decl: m.expand(row.Decl), Markers: row.Markers, Code: m.expand(row.Code)}
	m.depth--
	m.add(t)
	return name
}

// structType adds a struct with random fields.
func (m *maker) structType(fields int) *Type {
	t := &Type{Name: fmt.Sprintf("Struct%d", m.next()), Form: "Struct"}
	if m.depth > 2 {
		fields = min(fields, 2)
	}
	m.depth++
	for range fields {
		t.Fields = append(t.Fields, m.field(m.drawCompatible(t.Fields)))
	}
	m.depth--
	m.add(t)
	return t
}

// drawCompatible draws a form that can be added to fields: no type is embedded twice, and structs do not nest too deeply. It gives up
// after 50 tries.
func (m *maker) drawCompatible(fields []Field) Form {
	form := m.draw()
	for range 50 {
		foreign := strings.Contains(form.Type, "{") // several of these would promote the same names
		twice := form.Embedded && slices.ContainsFunc(fields, func(f Field) bool {
			return f.Form == form.Name || foreign && f.Name == "" && f.Form != "" && strings.Contains(f.Type, "{")
		})
		// The fields of an ObjectReference hide those of the kind's own metadata.
		hides := form.Name == "InlineReference" && len(fields) > 0 && fields[0].Type == "{metav1}.TypeMeta"
		deep := m.depth > 3 && strings.Contains(form.Type, "$")
		if !twice && !hides && !deep {
			break
		}
		form = m.draw()
	}
	return form
}

func (m *maker) add(t *Type) {
	t.File = m.rand.IntN(m.pkg.Files)
	m.pkg.Types = append(m.pkg.Types, t)
}
