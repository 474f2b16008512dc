package model

// HasMethod tells whether a type has a method, by itself or from what it embeds: then one embedded type has it, and nothing
// that is embedded as deep or less deep has anything else of that name.
func (d *Decl) HasMethod(method string) bool {
	seen := map[*Decl]bool{}
	for level := []*Decl{d}; len(level) > 0; {
		var next []*Decl
		methods, fields := 0, 0
		for _, d := range level {
			if seen[d] {
				continue
			}
			seen[d] = true
			if d.Declares(method) {
				methods++
				continue
			}
			for _, f := range d.Fields() {
				if f.Name == method {
					fields++
				}
				if inner := f.Type.Bare().NamedDecl(); f.Embedded && inner != nil {
					next = append(next, inner)
				}
			}
		}
		if methods+fields > 0 {
			return methods == 1 && fields == 0
		}
		level = next
	}
	return false
}

// Promotes tells whether the selector of a name behind a value of the struct leads to the only field or method of that name
// within it, so that nothing can hide that or stand beside it.
func (d *Decl) Promotes(name string) bool {
	names := map[string]int{}
	countNames(d, map[*Decl]bool{}, names)
	return names[name] == 1
}
