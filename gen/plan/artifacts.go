package plan

import (
	"path"

	"github.com/typewright/typewright/gen/crd"
	"github.com/typewright/typewright/gen/model"
)

// Artifact is a kind of output that --with and --without select by name.
type Artifact struct {
	Name string
	// Tool is the command that emits it.
	Tool string
	// Beside is the name of the file that it emits into each package of types; empty if it emits below the output folder.
	Beside string
	// files and dirs are the single files and the whole folders that it owns, absolute or relative to the output folder; nil
	// if none.
	files, dirs func(model.Layout) []string
	// rows are the kinds of files that it consists of.
	rows []row
}

// OwnedFiles are the single files that the artifact owns outside OwnedDirs, relative to the output folder.
func (a Artifact) OwnedFiles(l model.Layout) []string { return owned(a.files, l) }

// OwnedDirs are the folders that belong to the artifact as a whole, absolute or relative to the output folder.
func (a Artifact) OwnedDirs(l model.Layout) []string { return owned(a.dirs, l) }

func owned(paths func(model.Layout) []string, l model.Layout) []string {
	if paths == nil {
		return nil
	}
	return paths(l)
}

const (
	deepCopyFile = "zz_generated.deepcopy.go"
	registerFile = "zz_generated.register.go"
	viewFile     = "zz_generated.view.go"
)

// Artifacts is the table of everything that the generators emit.
func Artifacts() []Artifact { return append(ofClientgen(), ofInformergen()...) }

func ofClientgen() []Artifact {
	return []Artifact{
		{
			Name: "deepcopy", Tool: "clientgen", Beside: deepCopyFile,
			rows: []row{beside(deepCopyFile, (*planner).wantsDeepCopy, deepCopy)},
		},
		{
			Name: "register", Tool: "clientgen", Beside: registerFile,
			rows: []row{beside(registerFile, (*planner).wantsRegister, register)},
		},
		{
			Name: "view", Tool: "clientgen", Beside: viewFile,
			rows: []row{beside(viewFile, (*planner).wantsViewMeta, viewMeta)},
		},
		{
			Name: "clientset", Tool: "clientgen",
			files: func(l model.Layout) []string { return below(l.ClientsetDir, "clientset.go", "doc.go") },
			dirs:  func(l model.Layout) []string { return below(l.ClientsetDir, "scheme", "typed", "views") },
			rows: []row{
				each(once, inClientset("clientset.go"), clientset),
				each(once, inClientset("doc.go"), clientsetDoc),
				each(once, inClientset("scheme/register.go"), scheme),
				each(once, inClientset("scheme/doc.go"), schemeDoc),
				each(versions, typedClientPath, typedClient),
				each(versions, inTypedClient("doc.go"), typedDoc),
				each(only(versions, lacksClientExpansion), inTypedClient("generated_expansion.go"), clientExpansions),
				each(only(readVersions, hasViews), inViewClient("views.go"), viewClients),
			},
		},
		{
			Name: "fake", Tool: "clientgen",
			dirs: func(l model.Layout) []string { return below(l.ClientsetDir, "fake", "typed") },
			rows: []row{
				each(once, inClientset("fake/clientset_generated.go"), fakeClientset),
				each(once, inClientset("fake/doc.go"), fakeClientsetDoc),
				each(versions, fakeClientPath, fakeClient),
				each(versions, inTypedClient("fake/doc.go"), fakeDoc),
			},
		},
		{
			Name: "applyconfiguration", Tool: "clientgen",
			dirs: func(l model.Layout) []string { return below(l.ApplyDir, "") },
			rows: []row{
				each(configured, applyPath, configurations),
				each(configured, schemaPath, packageSchema),
				each(applied, inApply("internal/internal.go"), wholeSchema),
				each(applied, inApply("utils.go"), applyUtils),
			},
		},
		{
			Name: "codec", Tool: "clientgen",
			dirs: func(l model.Layout) []string { return below(l.CodecDir, "") },
			rows: []row{codecs},
		},
		{
			Name: "crd", Tool: "clientgen",
			dirs: func(l model.Layout) []string { return []string{l.CRDDir} },
			rows: []row{definitions},
		},
	}
}

func ofInformergen() []Artifact {
	return []Artifact{
		{
			Name: "listers", Tool: "informergen",
			dirs: func(l model.Layout) []string { return below(l.ListersDir, "") },
			rows: []row{
				each(only(readVersions, hasListable), inListers("listers.go"), listers),
				each(only(readVersions, lacksListerExpansion), inListers("expansion_generated.go"), listerExpansions),
			},
		},
		{
			Name: "informers", Tool: "informergen",
			dirs: func(l model.Layout) []string { return below(l.InformersDir, "") },
			rows: []row{
				each(once, inInformers("factory.go"), factory),
				each(once, inInformers("generic.go"), genericInformers),
				each(once, inInformers("internalinterfaces/factory_interfaces.go"), internalInterfaces),
				each(only(readGroups, hasInformers), inGroupInformers("interface.go"), groupInformers),
				each(only(readVersions, hasWatchable), inVersionInformers("interface.go"), versionInformers),
				each(only(readVersions, hasWatchable), inVersionInformers("informers.go"), informers),
			},
		},
	}
}

// below joins each name to dir.
func below(dir string, names ...string) []string {
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = path.Join(dir, name)
	}
	return paths
}

// The functions below return where the files of an artifact go.

func inClientset(name string) func(*planner, *model.API) string {
	return func(_ *planner, a *model.API) string { return path.Join(a.Layout.ClientsetDir, name) }
}

func inTypedClient(name string) func(*planner, *model.Version) string {
	return func(p *planner, v *model.Version) string { return path.Join(p.api.Layout.TypedClientDir(v), name) }
}

func typedClientPath(p *planner, v *model.Version) string {
	return inTypedClient(v.Group.Package+"_client.go")(p, v)
}

func fakeClientPath(p *planner, v *model.Version) string {
	return inTypedClient("fake/fake_"+v.Group.Package+"_client.go")(p, v)
}

func inViewClient(name string) func(*planner, *model.Version) string {
	return func(p *planner, v *model.Version) string { return path.Join(p.api.Layout.ViewClientDir(v), name) }
}

func inApply(name string) func(*planner, *model.API) string {
	return func(_ *planner, a *model.API) string { return path.Join(a.Layout.ApplyDir, name) }
}

func inListers(name string) func(*planner, *model.Version) string {
	return func(p *planner, v *model.Version) string { return path.Join(p.api.Layout.ListerDir(v), name) }
}

func inInformers(name string) func(*planner, *model.API) string {
	return func(_ *planner, a *model.API) string { return path.Join(a.Layout.InformersDir, name) }
}

func inGroupInformers(name string) func(*planner, *model.Group) string {
	return func(p *planner, g *model.Group) string { return path.Join(p.api.Layout.InformerDir(g, nil), name) }
}

func inVersionInformers(name string) func(*planner, *model.Version) string {
	return func(p *planner, v *model.Version) string {
		return path.Join(p.api.Layout.InformerDir(v.Group, v), name)
	}
}

// CRDs is the content of a YAML file with CustomResourceDefinitions.
type CRDs struct {
	Documents []crd.Pairs
}

// definitions is the row of the files of CustomResourceDefinitions: one for each, or one for each group.
func definitions(p *planner) []task {
	var tasks []task
	var files []string
	byFile := map[string][]*crd.Definition{}
	for _, d := range p.crds {
		file := d.Group + "_" + d.Plural + ".yaml"
		if p.api.Options.CRDs.PerGroup {
			file = d.Group + ".yaml"
		}
		if byFile[file] == nil {
			files = append(files, file)
		}
		byFile[file] = append(byFile[file], d)
	}
	for _, file := range files {
		tasks = append(tasks, task{File{Dir: p.api.Layout.CRDDir, Path: file}, func() Content {
			c := &CRDs{}
			for _, d := range byFile[file] {
				c.Documents = append(c.Documents, d.Document())
			}
			return c
		}})
	}
	return tasks
}
