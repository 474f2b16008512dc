package main

import (
	"context"
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/typewright/typewright/internal/importmap"
)

// typed is a type and the packages that its text names, by name.
type typed struct {
	text    string
	imports map[string]string
}

// findTypes asks the type checker for the types of the variables that are declared without one. Those of generated/kubernetes are
// declared by hand in the module, since that check would compile every client.
func findTypes(ctx context.Context, root string, sources map[string]*source) error {
	var paths []string
	for _, path := range slices.Sorted(maps.Keys(sources)) {
		if !slices.ContainsFunc(sources[path].vars, func(d declaration) bool { return d.node == nil }) {
			continue
		}
		if strings.HasPrefix(path, importmap.Kubernetes) {
			return fmt.Errorf("%s: declare its variables by hand in the module: that takes their types", path)
		}
		paths = append(paths, path)
	}
	mode := packages.NeedName | packages.NeedTypes | packages.NeedImports
	loaded, err := packages.Load(&packages.Config{Context: ctx, Dir: root, Mode: mode}, paths...)
	if err != nil {
		return err
	}
	for _, p := range loaded {
		if len(p.Errors) > 0 {
			return fmt.Errorf("%s: %w", p.PkgPath, p.Errors[0])
		}
		s := sources[p.PkgPath]
		s.typeOf = map[string]typed{}
		for _, d := range s.vars {
			if d.node == nil {
				s.typeOf[d.name] = typedOf(p.Types, p.Types.Scope().Lookup(d.name).Type())
			}
		}
	}
	return nil
}

// typedOf writes a type as a file of the package would.
func typedOf(in *types.Package, t types.Type) typed {
	imports := map[string]string{}
	text := types.TypeString(t, func(p *types.Package) string {
		if p == in {
			return ""
		}
		imports[p.Name()] = p.Path()
		return p.Name()
	})
	return typed{text, imports}
}
