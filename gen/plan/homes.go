package plan

import (
	"fmt"
	"go/token"
	"path"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// home is where the configurations and the merge schema of an input package lie.
type home struct {
	*model.Package

	// dir is the folder below that of all configurations, path its import path.
	dir, path string
	// goName stands for the package in names: FleetV1. schema and types are the names of the variable and of the constant
	// that hold its merge schema.
	goName, schema, types string
}

// homes is the rule that gives each package of the input a home. That of a group-version is the same as in other artifacts.
// Other packages have the last two elements of their path.
func homes(api *model.API) map[*model.Package]*home {
	homes := make(map[*model.Package]*home, len(api.Packages))
	taken, names := map[string]bool{}, schemaNames{}
	add := func(p *model.Package, dir, goName string) {
		taken[dir] = true
		h := &home{Package: p, dir: dir, path: path.Join(api.Layout.Apply, dir), goName: goName}
		h.schema, h.types = names.choose(model.LowerFirst(goName))
		homes[p] = h
	}
	for _, p := range api.Packages {
		if v := p.Version; v != nil {
			add(p, path.Join(v.Group.Package, v.Name), v.GroupGoName())
		}
	}
	for _, p := range api.Packages {
		if p.Version != nil {
			continue
		}
		parent, base := folder(path.Base(path.Dir(p.Path))), folder(path.Base(p.Path))
		dir := path.Join(parent, base)
		for n := 2; taken[dir]; n++ {
			dir = path.Join(parent, fmt.Sprint(base, n))
		}
		add(p, dir, model.UpperFirst(parent)+model.UpperFirst(path.Base(dir)))
	}
	return homes
}

// schemaNames are the names that package internal of the configurations declares.
type schemaNames map[string]bool

// OtherTypes is the constant that holds the merge schemas of packages without a home.
const OtherTypes = "otherTypes"

// choose returns the names of the variable and of the constant for the schema of a package. They keep away from those of
// other packages and of the parts that all schemas share.
func (n schemaNames) choose(base string) (schema, types string) {
	isTaken := func(name string) bool { return n[name] || name == OtherTypes || name == "all" || name == "schema" }
	for isTaken(base) || isTaken(base+"Types") {
		base += "_"
	}
	n[base], n[base+"Types"] = true, true
	return base, base + "Types"
}

// folder turns an element of a path into the name of a Go package that others may import.
func folder(element string) string {
	name := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(element))
	if !token.IsIdentifier(name) || name == "internal" || name == "vendor" || name == "testdata" {
		return "p" + name
	}
	return name
}

// of is what the types belong to, in comments.
func (h *home) of() string {
	if h.Version != nil {
		return h.Version.GroupVersion()
	}
	return "package " + h.Path
}

func applyPath(p *planner, h *home) string {
	return path.Join(p.api.Layout.ApplyDir, h.dir, "applyconfigurations.go")
}

// schemaPath gives the file a name of which no part has a meaning for go build, as "test" and "windows" have.
func schemaPath(p *planner, h *home) string {
	name := strings.ReplaceAll(h.dir, "/", "_")
	if !versionFolder.MatchString(path.Base(h.dir)) {
		name += "_schema"
	}
	return path.Join(p.api.Layout.ApplyDir, "internal", name+".go")
}
