package source

import (
	"maps"
	"slices"
)

// Part is a part of a project that can be removed: a package, a type (with its list if it is a kind), or a field of a type.
type Part struct {
	// Dir is the package's folder, Type a type of it or "" for the whole package, Field the number of a field or -1 for the
	// whole type.
	Dir, Type string
	Field     int
}

// Parts returns all parts of a project: packages, then types, then fields.
func (p *Project) Parts() []Part {
	var packages, types, fields []Part
	for _, pkg := range p.Packages {
		packages = append(packages, Part{pkg.Dir, "", -1})
		for _, t := range pkg.Types {
			if t.Form == "List" {
				continue // it is removed with its kind
			}
			types = append(types, Part{pkg.Dir, t.Name, -1})
			for i, f := range t.Fields {
				if f.Form != "" {
					fields = append(fields, Part{pkg.Dir, t.Name, i})
				}
			}
		}
	}
	return slices.Concat(packages, types, fields)
}

// Without returns a copy of the project without some parts. The copy may not compile.
func (p *Project) Without(parts []Part) *Project {
	removed := map[Part]bool{}
	for _, part := range parts {
		removed[part] = true
	}
	rest := *p
	rest.Packages, rest.Extra = nil, maps.Clone(p.Extra)
	for _, pkg := range p.Packages {
		if removed[Part{pkg.Dir, "", -1}] {
			continue
		}
		restOfPackage := *pkg
		restOfPackage.Types = nil
		for _, t := range pkg.Types {
			of := t.Name
			if t.Form == "List" {
				of = of[:len(of)-len("List")]
			}
			if removed[Part{pkg.Dir, of, -1}] {
				continue
			}
			restOfType := *t
			restOfType.Fields = nil
			for i, f := range t.Fields {
				if !removed[Part{pkg.Dir, t.Name, i}] {
					restOfType.Fields = append(restOfType.Fields, f)
				}
			}
			restOfPackage.Types = append(restOfPackage.Types, &restOfType)
		}
		rest.Packages = append(rest.Packages, &restOfPackage)
	}
	return &rest
}

// Shrink removes parts of a project as long as the rest fails, in at most trials trials. It tries halves first and single parts last. The
// same project leads to the same result.
func Shrink(p *Project, trials int, fails func(*Project) bool) *Project {
	parts := p.Parts()
	for size := max(len(parts)/2, 1); size >= 1; size /= 2 {
		for i := 0; i < len(parts); {
			if trials--; trials < 0 {
				return p
			}
			smaller := p.Without(parts[i:min(i+size, len(parts))])
			if !fails(smaller) {
				i += size
				continue
			}
			p, parts = smaller, smaller.Parts()
		}
	}
	return p
}
