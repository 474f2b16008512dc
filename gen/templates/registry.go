package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// Template is one kind of emitted file.
type Template struct {
	// Name is what [Render] selects by. The files of one artifact share a name.
	Name string
	// Scope tells which nodes of the model get a file each.
	Scope Scope
	// When leaves nodes out; nil means none.
	When func(model.Node) bool
	// Path is the file's slash-separated path below the output folder, or for [PerPackage] below the package's folder.
	Path func(model.Node) string
	// Build writes the file's declarations. It must not change the node, which other goroutines read.
	Build func(*jen.File, model.Node)
}

// Scope is the level of the model at which a template is applied.
type Scope int

// The scopes. PerPackage files stand beside the types, those of all others in the output folder. PerVersion means the
// versions with clients, PerApply every package of the input, PerCodec every package whose types are decoded.
const (
	PerAPI Scope = iota
	PerGroup
	PerVersion
	PerApply
	PerPackage
	PerCodec
)

// All is the table of everything that the generators can emit.
func All() []Template { return all(&applyPlans{}) }

func all(apply *applyPlans) []Template {
	return []Template{
		row("deepcopy", PerPackage, wantsDeepCopy, beside("zz_generated.deepcopy.go"), buildDeepCopy),
		row("register", PerPackage, wantsRegister, beside("zz_generated.register.go"), buildRegister),

		row("clientset", PerAPI, nil, inClientset("clientset.go"), buildClientset),
		row("clientset", PerAPI, nil, inClientset("doc.go"), buildClientsetDoc),
		row("scheme", PerAPI, nil, inClientset("scheme/register.go"), buildScheme),
		row("scheme", PerAPI, nil, inClientset("scheme/doc.go"), buildSchemeDoc),
		row("typed", PerVersion, nil, typedClientPath, apply.buildTypedClient),
		row("typed", PerVersion, nil, inTypedClient("doc.go"), buildTypedDoc),
		row("typed", PerVersion, lacksClientExpansion, inTypedClient("generated_expansion.go"), buildClientExpansions),

		row("fake", PerAPI, nil, inClientset("fake/clientset_generated.go"), buildFakeClientset),
		row("fake", PerAPI, nil, inClientset("fake/doc.go"), buildFakeClientsetDoc),
		row("fake", PerVersion, nil, fakeClientPath, apply.buildFakeClient),
		row("fake", PerVersion, nil, inTypedClient("fake/doc.go"), buildFakeDoc),

		row("applyconfiguration", PerApply, apply.wantsConfigs, applyPath, apply.buildConfigs),
		row("applyconfiguration", PerApply, apply.wantsConfigs, schemaPath, apply.buildSchema),
		row("applyconfiguration", PerAPI, hasConfigs, inApply("internal/internal.go"), apply.buildParser),
		row("applyconfiguration", PerAPI, hasConfigs, inApply("utils.go"), apply.buildUtils),

		row("codec", PerCodec, nil, codecPath, buildCodec),

		row("listers", PerVersion, hasListable, inListers("listers.go"), buildListers),
		row("listers", PerVersion, lacksListerExpansion, inListers("expansion_generated.go"), buildListerExpansions),

		row("informers", PerAPI, nil, inInformers("factory.go"), buildFactory),
		row("informers", PerAPI, nil, inInformers("generic.go"), buildGeneric),
		row("informers", PerAPI, nil, inInformers("internalinterfaces/factory_interfaces.go"), buildInternalInterfaces),
		row("informers", PerGroup, groupWatchable, inGroupInformers("interface.go"), buildGroupInterface),
		row("informers", PerVersion, hasWatchable, inVersionInformers("interface.go"), buildVersionInterface),
		row("informers", PerVersion, hasWatchable, inVersionInformers("informers.go"), buildInformers),
	}
}

// row makes a Template of functions over one type of node.
func row[N model.Node](name string, scope Scope, when func(N) bool, path func(N) string, build func(*jen.File, N)) Template {
	return Template{
		Name:  name,
		Scope: scope,
		When:  func(n model.Node) bool { return when == nil || when(n.(N)) },
		Path:  func(n model.Node) string { return path(n.(N)) },
		Build: func(f *jen.File, n model.Node) { build(f, n.(N)) },
	}
}

// nodes are the nodes of a scope, in the model's order.
func (s Scope) nodes(api *model.API) []model.Node {
	var nodes []model.Node
	switch s {
	case PerAPI:
		nodes = append(nodes, api)
	case PerPackage:
		for _, p := range api.Packages {
			nodes = append(nodes, p)
		}
	case PerCodec:
		nodes = codecPackages(api)
	case PerApply:
		nodes = applyNodes(api)
	default:
		for _, g := range api.Groups {
			if s == PerGroup {
				nodes = append(nodes, g)
				continue
			}
			for _, v := range g.Versions {
				nodes = append(nodes, v)
			}
		}
	}
	return nodes
}
