package model

// HasMethod reports whether a type has a method, by itself or from an embedded type. It gets an embedded one only if no field or
// other method of that name is as deep or less deep.
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

// Promotes reports whether a struct and the structs that it embeds have exactly one field or method of that name, so that a
// selector leads to it.
func (d *Decl) Promotes(name string) bool {
	names := map[string]int{}
	countNames(d, map[*Decl]bool{}, names)
	return names[name] == 1
}
