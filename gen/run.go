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

	"github.com/typewright/typewright/gen/emit"
	"github.com/typewright/typewright/gen/load"
	"github.com/typewright/typewright/gen/model"
)

// Result is what a run has made. Nothing of it is on the disk yet.
type Result struct {
	// Set holds the files, and the folders that they belong to, for [emit.Compare].
	Set emit.Set
	// Root is the root of the module that the run took place in, else its working folder.
	Root string
	// API is the model that the files were rendered from.
	API *model.API
	// listed and settings are what the files were made of, for the note of the run.
	listed   []load.Listed
	settings *settings
	// Times tells how long each step took.
	Times Times
}

// Times are the durations of the steps of a run.
type Times struct {
	Load, Model, Render time.Duration
}

// Run reads the packages and renders all that was chosen. It writes nothing. What is wrong with the input comes back as
// a *[model.InputError] that lists every problem.
func Run(ctx context.Context, cfg Config) (Result, error) {
	s, err := settle(cfg)
	if err != nil {
		return Result{}, err
	}
	res := Result{Root: or(s.root, s.Dir), settings: &s}
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
	files, err := s.render(res.API)
	if err != nil {
		return Result{}, err
	}
	res.Times.Render, _ = lap(clock)
	res.Set, res.listed = s.gather(source.Packages, files), source.Listed
	return res, nil
}

// CheckClients makes sure that the clients which the informers of a run call lie on the disk, where they belong into the
// output folder: clientgen emits them.
func (r Result) CheckClients() error {
	s := r.settings
	if !s.artifacts["informers"] || s.VersionedClientsetPackage != "" {
		return nil
	}
	for _, g := range r.API.Groups {
		for _, v := range g.Versions {
			dir := s.output(s.layout.TypedClientDir(v))
			if entries, _ := os.ReadDir(dir); !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return filepath.Ext(e.Name()) == ".go" }) {
				return fmt.Errorf("%s: here is no client of %s, which its informers call: run clientgen first, or name the clientset with --versioned-clientset-package",
					dir, v.GroupVersion())
			}
		}
	}
	return nil
}

func lap(since time.Time) (time.Duration, time.Time) {
	now := time.Now()
	return now.Sub(since), now
}

func (s *settings) load(ctx context.Context) (load.Result, error) {
	source, err := load.Load(ctx, s.loading())
	if err == nil && len(source.Packages) == 0 {
		err = fmt.Errorf("%s matches no packages", strings.Join(s.Inputs, " "))
	}
	return source, err
}

func (s *settings) loading() load.Config {
	return load.Config{
		Dir:      s.Dir,
		Patterns: s.Inputs,
		Shallow:  s.Tool == "informergen",
		Emitted: func(base, origin string) bool {
			return s.emits(base) && emit.Owned(origin, s.Tool, s.Adopt)
		},
	}
}

// model builds the API and makes sure that there is something to emit.
func (s *settings) model(source load.Result) (*model.API, error) {
	api, err := model.Build(source.Packages, model.BuildOptions{
		Plurals:    s.PluralExceptions,
		Types:      s.IncludedTypes,
		Referenced: source.Referenced,
		Copies:     s.artifacts["deepcopy"],
		Emits:      s.artifacts,
	})
	if err != nil {
		return nil, err
	}
	if len(api.Groups) == 0 && len(s.roots()) > 0 && !s.placesCodecs(api) {
		return nil, fmt.Errorf("no type in %s has the marker +genclient: add it above each type that is to get a client", strings.Join(s.Inputs, " "))
	}
	api.Layout = s.layout
	api.Options = model.Options{
		Header: s.header, Tool: s.Tool, PrefersProtobuf: s.PrefersProtobuf, ExternalApply: s.ExternalApply,
		ExternalCodecs: s.ExternalCodecs,
	}
	return api, s.findExpansions(api)
}

// placesCodecs tells whether it is said of a package of the input where its codecs are to lie: they are emitted then whether
// or not it has clients.
func (s *settings) placesCodecs(api *model.API) bool {
	return s.artifacts["codec"] && slices.ContainsFunc(api.Packages, func(p *model.Package) bool { return s.ExternalCodecs[p.Path] != "" })
}

// gather says which files and folders the run owns.
func (s *settings) gather(pkgs []*model.Package, files []emit.File) emit.Set {
	beside := s.singles()
	for _, p := range pkgs {
		if !p.Writable {
			continue
		}
		for _, a := range artifacts() {
			if a.beside != "" && s.artifacts[a.name] {
				beside = append(beside, filepath.Join(p.Dir, a.beside))
			}
		}
	}
	return s.set(beside, files)
}

// set is what the run owns, together with files beside types and others that lie outside of its folders.
func (s *settings) set(beside []string, files []emit.File) emit.Set {
	dirs := []string{s.OutputDir}
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
		Tool: s.Tool, Files: files, Places: places, Roots: s.roots(), Prunes: s.prunes, Beside: beside, Adopt: s.Adopt,
	}
}

// trusted is the folder at or above dir whose own path the user has chosen: the root of the module that the run works in,
// for what lies in there; else the nearest folder above dir that exists, or dir itself where the user works below it.
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

// within tells whether a path is dir or lies below it.
func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// misuse is an error about the way in which the tool was called.
type misuse struct{ error }

// Misuse reports whether an error is about the way in which the tool was called, not about the input.
func Misuse(err error) bool {
	return errors.As(err, new(misuse))
}
