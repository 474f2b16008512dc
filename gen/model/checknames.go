package model

import "strings"

// emittedNames are the exported names that an artifact declares for each kind in a package for its version; * stands for
// the kind.
func emittedNames() map[string][]string {
	return map[string][]string{
		"clientset": {"*Interface", "*Expansion"},
		"listers":   {"*Lister", "*ListerExpansion", "*NamespaceLister", "*NamespaceListerExpansion", "New*Lister"},
		"informers": {
			"*Informer", "Typed*Informer", "*IndexInformer",
			"*HandlerFuncs", "*DetailedHandlerFuncs", "*FilteringHandler", "*Indexers", "Deleted*",
			"New*Informer", "NewFiltered*Informer", "New*InformerWithOptions",
			"NewTyped*Informer", "NewTypedFiltered*Informer", "NewTyped*InformerWithOptions",
			"ToTyped*Informer", "To*IndexInformer",
		},
	}
}

// checkNames finds kinds of a version for which the same name would be declared, such as Robot and TypedRobot: both
// have a TypedRobotInformer.
func (b *builder) checkNames(v *Version) {
	for _, artifact := range []string{"clientset", "listers", "informers"} {
		if !b.opts.Emits[artifact] {
			continue
		}
		const todo = "rename one of them, or emit no %s for the package"
		owners := map[string]*Kind{}
		for _, k := range v.Kinds {
			clash := ""
			for _, pattern := range emittedNames()[artifact] {
				name := strings.Replace(pattern, "*", k.GoName, 1)
				if other := owners[name]; clash == "" && other != nil && other != k {
					clash = name
					b.problems.Add(k.Decl.Pos, strings.Replace(todo, "%s", artifact, 1), "kinds %s and %s both lead to a %s", other.GoName, k.GoName, name)
				}
				owners[name] = k
			}
			switch {
			case artifact == "informers" && k.GoName == "Typed":
				b.problems.Add(k.Decl.Pos, "rename it, or emit no informers for the package", "a kind cannot be called Typed: TypedInformer is a method of every informer")
			case artifact == "clientset" && k.GoName == v.Group.GoName+v.GoName:
				b.problems.Add(k.Decl.Pos, "rename it, or give the package +groupGoName", "kind %s and the client of its version both lead to a %sInterface", k.GoName, k.GoName)
			}
		}
	}
}

// checkFactory finds groups whose name is that of something which every informer factory has.
func (b *builder) checkFactory(g *Group) {
	if !b.opts.Emits["informers"] {
		return
	}
	switch g.GoName {
	case "Start", "StartWithContext", "Shutdown", "WaitForCacheSync", "WaitForCacheSyncWithContext", "ForResource", "InformerFor",
		"InformerName", "Use", "Options":
		b.problems.Add(g.Versions[0].Package.Place(), "give the packages of the group +groupGoName="+g.GoName+"Group",
			"group %s is %s in Go, which is something that every informer factory has", display(g), g.GoName)
	}
}
