package templates

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"

	"github.com/dave/jennifer/jen"
	"golang.org/x/sync/errgroup"

	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
)

// File is one emitted file.
type File struct {
	// Dir is the absolute folder of the package for a file beside the types, empty for one below the output folder.
	Dir string
	// Path is slash-separated, below Dir or the output folder.
	Path string
	// Source is the whole file, formatted.
	Source []byte
}

// Render prints the files of a plan, in the same order. The error lists every file that could not be formatted, each as a
// *[SourceError]: these are faults of a template or of the plan.
func Render(p *plan.Plan) ([]File, error) {
	files, errs := make([]File, len(p.Files)), make([]error, len(p.Files))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, f := range p.Files {
		group.Go(func() error {
			files[i], errs[i] = render(f, p.Options)
			return nil // all errors are wanted, not the first
		})
	}
	_ = group.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return files, nil
}

// render prints a file. It prints it again if an import has the name of something else in the file; see clashes.go.
func render(f plan.File, opts model.Options) (File, error) {
	file := File{Dir: f.Dir, Path: f.Path}
	if c, ok := f.Content.(*plan.CRDs); ok {
		file.Source = definitions(c, opts)
		return file, nil
	}
	raw, err := build(f, nil)
	if err != nil {
		return file, err
	}
	if renamed := renames(raw, f.Taken); len(renamed) > 0 {
		if raw, err = build(f, renamed); err != nil {
			return file, err
		}
		if needed := needed(raw, renamed, f.Taken); len(needed) < len(renamed) {
			raw, err = build(f, needed)
		}
		if err != nil {
			return file, err
		}
	}
	file.Source, err = finish(raw, opts, f.Module)
	if err, ok := errors.AsType[*SourceError](err); ok {
		err.File = f.Path
	}
	return file, err
}

// build returns a file as jennifer writes it. renamed are the names of imports that differ from the usual ones, by path.
func build(file plan.File, renamed map[string]string) ([]byte, error) {
	f := jen.NewFilePathName(file.Package, file.Name)
	f.NoFormat = true
	for pkg, alias := range plan.Aliases() {
		importAs(f, pkg, alias)
	}
	if err := printContent(f, file); err != nil {
		return nil, err
	}
	for pkg, alias := range renamed {
		f.ImportAlias(pkg, alias)
	}
	var raw bytes.Buffer
	err := f.Render(&raw)
	return raw.Bytes(), err
}

// printContent calls the function that prints the content of a file. This is the table of contents of the package, with
// printInformers.
func printContent(f *jen.File, file plan.File) error {
	switch c := file.Content.(type) {
	case *plan.DeepCopy:
		deepCopy(f, c)
	case *plan.Register:
		registration(f, c)
	case *plan.Clientset:
		clientset(f, c)
	case *plan.Scheme:
		scheme(f, c)
	case *plan.TypedClient:
		typedClient(f, c)
	case *plan.ClientExpansions:
		clientExpansions(f, c)
	case *plan.FakeClientset:
		fakeClientset(f, c)
	case *plan.FakeClient:
		fakeClient(f, c)
	case *plan.Configurations:
		configurations(f, c)
	case *plan.PackageSchema:
		packageSchema(f, c)
	case *plan.WholeSchema:
		wholeSchema(f, c)
	case *plan.ApplyUtils:
		applyUtils(f, c)
	case *plan.ViewMeta:
		viewMeta(f, c)
	case *plan.ViewClients:
		viewClients(f, c)
	case *plan.Codec:
		codec(f, c, file.Name)
	case *plan.Listers:
		listers(f, c)
	case *plan.ListerExpansions:
		listerExpansions(f, c)
	case *plan.Doc:
		packageDoc(f, "%s", c.Text)
	default:
		return printInformers(f, file)
	}
	return nil
}

// printInformers is printContent for the files of informergen.
func printInformers(f *jen.File, file plan.File) error {
	switch c := file.Content.(type) {
	case *plan.Informers:
		informers(f, c)
	case *plan.Factory:
		factory(f, c)
	case *plan.GenericInformers:
		genericInformers(f, c)
	case *plan.InternalInterfaces:
		internalInterfaces(f, c)
	case *plan.GroupInformers:
		groupInformers(f, c)
	case *plan.VersionInformers:
		versionInformers(f, c)
	default:
		return fmt.Errorf("%s: no template prints a %T", file.Path, c)
	}
	return nil
}
