package plan

import (
	"path"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/typewright/typewright/gen/crd"
	"github.com/typewright/typewright/gen/model"
)

// Plan is everything that a run emits. Nothing changes it once it is made.
type Plan struct {
	// Options hold the header and the name of the tool, which stand in every file.
	Options model.Options
	// Files are in the order of the table of artifacts and of the model.
	Files []File
}

// File is one emitted file.
type File struct {
	// Dir is the absolute folder of a package beside whose types the file stands; empty for a file below the output folder.
	Dir string
	// Path is slash-separated, below Dir or the output folder.
	Path string
	// Package is the import path of the package that the file belongs to, Name its name.
	Package, Name string
	// Module is an import path in the module of the file: imports of the same module stand in a group of their own.
	Module string
	// Taken are the names that other files of the package declare.
	Taken map[string]bool
	// Content is what the file says.
	Content Content
}

// Content is what one file says. The types that implement it are the forms of emitted files; each has a function in
// package templates that prints it.
type Content interface{ content() }

func (*DeepCopy) content()           {}
func (*Register) content()           {}
func (*Clientset) content()          {}
func (*Scheme) content()             {}
func (*TypedClient) content()        {}
func (*ClientExpansions) content()   {}
func (*FakeClientset) content()      {}
func (*FakeClient) content()         {}
func (*Configurations) content()     {}
func (*PackageSchema) content()      {}
func (*WholeSchema) content()        {}
func (*ApplyUtils) content()         {}
func (*Codec) content()              {}
func (*ViewMeta) content()           {}
func (*ViewClients) content()        {}
func (*Listers) content()            {}
func (*ListerExpansions) content()   {}
func (*Informers) content()          {}
func (*Factory) content()            {}
func (*GenericInformers) content()   {}
func (*InternalInterfaces) content() {}
func (*GroupInformers) content()     {}
func (*VersionInformers) content()   {}
func (*Doc) content()                {}
func (*CRDs) content()               {}

// Make plans what the chosen artifacts emit from a model. Every problem of the input that would make emitted code wrong is
// in the error, a *[model.InputError].
func Make(api *model.API, chosen map[string]bool) (*Plan, error) {
	p := &planner{api: api, chosen: chosen, copies: newCopyRules()}
	if api.Layout.Apply != "" {
		p.apply = newApplyPlan(api)
	}
	if chosen["applyconfiguration"] {
		p.apply.complete()
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	var tasks []task
	for _, a := range Artifacts() {
		if !chosen[a.Name] {
			continue
		}
		for _, row := range a.rows {
			tasks = append(tasks, row(p)...)
		}
	}
	return &Plan{Options: api.Options, Files: fill(tasks)}, nil
}

// planner holds what the plans of several files have in common.
type planner struct {
	api    *model.API
	chosen map[string]bool
	// copies serves the checks; see copyRules.
	copies *copyRules
	// crds are the CustomResourceDefinitions, if they are emitted.
	crds []*crd.Definition
	// apply knows the apply configurations. It is nil if there is no place for them.
	apply *applyPlan
}

// task is a file whose content is still to be made.
type task struct {
	file File
	make func() Content
}

// fill makes the contents of the files, several at a time: they only read what they share.
func fill(tasks []task) []File {
	files := make([]File, len(tasks))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, t := range tasks {
		group.Go(func() error {
			files[i] = t.file
			files[i].Content = t.make()
			return nil
		})
	}
	_ = group.Wait()
	return files
}

// row is one kind of file of an artifact: it returns a task for each file of that kind.
type row func(*planner) []task

// each is a row with a file for each node of the model that has something to say. The path is below the output folder.
func each[N any](nodes func(*planner) []N, at func(*planner, N) string, content func(*planner, N) Content) row {
	return func(p *planner) []task {
		var tasks []task
		for _, n := range nodes(p) {
			file := File{Path: at(p, n), Module: p.api.Layout.Root}
			file.Package = path.Join(p.api.Layout.Root, path.Dir(file.Path))
			file.Name = path.Base(file.Package)
			tasks = append(tasks, task{file, func() Content { return content(p, n) }})
		}
		return tasks
	}
}

// beside is a row with a file in the folder of each package of the input that wants one.
func beside(name string, want func(*planner, *model.Package) bool, content func(*planner, *model.Package) Content) row {
	return func(p *planner) []task {
		var tasks []task
		for _, pkg := range p.api.Packages {
			if !want(p, pkg) {
				continue
			}
			file := File{Dir: pkg.Dir, Path: name, Package: pkg.Path, Name: pkg.Name, Module: pkg.Path, Taken: declaredNames(pkg)}
			tasks = append(tasks, task{file, func() Content { return content(p, pkg) }})
		}
		return tasks
	}
}

// once is the single node of files that stand for the whole API.
func once(p *planner) []*model.API { return []*model.API{p.api} }

// readGroups and readVersions include those of which there are views only. They have informers, and no clients.
func readGroups(p *planner) []*model.Group { return p.api.AllGroups() }

func readVersions(p *planner) []*model.Version { return p.api.AllVersions() }

func versions(p *planner) []*model.Version {
	var all []*model.Version
	for _, g := range p.api.Groups {
		all = append(all, g.Versions...)
	}
	return all
}

// only leaves the nodes out that have nothing to say.
func only[N any](nodes func(*planner) []N, want func(N) bool) func(*planner) []N {
	return func(p *planner) []N {
		return slices.DeleteFunc(slices.Clone(nodes(p)), func(n N) bool { return !want(n) })
	}
}

// declaredNames are the package-level names of an input package.
func declaredNames(p *model.Package) map[string]bool {
	names := map[string]bool{}
	for name := range p.Idents {
		names[name] = true
	}
	for _, d := range p.Decls {
		names[d.Name] = true
	}
	return names
}
