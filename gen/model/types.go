package model

import "go/token"

// Package is one Go package: an input package, or one whose types an input package uses.
type Package struct {
	// Path is the import path, Name the package name, Dir the absolute folder of its source.
	Path, Name, Dir string
	// Alias is the name under which emitted files import the package; empty if the path and the version tell it.
	Alias string
	// Writable is set where the package belongs to the workspace: deepcopy and register files may be emitted into it.
	Writable bool
	// Version tells the API group-version of an input package; nil for others. A version without kinds has a Group, but
	// does not stand among the API's groups.
	Version *Version
	// Markers stand in the package's doc comment.
	Markers Markers
	// Stray are the markers of an input package which stand in comments that belong to no package, type or field.
	Stray Markers
	// Decls are the package's type declarations. For an input package all, sorted by name; for others those that the
	// input's fields reach.
	Decls []*Decl
	// Idents are the package-level functions, variables and constants, such as AddToScheme, SchemeGroupVersion or
	// Resource. As with methods, those in files that this very run emits are left out (a run of informergen sees what
	// clientgen emitted), so a template that needs one asks for it here or knows that the register file brings it.
	Idents map[string]bool
	// DotNames are the names that files of an input package take from others by dot imports, and the paths of these. The
	// package cannot declare them.
	DotNames map[string]string
}

// Place is a position to report for a package as a whole: that of its first marker, else of its first declaration's file.
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
	// Markers stand in the doc comment, or in the comment block above it with one blank line between.
	Markers Markers
	// TypeParams are the names of type parameters; generic types have no files of their own.
	TypeParams []string
	// Alias is set for type A = B.
	Alias bool
	// Type is what stands right of the name. It is nil for a declaration that nobody needs to look into: one that only
	// a method's signature names, or that lies behind a type of another package which reads and writes its own JSON.
	Type *Type
	// Methods are the methods with this receiver, handwritten or emitted earlier, by name; methods in files that this
	// very run emits are left out, so that a second run sees what the first saw.
	Methods map[string]Func
}

// Func is a method's shape, as far as templates need it.
type Func struct {
	// Pointer is set for a pointer receiver.
	Pointer bool
	// Params and Results are the types as written, in order.
	Params, Results []*Type
}

// TypeKind tells the forms of a Type apart.
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
	// Len is the length of an array, as a number wherever constants tell it.
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

// JSONTag is the json part of a struct tag.
type JSONTag struct {
	// Name on the wire: the field's Go name where the tag gives none.
	Name string
	// Skip is `json:"-"`, Inline an embedded field whose fields stand in the parent.
	Skip, Inline, OmitEmpty, OmitZero, String bool
}
