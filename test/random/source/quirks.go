package source

import "slices"

// Quirk is a row of the table of what else can be odd about a package: names, layout, markers.
type Quirk struct {
	Name string
	// Off says why the quirk takes no part. It is empty for those that do.
	Off string
}

// Quirks is the table of quirks.
func Quirks() []Quirk {
	return []Quirk{
		{Name: "AnyOrder"},
		{Name: "NoSpec"},
		{Name: "NoStatus"},
		{Name: "OnlyVerbs"},
		{Name: "SkipVerbs"},
		{Name: "SkipApply"},
		{Name: "Readonly"},
		{Name: "NoVerbs"},
		{Name: "Printcolumn"},
		{Name: "RegisterMarker"},
		{Name: "OtherMarkers"},
		{Name: "Aliases"},
		{Name: "PlainPackage"},
		{Name: "HyphenGroup"},
		{Name: "AwkwardKind"},
		{Name: "AwkwardGroup"},
		{Name: "MetaPackage"},
		{Name: "TestFolder"},
		{Name: "DotImport"},
		{Name: "KeywordGroup"},
		{Name: "FactoryGroup"},
		{Name: "InterfaceKind"},
		{Name: "ResourceName"},
		{Name: "IrregularPlural"},
		{Name: "ForeignLetters"},
		{Name: "LocalTypes"},
		{Name: "WordVersion"},
		{Name: "Methods"},
	}
}

// quirk reports, once in n times, that a quirk is to be. It notes it, so that a failure can tell.
func (m *maker) quirk(name string, n int) bool {
	for _, q := range Quirks() {
		if q.Name != name {
			continue
		}
		if !m.on(q.Name, q.Off) || !m.one(n) {
			return false
		}
		if !slices.Contains(m.project.Quirks, name) {
			m.project.Quirks = append(m.project.Quirks, name)
		}
		return true
	}
	panic("there is no quirk called " + name)
}
