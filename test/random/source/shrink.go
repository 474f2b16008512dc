package source

import (
	"maps"
	"slices"
)

// Part is something of a project that can be taken away: a package, a type of it with its list if it is a kind, or a field of a
// type.
type Part struct {
	// Dir is the package's folder, Type a type of it or "" for the whole package, Field the number of a field or -1 for the
	// whole type.
	Dir, Type string
	Field     int
}

// Parts are all parts of a project, large ones before small ones.
func (p *Project) Parts() []Part {
	var packages, types, fields []Part
	for _, pkg := range p.Packages {
		packages = append(packages, Part{pkg.Dir, "", -1})
		for _, t := range pkg.Types {
			if t.Form == "List" {
				continue // it goes with its kind
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

// Without is a project that lacks some parts of another. It may be one that does not compile.
func (p *Project) Without(parts []Part) *Project {
	gone := map[Part]bool{}
	for _, part := range parts {
		gone[part] = true
	}
	left := *p
	left.Packages, left.Extra = nil, maps.Clone(p.Extra)
	for _, pkg := range p.Packages {
		if gone[Part{pkg.Dir, "", -1}] {
			continue
		}
		pkgLeft := *pkg
		pkgLeft.Types = nil
		for _, t := range pkg.Types {
			of := t.Name
			if t.Form == "List" {
				of = of[:len(of)-len("List")]
			}
			if gone[Part{pkg.Dir, of, -1}] {
				continue
			}
			typeLeft := *t
			typeLeft.Fields = nil
			for i, f := range t.Fields {
				if !gone[Part{pkg.Dir, t.Name, i}] {
					typeLeft.Fields = append(typeLeft.Fields, f)
				}
			}
			pkgLeft.Types = append(pkgLeft.Types, &typeLeft)
		}
		left.Packages = append(left.Packages, &pkgLeft)
	}
	return &left
}

// Shrink takes parts away from a project as long as what is left fails, in at most so many trials: halves first, single parts last. The
// same project leads to the same rest.
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
