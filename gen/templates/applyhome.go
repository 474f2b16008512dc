package templates

import (
	"fmt"
	"go/token"
	"path"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// applyHome is a package of the input, and where its apply configurations lie.
type applyHome struct {
	*model.Package

	api *model.API
	// dir is the folder below that of all apply configurations; goName stands for it in names.
	dir, goName string
}

// applyHomes gives every package of the input a place, in the order of their paths. That of a group-version is told by the
// layout; packages of types that several versions share have their path's last two elements.
func applyHomes(api *model.API) []applyHome {
	homes := make([]applyHome, len(api.Packages))
	taken := map[string]bool{}
	for i, p := range api.Packages {
		if v := p.Version; v != nil {
			homes[i] = applyHome{Package: p, api: api, dir: path.Join(v.Group.Package, v.Name), goName: v.GroupGoName()}
			taken[homes[i].dir] = true
		}
	}
	for i, p := range api.Packages {
		if p.Version != nil {
			continue
		}
		parent, base := folder(path.Base(path.Dir(p.Path))), folder(path.Base(p.Path))
		dir := path.Join(parent, base)
		for n := 2; taken[dir]; n++ {
			dir = path.Join(parent, fmt.Sprint(base, n))
		}
		taken[dir] = true
		homes[i] = applyHome{Package: p, api: api, dir: dir, goName: model.UpperFirst(parent) + model.UpperFirst(path.Base(dir))}
	}
	return homes
}

// applyNodes are the homes as nodes of the model.
func applyNodes(api *model.API) []model.Node {
	var nodes []model.Node
	for _, home := range applyHomes(api) {
		nodes = append(nodes, home)
	}
	return nodes
}

// folder makes of an element of a path one that can be a Go package, which others may import.
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

// path is the import path of the package's apply configurations.
func (h applyHome) path() string { return path.Join(h.api.Layout.Apply, h.dir) }

// of says for people what the types are of.
func (h applyHome) of() string {
	if h.Version != nil {
		return h.Version.GroupVersion()
	}
	return "package " + h.Path
}

func applyPath(h applyHome) string {
	return path.Join(h.api.Layout.ApplyDir, h.dir, "applyconfigurations.go")
}

// schemaPath names the file so that no part of it is a word which go build heeds, such as "test" or "windows".
func schemaPath(h applyHome) string {
	name := strings.ReplaceAll(h.dir, "/", "_")
	if !versionFolder.MatchString(path.Base(h.dir)) {
		name += "_schema"
	}
	return path.Join(h.api.Layout.ApplyDir, "internal", name+".go")
}
