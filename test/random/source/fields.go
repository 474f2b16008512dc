package source

import "slices"

// Form is a row of the table of fields.
type Form struct {
	// Name is the beginning of the field's Go name.
	Name string
	// Type is the field's type. $Struct and the like stand for types of the package, {metav1} for an import.
	Type string
	// Markers stand in the field's comment.
	Markers []string
	// Tag is the field's tag, with % for its JSON name; "none" means no tag. If Tag is empty, one of [Tags] is chosen.
	Tag string
	// Fits lists values of [Tag].For: the field can have tags for these, such as "string".
	Fits string
	// Embedded fields have no name, and a tag of their own.
	Embedded bool
	// Off is the reason why the form is not used. It is empty for forms that are.
	Off string
}

// Fields is the table of fields.
func Fields() []Form {
	return slices.Concat(scalars(), collections(), structs(), named(), foreign(), embedded())
}

func scalars() []Form {
	return []Form{
		{Name: "String", Type: "string", Fits: "string"},
		{Name: "Bool", Type: "bool", Fits: "string"},
		{Name: "Int", Type: "int", Fits: "string"},
		{Name: "Int8", Type: "int8"},
		{Name: "Int16", Type: "int16"},
		{Name: "Int32", Type: "int32", Fits: "string"},
		{Name: "Int64", Type: "int64", Fits: "string"},
		{Name: "Uint8", Type: "uint8"},
		{Name: "Uint16", Type: "uint16"},
		{Name: "Uint32", Type: "uint32"},
		{Name: "Uint64", Type: "uint64", Fits: "string"},
		{Name: "Byte", Type: "byte", Fits: "string"},
		{Name: "Rune", Type: "rune", Fits: "string"},
		{Name: "Float32", Type: "float32", Fits: "string"},
		{Name: "Float64", Type: "float64", Fits: "string"},
		{Name: "StringPointer", Type: "*string", Fits: "string"},
		{Name: "BoolPointer", Type: "*bool", Fits: "string"},
		{Name: "Int32Pointer", Type: "*int32", Fits: "string"},
		{Name: "Int64Pointer", Type: "*int64", Fits: "string"},
		{Name: "Float64Pointer", Type: "*float64", Fits: "string"},
		{Name: "StringPointerPointer", Type: "**string", Fits: "string"},
	}
}

func collections() []Form {
	return []Form{
		{Name: "Strings", Type: "[]string", Fits: "string"},
		{Name: "StringSet", Type: "[]string", Markers: []string{"+listType=set"}},
		{Name: "K8sStringSet", Type: "[]string", Markers: []string{"+optional", "+k8s:listType=set"}},
		{Name: "AtomicStrings", Type: "[]string", Markers: []string{"+listType=atomic"}},
		{Name: "ColonMarker", Type: "[]string", Markers: []string{"+listType:=set"}},
		{Name: "IntSet", Type: "[]int32", Markers: []string{"+listType=set"}},
		{Name: "Ints", Type: "[]int64"},
		{Name: "Bools", Type: "[]bool"},
		{Name: "Floats", Type: "[]float64"},
		{Name: "StringPointers", Type: "[]*string"},
		{Name: "Bytes", Type: "[]byte"},
		{Name: "BytesSlice", Type: "[][]byte"},
		{Name: "BytesMap", Type: "map[string][]byte"},
		{Name: "Matrix", Type: "[][]int32"},
		{Name: "Cube", Type: "[][][]string"},
		{Name: "Array", Type: "[3]string"},
		{Name: "ByteArray", Type: "[4]byte"},
		{Name: "ConstArray", Type: "[$Size]string"},
		{Name: "SlicePointer", Type: "*[]string"},
		{Name: "MapPointer", Type: "*map[string]string"},
		{Name: "StringMap", Type: "map[string]string", Markers: []string{"+kubebuilder:validation:MaxProperties=5"}},
		{Name: "AtomicMap", Type: "map[string]string", Markers: []string{"+mapType=atomic"}},
		{Name: "IntMap", Type: "map[string]int32", Fits: "string"},
		{Name: "StringPointerMap", Type: "map[string]*string"},
		{Name: "StringsMap", Type: "map[string][]string"},
		{Name: "MapMap", Type: "map[string]map[string]string"},
		{Name: "Maps", Type: "[]map[string]string"},
		{Name: "IntKeyMap", Type: "map[int]string"},
		{Name: "UintKeyMap", Type: "map[uint16]string"},
		{Name: "TextKeyMap", Type: "map[$TextKey]string"},
	}
}

func structs() []Form {
	return []Form{
		{Name: "Struct", Type: "$Struct", Fits: "struct"},
		{Name: "StructPointer", Type: "*$Struct"},
		{Name: "AtomicStruct", Type: "$Struct", Markers: []string{"+structType=atomic"}},
		{Name: "Structs", Type: "[]$Struct"},
		{Name: "AtomicStructs", Type: "[]$Struct", Markers: []string{"+listType=atomic"}},
		{Name: "StructPointers", Type: "[]*$Struct"},
		{Name: "StructMatrix", Type: "[][]$Struct"},
		{Name: "StructArray", Type: "[2]$Struct"},
		{Name: "StructMap", Type: "map[string]$Struct"},
		{Name: "StructPointerMap", Type: "map[string]*$Struct"},
		{Name: "StructsMap", Type: "map[string][]$Struct"},
		{Name: "Keyed", Type: "[]$Keyed", Markers: []string{"+listType=map", "+listMapKey=name"}},
		{Name: "TwoKeys", Type: "[]$TwoKeys", Markers: []string{"+listType=map", "+listMapKey=port", "+listMapKey=protocol"}},
		{Name: "Empty", Type: "$Empty"},
		{Name: "EmptyPointer", Type: "*$Empty"},
		{Name: "Anonymous", Type: "struct{\nA string `json:\"a,omitempty\"`\nB []string `json:\"b,omitempty\"`\n}"},
		{Name: "Node", Type: "$Node"},
		{Name: "Tree", Type: "*$Tree"},
		{Name: "Graph", Type: "$Graph"},
		{Name: "Ring", Type: "$Ring"},
		{Name: "Mutual", Type: "$Mutual"},
		{Name: "Lower", Type: "$lower"},
		{Name: "Shape", Type: "$Shape", Tag: `json:"-"`},
		{Name: "Opt", Type: "$Opt[string]"},
		{Name: "Pair", Type: "$Pair[string, int32]"},
		{Name: "PairOfStructs", Type: "map[string]$Pair[string, *$Struct]"},
		{Name: "Nested", Type: "*$Nested[$Struct]"},
		{Name: "NestedTwice", Type: "[]$Pair[int32, $Nested[[]string]]"},
		{Name: "Endless", Type: "$Endless[$Struct]"},
		{Name: "GenericMap", Type: "$GenericMap[[]$Struct]"},
		{Name: "AliasGeneric", Type: "$AliasGeneric"},
	}
}

func named() []Form {
	return []Form{
		{Name: "Enum", Type: "$Enum"},
		{Name: "EnumPointer", Type: "*$Enum"},
		{Name: "Enums", Type: "[]$Enum"},
		{Name: "EnumMap", Type: "map[$Enum]string"},
		{Name: "NamedInt", Type: "$NamedInt", Fits: "string"},
		{Name: "NamedBool", Type: "$NamedBool"},
		{Name: "NamedBytes", Type: "$NamedBytes"},
		{Name: "NamedBytesPointerMap", Type: "map[string]*$NamedBytes"},
		{Name: "NamedStrings", Type: "$NamedStrings"},
		{Name: "NamedMap", Type: "$NamedMap"},
		{Name: "NamedStructs", Type: "$NamedStructs"},
		{Name: "NamedStructMap", Type: "$NamedStructMap"},
		{Name: "NamedMapPointerMap", Type: "map[string]*$NamedMap"},
		{Name: "NamedArray", Type: "$NamedArray"},
		{Name: "NamedTime", Type: "$NamedTime"},
		{Name: "NamedStruct", Type: "$NamedStruct"},
		{Name: "AliasString", Type: "$AliasString"},
		{Name: "AliasStruct", Type: "$AliasStruct"},
		{Name: "AliasStrings", Type: "$AliasStrings"},
		{Name: "AliasStructs", Type: "$AliasStructs"},
		{Name: "AliasTime", Type: "$AliasTime"},
		{Name: "AliasQuantity", Type: "$AliasQuantity"},
		{Name: "Text", Type: "$Text"},
		{Name: "TextPointer", Type: "*$Text"},
		{Name: "OwnJSON", Type: "$OwnJSON"},
	}
}
