package gen

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/typewright/typewright/gen/crd"
	"github.com/typewright/typewright/gen/emit"
	"github.com/typewright/typewright/gen/load"
	"github.com/typewright/typewright/gen/memo"
	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/plan"
	"github.com/typewright/typewright/gen/templates"
)

// Result is the outcome of a run. Nothing of it has been written yet.
type Result struct {
	// Set holds the files and the folders that they belong to, for [emit.Compare].
	Set emit.Set
	// Root is the root of the module of Config.Dir, or Config.Dir itself if it is in no module.
	Root string
	// API is the model that the files were rendered from.
	API *model.API
	// listed and settings are the input of the run, for [Remember].
	listed   []load.Listed
	settings *settings
	// Times says how long each step took.
	Times Times
}

// Times are the durations of the steps of a run.
type Times struct {
	Load, Model, Render time.Duration
}

// Run reads the packages and renders the chosen artifacts. It writes nothing. Problems of the input are returned together
// as a *[model.InputError]; [Misuse] recognizes wrong settings.
func Run(ctx context.Context, cfg Config) (Result, error) {
	s, err := settle(cfg)
	if err != nil {
		return Result{}, err
	}
	res := Result{Root: orDefault(s.root, s.Dir), settings: &s}
	clock := time.Now()
	source, err := s.load(ctx)
	if err != nil {
		return Result{}, err
	}
	res.Times.Load, clock = lap(clock)
	if res.API, err = s.model(source); err != nil {
		return Result{}, err
	}
	res.Times.Model, clock = lap(clock)
	files, err := s.emit(res.API)
	if err != nil {
		return Result{}, err
	}
	res.Times.Render, _ = lap(clock)
	res.Set, res.listed = s.collect(source.Packages, files), source.Listed
	return res, nil
}

// CheckClients returns an error if the informers of the run call clients in the output folder that clientgen has not
// emitted yet.
func (r Result) CheckClients() error {
	s := r.settings
	if !s.artifacts["informers"] || s.VersionedClientsetPackage != "" {
		return nil
	}
	for _, v := range r.API.AllVersions() {
		var dirs []string
		if len(v.Kinds) > 0 {
			dirs = append(dirs, s.layout.TypedClientDir(v))
		}
		if len(v.Views) > 0 {
			dirs = append(dirs, s.layout.ViewClientDir(v))
		}
		for _, dir := range dirs {
			if dir = s.output(dir); !holdsGo(dir) {
				return fmt.Errorf("%s: the client of %s, which its informers call, is missing: run clientgen first, or name the clientset with --versioned-clientset-package",
					dir, v.GroupVersion())
			}
		}
	}
	return nil
}

// holdsGo reports whether a folder has a Go file.
func holdsGo(dir string) bool {
	entries, _ := os.ReadDir(dir)
	return slices.ContainsFunc(entries, func(e os.DirEntry) bool { return filepath.Ext(e.Name()) == ".go" })
}

// lap returns the time since then, and the present time.
func lap(since time.Time) (time.Duration, time.Time) {
	now := time.Now()
	return now.Sub(since), now
}

func (s *settings) load(ctx context.Context) (load.Result, error) {
	source, err := load.Load(ctx, s.loadConfig())
	if err == nil && len(source.Packages) == 0 {
		err = fmt.Errorf("%s matches no packages", strings.Join(s.Inputs, " "))
	}
	return source, err
}

// loadConfig returns the configuration of the loading step.
func (s *settings) loadConfig() load.Config {
	return load.Config{
		Dir:      s.Dir,
		Patterns: s.Inputs,
		Shallow:  s.Tool == "informergen",
		Emitted: func(base, origin string) bool {
			return s.emits(base) && emit.Owned(origin, s.Tool, s.Adopt)
		},
	}
}

// model builds the API. It is an error if there is nothing to emit.
func (s *settings) model(source load.Result) (*model.API, error) {
	s.expansions = map[string][]string{}
	api, err := model.Build(source.Packages, model.BuildOptions{
		Plurals: s.PluralExceptions, Types: s.IncludedTypes, Referenced: source.Referenced,
		Layout: s.layout, Options: s.options(), Expansions: s.findExpansions,
	})
	if err = s.withCopyProblems(source.Packages, err); err != nil {
		return nil, err
	}
	s.foreign = !api.Options.CRDs.All && !slices.ContainsFunc(api.Packages, func(p *model.Package) bool { return p.Writable && p.Version != nil })
	if len(api.AllGroups()) == 0 && s.needsClients(api) && !s.hasPlacedCodecs(api) {
		return nil, fmt.Errorf("no type in %s has the marker +genclient: add it above each type that needs a client", strings.Join(s.Inputs, " "))
	}
	return api, nil
}

// needsClients reports whether a run would emit nothing from an API without clients. CustomResourceDefinitions need none.
func (s *settings) needsClients(api *model.API) bool {
	others := slices.DeleteFunc(s.ownedDirs(), func(dir string) bool { return dir == s.layout.CRDDir })
	return len(others) > 0 || s.artifacts["crd"] && !crd.Has(api)
}

// withCopyProblems adds what cannot be copied to the problems of the model, so that the user sees both at once.
func (s *settings) withCopyProblems(pkgs []*model.Package, err error) error {
	var problems model.Problems
	if s.artifacts["deepcopy"] {
		for _, p := range pkgs {
			plan.CheckCopies(&problems, p)
		}
	}
	if found, ok := errors.AsType[*model.InputError](err); ok {
		problems.Join(found)
	} else if err != nil {
		return err
	}
	return problems.Err()
}

// options are the settings that change what emitted files say.
func (s *settings) options() model.Options {
	return model.Options{
		Header: s.header, Tool: s.Tool, PrefersProtobuf: s.PrefersProtobuf, ExternalApply: s.ExternalApply,
		ExternalCodecs: s.ExternalCodecs,
		CRDs: model.CRDOptions{
			All: slices.Contains(s.With, "crd"), MaxDescription: s.CRDMaxDescription, PerGroup: s.CRDPerGroup, Version: s.CRDVersion,
		},
	}
}

// findExpansions lists the handwritten *_expansion.go files in a folder below the output folder. It notes them for [Remember].
func (s *settings) findExpansions(folder string) ([]string, error) {
	dir := s.output(folder)
	names, err := memo.Expansions(dir)
	if err == nil {
		s.expansions[dir] = names
	}
	return names, err
}

// hasPlacedCodecs reports whether ExternalCodecs names a package of the input. Codecs of such a package are emitted even if
// it has no clients.
func (s *settings) hasPlacedCodecs(api *model.API) bool {
	return s.artifacts["codec"] && slices.ContainsFunc(api.Packages, func(p *model.Package) bool { return s.ExternalCodecs[p.Path] != "" })
}

// collect returns the files together with all paths that the run owns.
func (s *settings) collect(pkgs []*model.Package, files []emit.File) emit.Set {
	beside := s.ownedFiles()
	for _, p := range pkgs {
		if !p.Writable {
			continue
		}
		for _, a := range plan.Artifacts() {
			if a.Beside != "" && s.artifacts[a.Name] {
				beside = append(beside, filepath.Join(p.Dir, a.Beside))
			}
		}
	}
	return s.set(beside, files)
}

// set returns the files together with the owned folders and beside, the owned single files.
func (s *settings) set(beside []string, files []emit.File) emit.Set {
	dirs := []string{s.OutputDir}
	if s.artifacts["crd"] && !within(s.OutputDir, s.layout.CRDDir) {
		dirs = append(dirs, s.layout.CRDDir)
	}
	for _, path := range beside {
		if dir := filepath.Dir(path); !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	places := make([]emit.Place, len(dirs))
	for i, dir := range dirs {
		places[i] = emit.Place{Dir: dir, Trusted: s.trusted(dir)}
	}
	return emit.Set{
		Tool: s.Tool, Files: files, Places: places, Roots: s.ownedDirs(), Prunes: s.prunes, Beside: beside, Adopt: s.Adopt,
	}
}

// trusted returns the folder whose own path the user has chosen, links included: the root of the module if dir is in it;
// dir itself if the user works in or below it; else the nearest existing folder above dir.
func (s *settings) trusted(dir string) string {
	if s.root != "" && within(s.root, dir) {
		return s.root
	}
	if within(dir, s.Dir) {
		return dir
	}
	for above := filepath.Dir(dir); ; above = filepath.Dir(above) {
		if info, err := os.Stat(above); err == nil && info.IsDir() || above == filepath.Dir(above) {
			return above
		}
	}
}

// within reports whether a path is dir or lies below it.
func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// misuse is an error about flags or settings.
type misuse struct{ error }

// Misuse reports whether an error is about flags or settings rather than about the input.
func Misuse(err error) bool {
	return errors.As(err, new(misuse))
}

// emit plans and prints the chosen artifacts, and gives their files absolute paths.
func (s *settings) emit(api *model.API) ([]emit.File, error) {
	planned, err := plan.Make(api, s.artifacts)
	if err != nil {
		return nil, err
	}
	rendered, err := templates.Render(planned)
	if err != nil {
		return nil, err
	}
	files := make([]emit.File, len(rendered))
	for i, f := range rendered {
		dir := f.Dir
		if dir == "" {
			dir = s.OutputDir
		}
		files[i] = emit.File{Path: filepath.Join(dir, filepath.FromSlash(f.Path)), Source: f.Source}
	}
	return files, nil
}

// output makes an absolute path from one that is slash-separated and relative to the output folder. An absolute path stays.
func (s *settings) output(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(s.OutputDir, filepath.FromSlash(path))
}
