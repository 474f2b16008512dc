package source

import (
	"maps"
	"slices"
)

// Module is the path of the Go module of all projects. Each project is a folder with its name.
const Module = "random.example"

// Project is a folder with API packages, which one run of each generator reads.
type Project struct {
	// Seed made the project.
	Seed uint64
	// Name is the project's folder in the module.
	Name string
	// Inputs are the package patterns for the generators.
	Inputs []string
	// Packages are all packages, in the order in which they were made: later ones use earlier ones.
	Packages []*Package
	// Quirks are the rows of [Quirks] that the project has.
	Quirks []string
	// Extra are further files, by path within the project.
	Extra map[string]string
}

// Package is one Go package with types.
type Package struct {
	// Dir is the folder within the project, such as "apis/fleet/v1"; the import path follows from it.
	Dir string
	// Name is the name in the package clause.
	Name string
	// Group and Version are those of the API. A package without a Version holds types that others share.
	Group, Version string
	// Markers stand above the package clause.
	Markers []string
	// Imports maps import paths to the names under which the package imports them; "." means a dot import. Other paths have
	// their usual names.
	Imports map[string]string
	// Types are the declarations, in the order in which they were made.
	Types []*Type
	// Files is the number of files with types. There is a doc.go besides if HasDoc is set.
	Files  int
	HasDoc bool
	// Code is further Go source. It needs no imports.
	Code string
}

// Type is one type declaration.
type Type struct {
	// Name is the Go name, Form the row of the table that made it.
	Name, Form string
	// Markers stand in the doc comment.
	Markers []string
	// Decl is the text of the declaration after "type", with % for the name. It is empty for structs, which have Fields and may
	// have type parameters in Params.
	Decl   string
	Params string
	Fields []Field
	// Code is Go source that belongs to the type, such as methods.
	Code string
	// Kind is set for types with a client.
	Kind *Kind
	// File is the number of the file that has the type.
	File int
}

// Field is a field of a struct.
type Field struct {
	// Form is the row of the table that made it. It is empty for the fields that every kind has.
	Form string
	// Name is empty for embedded fields.
	Name, Type, Tag string
	Markers         []string
}

// Kind is what a type with a client is expected to have.
type Kind struct {
	// Namespaced tells whether the kind is namespaced, Status whether its status is a subresource.
	Namespaced, Status bool
	// Resource is the name in paths.
	Resource string
	// Verbs of the client.
	Verbs []string
}

// Path is the package's import path.
func (p *Project) Path(pkg *Package) string { return Module + "/" + p.Name + "/" + pkg.Dir }

// declares reports whether a package declares a type.
func (p *Package) declares(name string) bool {
	return slices.ContainsFunc(p.Types, func(t *Type) bool { return t.Name == name })
}

// Kinds counts the types with clients.
func (p *Project) Kinds() int {
	n := 0
	for _, pkg := range p.Packages {
		for _, t := range pkg.Types {
			if t.Kind != nil {
				n++
			}
		}
	}
	return n
}

// Forms returns the sorted names of all rows that the project uses.
func (p *Project) Forms() []string {
	seen := map[string]bool{}
	for _, pkg := range p.Packages {
		for _, t := range pkg.Types {
			seen[t.Form] = true
			for _, f := range t.Fields {
				seen[f.Form] = true
			}
		}
	}
	delete(seen, "")
	return slices.Sorted(maps.Keys(seen))
}
