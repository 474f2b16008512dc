package source

// TypeForm is a row of the table of types other than random structs.
type TypeForm struct {
	// Name is the beginning of the Go name; $Name is the placeholder for such a type.
	Name string
	// Decl is the text of the declaration after "type", with % for the name.
	Decl    string
	Markers []string
	// Code is further Go source, with % for the name.
	Code string
}

// Types is the table of types. A row of [Fields] refers to each of them, directly or through another type.
func Types() []TypeForm {
	return []TypeForm{
		{Name: "Enum", Decl: "% string", Markers: []string{"+kubebuilder:validation:Enum=a;b"}},
		{Name: "NamedInt", Decl: "% int32"},
		{Name: "NamedBool", Decl: "% bool"},
		{Name: "NamedBytes", Decl: "% []byte"},
		{Name: "NamedStrings", Decl: "% []string"},
		{Name: "NamedMap", Decl: "% map[string]string"},
		{Name: "NamedStructs", Decl: "% []$Struct"},
		{Name: "NamedStructMap", Decl: "% map[string]$Struct"},
		{Name: "NamedArray", Decl: "% [2]int32"},
		{Name: "NamedTime", Decl: "% {time}.Time"},
		{Name: "NamedStruct", Decl: "% $Struct"},
		{Name: "AliasString", Decl: "% = string"},
		{Name: "AliasStruct", Decl: "% = $Struct"},
		{Name: "AliasStrings", Decl: "% = []string"},
		{Name: "AliasStructs", Decl: "% = []$Struct"},
		{Name: "AliasTime", Decl: "% = {metav1}.Time"},
		{Name: "AliasQuantity", Decl: "% = {resource}.Quantity"},
		{Name: "Size", Decl: "%Type int", Code: "\n// % is a length.\nconst % = 3\n"},
		{Name: "TextKey", Decl: "% struct{ text string }", Code: textMethods},
		{Name: "Text", Decl: "% struct{ text string }", Code: textMethods},
		{Name: "OwnJSON", Decl: "% struct{ text string }", Code: jsonMethods},
		{Name: "Keyed", Decl: "% struct {\n// +required\nName string `json:\"name\"`\nValue *int32 `json:\"value,omitempty\"`\nPart *$Struct `json:\"part,omitempty\"`\n}"},
		{Name: "TwoKeys", Decl: "% struct {\n// +required\nPort int32 `json:\"port\"`\n// +required\nProtocol string `json:\"protocol\"`\nNames []string `json:\"names,omitempty\"`\n}"},
		{Name: "Empty", Decl: "% struct{}"},
		{Name: "Node", Decl: "% struct {\nValue string `json:\"value\"`\nNext *% `json:\"next,omitempty\"`\n}"},
		{Name: "Tree", Decl: "% struct {\nValue int32 `json:\"value\"`\nChildren []% `json:\"children,omitempty\"`\n}"},
		{Name: "Graph", Decl: "% struct {\nValue bool `json:\"value\"`\nEdges map[string]% `json:\"edges,omitempty\"`\n}"},
		{Name: "Ring", Decl: "% []%"},
		{Name: "Mutual", Decl: "% struct {\nOther *%Other `json:\"other,omitempty\"`\n}", Code: "\n// %Other is a part of %.\ntype %Other struct {\nBack []% `json:\"back,omitempty\"`\n}\n"},
		{Name: "Shape", Decl: "% interface{ DeepCopy%() % }"},
		{Name: "Opt", Decl: "%[T any] struct {\nValue T `json:\"value\"`\n}"},
		{Name: "Pair", Decl: "%[K comparable, V any] struct {\nKey K `json:\"key\"`\nValues []V `json:\"values,omitempty\"`\n}"},
		{Name: "Nested", Decl: "%[T any] struct {\n$Pair[string, T] `json:\",inline\"`\nTwo $Pair[int32, []T] `json:\"two\"`\nOne *T `json:\"one,omitempty\"`\n}"},
		{Name: "Endless", Decl: "%[T any] struct {\nNext *%[T] `json:\"next,omitempty\"`\nValues []T `json:\"values\"`\n}"},
		{Name: "GenericMap", Decl: "%[T any] map[string]T"},
		{Name: "AliasGeneric", Decl: "% = $Pair[string, []string]"},
		{Name: "Base", Decl: "% struct {\n%Name string `json:\"%Name,omitempty\"`\n%Part *$Struct `json:\"%Part,omitempty\"`\n}"},
		{Name: "Deep", Decl: "% struct {\n$!Base `json:\",inline\"`\n%More []string `json:\"%More,omitempty\"`\n}"},
		{Name: "Hidden", Decl: "% struct {\n$!Base `json:\",inline\"`\n}"},
		{Name: "lower", Decl: "% struct {\nOwn% string `json:\"own%,omitempty\"`\nPart%s []string `json:\"part%s,omitempty\"`\n}"},
	}
}

const textMethods = `
// MarshalText writes it as one word.
func (t %) MarshalText() ([]byte, error) { return []byte("t-" + t.text), nil }

// UnmarshalText reads it.
func (t *%) UnmarshalText(text []byte) error {
	if t.text = string(text); len(text) >= 2 && string(text[:2]) == "t-" {
		t.text = string(text[2:])
	}
	return nil
}
`

const jsonMethods = `
// MarshalJSON writes it as an object.
func (t %) MarshalJSON() ([]byte, error) { return []byte("{\"own\":true}"), nil }

// UnmarshalJSON takes anything.
func (t *%) UnmarshalJSON(text []byte) error {
	t.text = string(text)
	return nil
}
`
