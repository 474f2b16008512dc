package templates

import (
	"bytes"
	"errors"
	"path"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/dave/jennifer/jen"

	"github.com/typewright/typewright/gen/model"
)

// File is one emitted file.
type File struct {
	// Dir is the absolute folder of the package for a file beside the types, "" for one below the output folder.
	Dir string
	// Path is slash-separated, below Dir or the output folder.
	Path string
	// Source is the whole file, formatted.
	Source []byte
}

// Render applies all templates whose names are chosen. The files come in the order of the registry and the model,
// whatever the machine does in parallel. What the files would call and nobody declares is a *[model.InputError]. Another
// error lists every file that could not be formatted, each as a *[SourceError]: these are faults of a template.
func Render(api *model.API, names map[string]bool) ([]File, error) {
	apply := &applyPlans{}
	if err := checkNeeds(api, names, apply); err != nil {
		return nil, err
	}
	tasks := plan(api, names, apply)
	files, errs := make([]File, len(tasks)), make([]error, len(tasks))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(tasks)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(tasks)); i = next.Add(1) - 1 {
				files[i], errs[i] = tasks[i].render(api)
			}
		})
	}
	workers.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return files, nil
}

// task is one file to be rendered.
type task struct {
	template Template
	node     model.Node
}

func plan(api *model.API, names map[string]bool, apply *applyPlans) []task {
	var tasks []task
	for _, t := range all(apply) {
		if !names[t.Name] {
			continue
		}
		for _, n := range t.Scope.nodes(api) {
			if t.When(n) {
				tasks = append(tasks, task{template: t, node: n})
			}
		}
	}
	return tasks
}

func (t task) render(api *model.API) (File, error) {
	file := File{Path: t.template.Path(t.node)}
	own := api.Layout.Root
	taken := map[string]bool{}
	if p, ok := t.node.(*model.Package); ok {
		file.Dir, own = p.Dir, p.Path
		taken = declaredNames(p)
	}
	raw, err := t.build(api, file.Path, nil)
	if err != nil {
		return file, err
	}
	if renamed := renames(raw, taken); len(renamed) > 0 {
		if raw, err = t.build(api, file.Path, renamed); err != nil {
			return file, err
		}
		if needed := needed(raw, renamed, taken); len(needed) < len(renamed) {
			raw, err = t.build(api, file.Path, needed)
		}
		if err != nil {
			return file, err
		}
	}
	file.Source, err = finish(raw, api.Options, own)
	if err, ok := errors.AsType[*SourceError](err); ok {
		err.File = file.Path
	}
	return file, err
}

// build writes a file as jennifer has it; renamed are the names of imports, by their paths, that others take the place of.
func (t task) build(api *model.API, at string, renamed map[string]string) ([]byte, error) {
	f := t.newFile(api, at)
	f.NoFormat = true
	for pkg, alias := range aliases() {
		importAs(f, pkg, alias)
	}
	t.template.Build(f, t.node)
	for pkg, alias := range renamed {
		f.ImportAlias(pkg, alias)
	}
	var raw bytes.Buffer
	err := f.Render(&raw)
	return raw.Bytes(), err
}

func (t task) newFile(api *model.API, at string) *jen.File {
	if p, ok := t.node.(*model.Package); ok {
		return jen.NewFilePathName(p.Path, p.Name)
	}
	pkg := path.Join(api.Layout.Root, path.Dir(at))
	name := path.Base(pkg)
	if c, ok := t.node.(codecPackage); ok {
		name = c.name()
	}
	return jen.NewFilePathName(pkg, name)
}
