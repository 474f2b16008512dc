package gen

import (
	"cmp"
	"errors"
	"fmt"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/typewright/typewright/gen/model"
)

// Config says what to read, what to emit and where to. Tool is required; everything else has a default.
type Config struct {
	// Tool is the command: "clientgen" or "informergen".
	Tool string
	// Dir is the working folder; patterns and paths are relative to it. Empty means that of the process.
	Dir string
	// Inputs are package patterns as the go command takes them. Empty means the folder apis of the module that Dir lies
	// in, else its pkg/apis, else its api, with all folders below.
	Inputs []string
	// OutputDir is the folder to emit to. Empty means the folder generated of the module that Dir lies in.
	OutputDir string
	// OutputPkg is the import path of OutputDir. Empty means what the nearest go.mod makes of the folder.
	OutputPkg string
	// HeaderFile holds comment lines for the top of each file, in which YEAR stands for the present year. Empty means
	// hack/boilerplate.go.txt of the module where that exists, "none" no header.
	HeaderFile string
	// ClientsetName is the package name of the clientset, "versioned" by default.
	ClientsetName string
	// ClientsetDir, ApplyDir, ListersDir and InformersDir are slash-separated folders below OutputDir, "." for OutputDir
	// itself. By default they are clientset/ with ClientsetName, applyconfiguration, listers and
	// informers/externalversions. Codecs go to codec.
	ClientsetDir, ApplyDir, ListersDir, InformersDir string
	// SingleDirectory emits informers into informers instead of informers/externalversions.
	SingleDirectory bool
	// VersionedClientsetPackage and ListersPackage are the import paths of a clientset and of listers which are emitted
	// elsewhere.
	VersionedClientsetPackage, ListersPackage string
	// ApplyPackage is the import path of apply configurations which are emitted elsewhere. Without it typed clients have
	// Apply only if the run emits applyconfiguration too.
	ApplyPackage string
	// ExternalApply tells where apply configurations of types outside the input live; see [model.Options.ExternalApply].
	ExternalApply map[string]string
	// ExternalCodecs tells where codecs of types outside the input live; see [model.Options.ExternalCodecs]. Those of a
	// package of the input are emitted there, for all of its structs, if that is a folder below that of codecs.
	ExternalCodecs map[string]string
	// PluralExceptions maps Go names of kinds to plurals.
	PluralExceptions map[string]string
	// IncludedTypes names, for a "group/version", the types that get a client whatever their markers say.
	IncludedTypes map[string][]string
	// PrefersProtobuf makes clients ask for protobuf first.
	PrefersProtobuf bool
	// With and Without choose artifacts; empty With means all that the tool emits.
	With, Without []string
	// Adopt takes over files that Kubernetes' generators emitted at our paths.
	Adopt bool
	// Year replaces YEAR in the header; 0 means none is needed.
	Year int
}

// settings are a Config with all defaults filled in.
type settings struct {
	Config
	// root is the root of the module that Dir lies in, "" where there is none.
	root      string
	artifacts map[string]bool
	header    string
	layout    model.Layout
	// expansions are the names of handwritten expansions beside emitted files, by folder.
	expansions map[string][]string
}

// settle fills in the defaults.
func settle(cfg Config) (settings, error) {
	s := settings{Config: cfg}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return s, err
	}
	s.Dir = dir
	if s.artifacts, err = choose(cfg.Tool, cfg.With, cfg.Without); err != nil {
		return s, err
	}
	s.root, _ = moduleRoot(dir)
	if err := s.findInputs(); err != nil {
		return s, err
	}
	if err := s.findOutput(); err != nil {
		return s, err
	}
	if err := s.readHeader(); err != nil {
		return s, err
	}
	if err := s.layOut(); err != nil {
		return s, err
	}
	return s, s.checkNames()
}

// moduleRoot returns the nearest folder at or above dir that holds a go.mod, and "" where there is none.
func moduleRoot(dir string) (string, bool) {
	for {
		if info, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil && info.Mode().IsRegular() {
			return dir, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

func (s *settings) findInputs() error {
	if len(s.Inputs) > 0 {
		return nil
	}
	if s.root == "" {
		return errors.New("no go.mod in this folder or above: run inside a module")
	}
	for _, candidate := range []string{"apis", "pkg/apis", "api"} {
		folder := filepath.Join(s.root, filepath.FromSlash(candidate))
		if info, err := os.Stat(folder); err == nil && info.IsDir() {
			s.Inputs = []string{filepath.ToSlash(folder) + "/..."}
			return nil
		}
	}
	return fmt.Errorf("%s has no folder apis: name the packages to read, as in ./types/... for example", s.root)
}

// findOutput settles folder and import path of the output. The folder need not exist yet.
func (s *settings) findOutput() error {
	if s.OutputDir == "" {
		if s.root == "" {
			return errors.New("no go.mod in this folder or above: run inside a module, or set --output-dir and --output-pkg")
		}
		s.OutputDir = filepath.Join(s.root, "generated")
	}
	if !filepath.IsAbs(s.OutputDir) {
		s.OutputDir = filepath.Join(s.Dir, s.OutputDir)
	}
	if s.OutputPkg != "" {
		return nil
	}
	module, ok := moduleRoot(s.OutputDir)
	if !ok {
		return fmt.Errorf("no go.mod in %s or above: set --output-pkg", s.OutputDir)
	}
	text, err := os.ReadFile(filepath.Join(module, "go.mod"))
	if err != nil {
		return err
	}
	name := modfile.ModulePath(text)
	if name == "" {
		return fmt.Errorf("%s names no module: set --output-pkg", filepath.Join(module, "go.mod"))
	}
	below, err := filepath.Rel(module, s.OutputDir)
	if err != nil {
		return err
	}
	s.OutputPkg = path.Join(name, filepath.ToSlash(below))
	return nil
}

// layOut settles where each artifact goes below the output folder.
func (s *settings) layOut() error {
	s.ClientsetName = or(s.ClientsetName, "versioned")
	informers := "informers/externalversions"
	if s.SingleDirectory {
		informers = "informers"
	}
	l := model.Layout{Root: s.OutputPkg, ClientsetName: s.ClientsetName}
	for _, folder := range []struct {
		flag, given, otherwise string
		dir                    *string
	}{
		{"--clientset-dir", s.ClientsetDir, "clientset/" + s.ClientsetName, &l.ClientsetDir},
		{"--applyconfiguration-dir", s.ApplyDir, "applyconfiguration", &l.ApplyDir},
		{"--listers-dir", s.ListersDir, "listers", &l.ListersDir},
		{"--informers-dir", s.InformersDir, informers, &l.InformersDir},
	} {
		*folder.dir = path.Clean(or(filepath.ToSlash(folder.given), folder.otherwise))
		if !filepath.IsLocal(*folder.dir) {
			return misuse{fmt.Errorf("%s=%s: name a folder below --output-dir", folder.flag, folder.given)}
		}
	}
	l.Clientset = or(s.VersionedClientsetPackage, path.Join(l.Root, l.ClientsetDir))
	l.Listers = or(s.ListersPackage, path.Join(l.Root, l.ListersDir))
	l.Apply = strings.TrimSuffix(s.ApplyPackage, "/")
	if s.artifacts["applyconfiguration"] {
		l.Apply = path.Join(l.Root, l.ApplyDir)
	}
	if l.CodecDir = "codec"; s.artifacts["codec"] {
		l.Codec = path.Join(l.Root, l.CodecDir)
	}
	l.Informers = path.Join(l.Root, l.InformersDir)
	s.layout = l
	return nil
}

// checkNames makes sure that all names and paths that stand in emitted code are some.
func (s *settings) checkNames() error {
	var errs []error
	path := func(flag, value string) {
		// What lies below a module without a dot in its first element, such as "project", is a package as well.
		if value != "" && module.CheckImportPath(value) != nil {
			errs = append(errs, fmt.Errorf("--%s: %q is no import path", flag, value))
		}
	}
	name := func(flag, value string) {
		if !token.IsIdentifier(value) {
			errs = append(errs, fmt.Errorf("--%s: %q is no Go name", flag, value))
		}
	}
	name("clientset-name", s.ClientsetName)
	path("output-pkg", s.OutputPkg)
	path("versioned-clientset-package", s.layout.Clientset)
	path("listers-package", s.layout.Listers)
	path("apply-configuration-package", cmp.Or(strings.TrimSuffix(s.ApplyPackage, "/"), s.layout.Apply))
	path("informers-dir", s.layout.Informers)
	for _, external := range []struct {
		flag string
		of   map[string]string
	}{{"external-applyconfigurations", s.ExternalApply}, {"external-codecs", s.ExternalCodecs}} {
		for of, at := range external.of {
			path(external.flag, of)
			path(external.flag, at)
		}
	}
	for kind, plural := range s.PluralExceptions {
		name("plural-exceptions", kind)
		name("plural-exceptions", plural)
	}
	if len(errs) == 0 {
		return nil
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return misuse{errors.Join(errs...)}
}

func or(given, otherwise string) string {
	if given != "" {
		return strings.TrimSuffix(given, "/")
	}
	return otherwise
}
