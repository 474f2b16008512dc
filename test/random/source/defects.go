package source

import (
	"cmp"
	"fmt"
	"slices"
)

// Defect is a mistake in an otherwise valid project, which the generators must refuse.
type Defect struct {
	Name string
	// Type, Tag and Markers are those of a field that is added to the first kind. Code is added to its package.
	Type, Tag string
	// FieldName is the name of that field; empty means "Planted".
	FieldName string
	Markers   []string
	Code      string
	// OnKind are markers to add to the kind, OnPackage markers to add to its package.
	OnKind, OnPackage []string
	// Says is a part of the expected error.
	Says string
}

// Defects is the table of defects.
func Defects() []Defect {
	return []Defect{
		{Name: "Channel", Type: "chan string", Tag: `json:"-"`, Says: "channel"},
		{Name: "Function", Type: "func()", Tag: `json:"-"`, Says: "function"},
		{Name: "FunctionMap", Type: "map[string][]func(int) error", Tag: `json:"functions"`, Says: "function"},
		{Name: "NamelessInterface", Type: "interface{ Do() }", Tag: `json:"-"`, Says: "interface"},
		{Name: "Error", Type: "error", Tag: `json:"-"`, Says: "interface"},
		{Name: "Any", Type: "map[string]any", Tag: `json:"any"`, Says: "interface"},
		{Name: "InterfaceWithoutCopy", Type: "PlantedShape", Tag: `json:"-"`, Code: "\ntype PlantedShape interface{ Area() int }\n", Says: "DeepCopy"},
		{Name: "UndefinedType", Type: "Nowhere", Tag: `json:"nowhere"`, Says: "undefined: Nowhere"},
		{Name: "Unbalanced", Code: "\ntype Planted struct {\n", Says: "expected"},
		{Name: "TwoNames", Type: "string", Tag: `json:"metadata"`, Says: "metadata"},
		{Name: "SetOfStructs", Type: "[]PlantedPart", Tag: `json:"parts"`, Markers: []string{"+listType=set"}, Code: plantedPart, Says: "listType"},
		{Name: "MapWithoutKey", Type: "[]PlantedPart", Tag: `json:"parts"`, Markers: []string{"+listType=map"}, Code: plantedPart, Says: "listMapKey"},
		{Name: "UnknownKey", Type: "[]PlantedPart", Tag: `json:"parts"`, Markers: []string{"+listType=map", "+listMapKey=nowhere"}, Code: plantedPart, Says: "nowhere"},
		{Name: "UnknownListType", Type: "[]string", Tag: `json:"list"`, Markers: []string{"+listType=bag"}, Says: "listType"},
		{Name: "MisspeltMarker", Type: "[]string", Tag: `json:"list"`, Markers: []string{"+listtype=set"}, Says: "did you mean"},
		{Name: "MisspeltOnKind", OnKind: []string{"+genclient:nonNamespace"}, Says: "did you mean"},
		{Name: "UnknownVerb", OnKind: []string{"+genclient:skipVerbs=fetch"}, Says: "+genclient:skipVerbs"},
		{Name: "TwoVerbLists", OnKind: []string{"+genclient:skipVerbs=get", "+genclient:onlyVerbs=get"}, Says: "contradict"},
		{Name: "MethodWithoutVerb", OnKind: []string{"+genclient:method=Stop"}, Says: "has no verb"},
		{Name: "MethodOfNoType", OnKind: []string{"+genclient:method=Stop,verb=create,input=Nowhere"}, Says: "there is no type Nowhere"},
		{Name: "BadResource", OnKind: []string{"+resourceName=No_Name"}, Says: "cannot be the name of a resource"},
		{Name: "TwoGroups", OnPackage: []string{"+groupName=other.example.com"}, Says: "contradicts"},
		{Name: "BadGoName", OnPackage: []string{"+groupGoName=3d"}, Says: "groupGoName"},
		{Name: "ClientOfNoStruct", Code: "\n// +genclient\n\n// Planted is no struct.\ntype Planted []string\n", Says: "is not a struct"},
		{Name: "ClientOfGeneric", Code: "\n// +genclient\n\n// Planted has a parameter.\ntype Planted[T any] struct{ A T }\n", Says: "type parameters"},
		{Name: "ClientWithoutMeta", Code: "\n// +genclient\n\n// Planted has no metadata.\ntype Planted struct{ A string }\n", Says: "no ObjectMeta"},
		{Name: "DeclaredTwice", Code: "\n// Planted is here.\ntype Planted struct{}\n\n// Planted is here, too.\nfunc Planted() {}\n", Says: "already"},
		{Name: "FieldTwice", Code: "\n// Planted has a field twice.\ntype Planted struct {\nA string `json:\"a\"`\nA string `json:\"b\"`\n}\n", Says: "already"},
		{Name: "DroppedFields", Code: plantedBoth, Says: "drops both"},
		{Name: "MethodOfVerb", OnKind: []string{"+genclient:method=At,verb=get"}, Says: "another method At"},
		{Name: "HiddenMethod", Type: "string", FieldName: "GetLabels", Tag: `json:"getLabels"`, Says: "GetLabels"},
	}
}

const plantedBoth = "\n// PlantedA has a name.\ntype PlantedA struct{ A string `json:\"one\"` }\n\n// PlantedB has it, too.\ntype PlantedB struct{ B string `json:\"one\"` }\n\n" +
	"// PlantedBoth has both.\ntype PlantedBoth struct {\nPlantedA `json:\",inline\"`\nPlantedB `json:\",inline\"`\n}\n"

const plantedPart = "\n// PlantedPart is a part.\ntype PlantedPart struct {\nName string `json:\"name\"`\n}\n"

// Plant puts a defect into the first kind with verbs, and returns the file that then has it.
func (p *Project) Plant(d Defect) string {
	hasVerbs := func(t *Type) bool { return t.Kind != nil && len(t.Kind.Verbs) > 0 }
	i := slices.IndexFunc(p.Packages, func(pkg *Package) bool { return slices.ContainsFunc(pkg.Types, hasVerbs) })
	pkg := p.Packages[i]
	pkg.Markers = append(pkg.Markers, d.OnPackage...)
	kind := pkg.Types[slices.IndexFunc(pkg.Types, hasVerbs)]
	kind.Markers = append(kind.Markers, d.OnKind...)
	kind.Code += d.Code
	if d.Type != "" {
		kind.Fields = append(kind.Fields, Field{Form: "Planted", Name: cmp.Or(d.FieldName, "Planted"), Type: d.Type, Tag: d.Tag, Markers: d.Markers})
	}
	if len(d.OnPackage) > 0 && pkg.HasDoc {
		return pkg.Dir + "/doc.go"
	}
	file := kind.File
	if len(d.OnPackage) > 0 {
		file = 0
	}
	return fmt.Sprintf("%s/types%d.go", pkg.Dir, file)
}
