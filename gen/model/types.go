package model

import "go/token"

// Package is one Go package: an input package, or one whose types an input package uses.
type Package struct {
	// Path is the import path, Name the package name, Dir the absolute folder of its source.
	Path, Name, Dir string
	// Alias is the name under which emitted files import the package; empty if the path and the version tell it.
	Alias string
	// Writable means that the package belongs to the workspace, so that files may be emitted into it.
	Writable bool
	// Version is the group-version of an input package; nil for other packages. A version without kinds has a Group that is not
	// among the groups of the API.
	Version *Version
	// Markers are those of the package's doc comment.
	Markers Markers
	// Stray are the markers of an input package in comments that belong to nothing.
	Stray Markers
	// Decls are the type declarations: all of an input package, sorted by name, and those of another package that fields of
	// the input lead to.
	Decls []*Decl
	// Idents are the package-level functions, variables and constants, such as AddToScheme or SchemeGroupVersion. As with
	// methods, those in files that the same run emits are left out. A run of informergen sees what clientgen emitted.
	Idents map[string]bool
	// DotNames are the names that dot imports bring to files of an input package, with the import paths. The package cannot
	// declare them.
	DotNames map[string]string
}

// Place is the position of problems of a package as a whole: its first marker, or else the file of its first declaration.
func (p *Package) Place() token.Position {
	if len(p.Markers) > 0 {
		return p.Markers[0].Pos
	}
	if len(p.Decls) > 0 {
		return token.Position{Filename: p.Decls[0].Pos.Filename, Line: 1, Column: 1}
	}
	return token.Position{}
}

// Decl is one type declaration.
type Decl struct {
	Package *Package
	Name    string
	Pos     token.Position
	// Doc is the doc comment's text without markers and comment signs.
	Doc string
	// Markers are those of the doc comment and of a comment above it after one blank line.
	Markers Markers
	// Texts are the string constants of the type in its package, sorted; read only for types with +k8s:enum.
	Texts []string
	// TypeParams are the names of type parameters; generic types have no files of their own.
	TypeParams []string
	// Alias is set for type A = B.
	Alias bool
	// Type is the type to the right of the name. It is nil if the run does not need it: only the signature of a method names
	// the declaration, or it lies behind a type of another package that reads and writes its own JSON.
	Type *Type
	// Methods are the methods with this receiver by name, handwritten or emitted by others. Methods in files that the same run
	// emits are left out, so that a second run sees the same as the first.
	Methods map[string]Func
}

// Func is the signature of a method.
type Func struct {
	// Pointer is set for a pointer receiver.
	Pointer bool
	// Params and Results are the types as written, in order.
	Params, Results []*Type
}

// TypeKind is a form of [Type].
type TypeKind int

// The forms of a Type.
const (
	Basic     TypeKind = iota // a predeclared type: Name
	Named                     // Decl, Args
	Pointer                   // Elem
	Slice                     // Elem
	Array                     // Elem, Len
	Map                       // Key, Elem
	Struct                    // Fields
	Interface                 // Methods, Embeds; Name is "any", "interface{}" or "error" for these, else empty
	Function                  // a function type: cannot be deep-copied
	Chan                      // a channel type: cannot be deep-copied
	TypeParam                 // Name
)

// Type is a type expression with its names resolved.
type Type struct {
	Kind TypeKind
	Name string
	Decl *Decl
	Args []*Type
	Key  *Type
	Elem *Type
	// Len is the length of an array, as a number if it is a constant that was read.
	Len string
	// Fields of a struct in source order. Owner is the package in which the struct is written: it alone can reach fields
	// that are not exported.
	Fields []Field
	Owner  *Package
	// Methods are those that an interface declares itself, Embeds the interfaces that it takes others from.
	Methods map[string]Func
	Embeds  []*Type
	Pos     token.Position
}

// Field is one field of a struct; a declaration with several names is several fields.
type Field struct {
	// Name is the Go name; for an embedded field that of its type.
	Name     string
	Embedded bool
	Type     *Type
	// Tag is the whole struct tag, unquoted. JSON is its json part, taken apart.
	Tag     string
	JSON    JSONTag
	Doc     string
	Markers Markers
	Pos     token.Position
}

// Quoted reports whether documents have the field as text in quotes: encoding/json heeds the tag's "string" for strings, numbers
// and booleans, and for pointers to them.
func (f Field) Quoted() bool {
	t := f.Type.Unalias()
	if t.Kind == Pointer {
		t = t.Elem.Unalias()
	}
	return f.JSON.String && t.Underlying().Kind == Basic
}

// JSONTag is the json part of a struct tag.
type JSONTag struct {
	// Name is the name in documents: the Go name if the tag has none.
	Name string
	// Skip is `json:"-"`. Inline means an embedded struct whose fields stand in the outer document.
	Skip, Inline, OmitEmpty, OmitZero, String bool
}
