package source

import "slices"

// Quirk is a row of the table of other unusual properties of packages: names, layout, markers.
type Quirk struct {
	Name string
	// Off is the reason why the quirk is not used. It is empty for quirks that are.
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

// quirk decides, once in n times, that the project has a quirk. It records the quirk for the message of a failure.
func (m *maker) quirk(name string, n int) bool {
	for _, q := range Quirks() {
		if q.Name != name {
			continue
		}
		if !m.isEnabled(q.Name, q.Off) || !m.oneIn(n) {
			return false
		}
		if !slices.Contains(m.project.Quirks, name) {
			m.project.Quirks = append(m.project.Quirks, name)
		}
		return true
	}
	panic("there is no quirk called " + name)
}
