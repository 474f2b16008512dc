package plan

import (
	"slices"

	"github.com/typewright/typewright/gen/model"
)

// Register is the content of zz_generated.register.go, which registers the types of a group-version. What the package
// declares by hand is used and not declared again.
type Register struct {
	Group, Version string
	// Types are the types that stand at the top of API documents.
	Types []*model.Decl
	// Scheme is the name of a parameter.
	Scheme string
	// declared and taken are the names that the package has and those that it cannot have, because a dot import brings them.
	// The registration does without the latter; of all names it is only AddToScheme that others look for.
	declared, taken map[string]bool
}

// Declares reports whether the file declares the name.
func (r *Register) Declares(name string) bool { return !r.declared[name] && !r.taken[name] }

// CanUse reports whether the file can use the name, which the package or the file declares.
func (r *Register) CanUse(name string) bool { return !r.taken[name] }

// wantsRegister reports whether a package gets a file that registers its types: it is a version of an API, has no handwritten
// AddToScheme, and does not opt out by +k8s:register-gen=false.
func (p *planner) wantsRegister(pkg *model.Package) bool {
	m, asked := pkg.Markers.Get("k8s:register-gen")
	if !pkg.Writable || pkg.Version == nil || pkg.Idents["AddToScheme"] || asked && m.Word() == "false" {
		return false
	}
	return (asked || pkg.Markers.Has("groupName")) && len(registered(pkg)) > 0
}

// registered are the types of a package that stand at the top of API documents.
func registered(p *model.Package) []*model.Decl {
	return slices.DeleteFunc(slices.Clone(p.Decls), func(d *model.Decl) bool {
		meta, ok := d.Field("TypeMeta")
		return !ok || !meta.Embedded || meta.Tag == "" || d.Alias || len(d.TypeParams) > 0 || d.IsView()
	})
}

func register(_ *planner, pkg *model.Package) Content {
	taken := map[string]bool{}
	for name := range pkg.DotNames {
		taken[name] = true
	}
	return &Register{
		Group: pkg.Version.Group.Name, Version: pkg.Version.Name, Types: registered(pkg), Scheme: localBeside(pkg, "scheme"),
		declared: declaredNames(pkg), taken: taken,
	}
}
