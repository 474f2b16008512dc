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

// Config says what to read, what to emit, and where. Tool is required; all other fields have defaults.
type Config struct {
	// Tool is the command: "clientgen" or "informergen".
	Tool string
	// Dir is the working folder; patterns and paths are relative to it. Empty means the working folder of the process.
	Dir string
	// Inputs are package patterns of the go command. Empty means the first of apis/..., pkg/apis/... and api/... that
	// exists in the module of Dir.
	Inputs []string
	// OutputDir is the folder to emit to. Empty means the folder generated in the module of Dir.
	OutputDir string
	// OutputPkg is the import path of OutputDir. Empty means the path that the nearest go.mod implies.
	OutputPkg string
	// HeaderFile holds comment lines for the top of each file, in which YEAR is replaced by Year. Empty means the module's
	// hack/boilerplate.go.txt if it exists; "none" means no header.
	HeaderFile string
	// ClientsetName is the package name of the clientset, "versioned" by default.
	ClientsetName string
	// ClientsetDir, ApplyDir, ListersDir and InformersDir are slash-separated folders below OutputDir; "." means OutputDir
	// itself. The defaults are clientset/<ClientsetName>, applyconfiguration, listers and informers/externalversions.
	// Codecs always go to codec.
	ClientsetDir, ApplyDir, ListersDir, InformersDir string
	// CRDDir is the folder of CustomResourceDefinitions. Empty means config/crd in the module of Dir.
	CRDDir string
	// CRDMaxDescription is the length to which descriptions of CustomResourceDefinitions are cut; nil means that they are
	// not cut.
	CRDMaxDescription *int
	// CRDPerGroup puts the CustomResourceDefinitions of a group into one file.
	CRDPerGroup bool
	// CRDVersion, if it is not empty, is written to the annotation [model.VersionAnnotation] of CustomResourceDefinitions. It is the
	// version of the tool.
	CRDVersion string
	// SingleDirectory changes the default of InformersDir to informers.
	SingleDirectory bool
	// VersionedClientsetPackage and ListersPackage are the import paths of a clientset and of listers that another run
	// emits. Empty means those of this layout.
	VersionedClientsetPackage, ListersPackage string
	// ApplyPackage is the import path of apply configurations that another run emits. If it is empty, typed clients have
	// Apply only if this run emits applyconfiguration.
	ApplyPackage string
	// ExternalApply says where the apply configurations of types outside the input are; see [model.Options.ExternalApply].
	ExternalApply map[string]string
	// ExternalCodecs says where the codecs of types outside the input are; see [model.Options.ExternalCodecs]. If it names
	// a package of the input and a folder below that of codecs, the codecs of all its structs are emitted there.
	ExternalCodecs map[string]string
	// PluralExceptions maps Go names of kinds to plurals.
	PluralExceptions map[string]string
	// IncludedTypes lists, by "group/version", the types that get a client regardless of their markers.
	IncludedTypes map[string][]string
	// PrefersProtobuf makes clients request protobuf first.
	PrefersProtobuf bool
	// With and Without select artifacts; empty With means all that the tool emits.
	With, Without []string
	// Adopt lets the run replace files that Kubernetes' generators emitted at our paths.
	Adopt bool
	// Year replaces YEAR in the header; 0 leaves YEAR as it is.
	Year int
}

// settings are a Config with all defaults filled in.
type settings struct {
	Config
	// root is the root of the module of Dir; empty if Dir is in no module.
	root string
	// artifacts holds the chosen artifacts by name.
	artifacts map[string]bool
	// header is the comment for the top of each file.
	header string
	layout model.Layout
	// foreign means that the input has no API of the user's own, so that the folder of CustomResourceDefinitions is left alone
	// unless they are asked for.
	foreign bool
	// expansions are the names of handwritten expansions beside emitted files, by folder.
	expansions map[string][]string
}

// settle fills in the defaults and checks the result.
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

// moduleRoot returns dir or the nearest folder above it that holds a go.mod, and false if no folder does.
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

// findInputs sets Inputs if they are empty.
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
	return fmt.Errorf("%s has no folder apis, pkg/apis or api: name the packages to read, as in \"./types/...\"", s.root)
}

// findOutput sets OutputDir and OutputPkg. The folder need not exist yet.
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
		return fmt.Errorf("%s has no module line: set --output-pkg", filepath.Join(module, "go.mod"))
	}
	below, err := filepath.Rel(module, s.OutputDir)
	if err != nil {
		return err
	}
	s.OutputPkg = path.Join(name, filepath.ToSlash(below))
	return nil
}

// layOut sets layout: the folder and the import path of each artifact.
func (s *settings) layOut() error {
	s.ClientsetName = orDefault(s.ClientsetName, "versioned")
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
		*folder.dir = path.Clean(orDefault(filepath.ToSlash(folder.given), folder.otherwise))
		if !filepath.IsLocal(*folder.dir) {
			return misuse{fmt.Errorf("%s=%s: name a folder below --output-dir", folder.flag, folder.given)}
		}
	}
	l.Clientset = orDefault(s.VersionedClientsetPackage, path.Join(l.Root, l.ClientsetDir))
	l.Listers = orDefault(s.ListersPackage, path.Join(l.Root, l.ListersDir))
	l.Apply = strings.TrimSuffix(s.ApplyPackage, "/")
	if s.artifacts["applyconfiguration"] {
		l.Apply = path.Join(l.Root, l.ApplyDir)
	}
	if l.CodecDir = "codec"; s.artifacts["codec"] {
		l.Codec = path.Join(l.Root, l.CodecDir)
	}
	l.Informers = path.Join(l.Root, l.InformersDir)
	l.CRDDir = s.crdDir()
	s.layout = l
	return nil
}

// crdDir is the absolute folder of CustomResourceDefinitions.
func (s *settings) crdDir() string {
	dir := filepath.FromSlash(s.CRDDir)
	switch {
	case dir == "" && s.root == "":
		return filepath.Join(s.OutputDir, "config", "crd")
	case dir == "":
		return filepath.Join(s.root, "config", "crd")
	case filepath.IsAbs(dir):
		return filepath.Clean(dir)
	}
	return filepath.Join(s.Dir, dir)
}

// checkNames reports values of flags that are not valid Go names or import paths, all of them at once.
func (s *settings) checkNames() error {
	var errs []error
	path := func(flag, value string) {
		// CheckImportPath also accepts paths without a dot in the first element, such as "project/apis".
		if value != "" && module.CheckImportPath(value) != nil {
			errs = append(errs, fmt.Errorf("--%s: %q is not an import path", flag, value))
		}
	}
	name := func(flag, value string) {
		if !token.IsIdentifier(value) {
			errs = append(errs, fmt.Errorf("--%s: %q is not a Go name", flag, value))
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

// orDefault returns given without a trailing slash, or otherwise if given is empty.
func orDefault(given, otherwise string) string {
	if given != "" {
		return strings.TrimSuffix(given, "/")
	}
	return otherwise
}
