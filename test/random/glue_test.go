package random

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/typewright/typewright/test/random/source"
)

// extractFunctions finds the functions that extract apply configurations from objects. Names may have any Unicode letter.
var extractFunctions = regexp.MustCompile(`(?m)^func (Extract[\pL\d_]+)\((\S+) \*(\S+), fieldManager string\) \(\*([\pL\d_]+)ApplyConfiguration, error\)`)

// glue returns the source of a test that passes the generated code of a project to package check.
func glue(dir string, p *source.Project) (string, error) {
	at := source.Module + "/" + p.Name + "/generated/"
	g := &checkWriter{dir: filepath.Join(dir, "generated"), path: strings.TrimSuffix(at, "/")}
	if err := filepath.WalkDir(g.dir, g.visit); err != nil {
		return "", err
	}
	forKind := "nil"
	if _, err := os.Stat(filepath.Join(g.dir, "applyconfiguration", "utils.go")); err == nil {
		forKind = "applyconfiguration.ForKind"
		g.imports += fmt.Sprintf("import %q\n", at+"applyconfiguration")
	}
	text := fmt.Sprintf(`package run

import "testing"
import "k8s.io/apimachinery/pkg/runtime/schema"
import "github.com/typewright/typewright/runtime/codec"
import "github.com/typewright/typewright/test/random/check"
import %[2]q
import %[3]q
import %[4]q
import %[5]q
%[6]s
func Test_%[1]s(t *testing.T) {
	check.Run(t, check.Project{
		Seed: %[7]d,
		Scheme: scheme.Scheme,
		ServerBacked: func(t testing.TB) any { return fake.NewServerBacked(t).Clientset },
		Fake: func() any { return fake.NewClientset() },
		Factory: func(c any) any { return externalversions.NewSharedInformerFactory(c.(versioned.Interface), 0) },
		Tables: []codec.Table{%[8]s},
		Encoders: []codec.EncoderTable{%[12]s},
		ForKind: %[9]s,
		Extract: []any{%[10]s},
		Kinds: []check.Kind{
%[11]s},
	})
}
`, p.Name, at+"clientset/versioned", at+"clientset/versioned/fake", at+"clientset/versioned/scheme", at+"informers/externalversions",
		g.imports, p.Seed, g.tables, forKind, g.extract, kinds(p), g.encoders)
	return text, nil
}

// checkWriter collects the generated packages and functions of a project.
type checkWriter struct {
	dir, path                          string
	imports, tables, encoders, extract string
	count                              int
}

func (g *checkWriter) visit(file string, entry fs.DirEntry, err error) error {
	if err != nil || entry.IsDir() {
		return err
	}
	below, err := filepath.Rel(g.dir, filepath.Dir(file))
	if err != nil {
		return err
	}
	below = filepath.ToSlash(below)
	switch {
	case strings.HasPrefix(below, "codec/") && !strings.HasPrefix(below, "codec/internal"):
		if err := g.read(file, below, regexp.MustCompile(`(?m)^func (Table)\(\)`), &g.tables, "()"); err != nil {
			return err
		}
		return g.read(file, below, regexp.MustCompile(`(?m)^func (Encoders)\(\)`), &g.encoders, "()")
	case strings.HasPrefix(below, "applyconfiguration/") && entry.Name() == "applyconfigurations.go":
		return g.read(file, below, extractFunctions, &g.extract, "")
	}
	return nil
}

func (g *checkWriter) read(file, below string, names *regexp.Regexp, into *string, call string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	found := names.FindAllStringSubmatch(string(text), -1)
	if len(found) == 0 {
		return nil
	}
	g.count++
	alias := fmt.Sprintf("pkg%d", g.count)
	g.imports += fmt.Sprintf("import %s %q\n", alias, path.Join(g.path, below))
	for _, m := range found {
		if len(m) < 5 || m[1] == "Extract"+m[4] {
			*into += alias + "." + m[1] + call + ", "
		}
	}
	return nil
}

// kinds returns Go source of the expected properties of the project's kinds.
func kinds(p *source.Project) string {
	text := ""
	for _, pkg := range p.Packages {
		for _, t := range pkg.Types {
			if t.Kind != nil {
				text += fmt.Sprintf("{schema.GroupVersionKind{Group: %q, Version: %q, Kind: %q}, %q, %t, %t, %#v},\n",
					pkg.Group, pkg.Version, t.Name, t.Kind.Resource, t.Kind.Namespaced, t.Kind.Status, t.Kind.Verbs)
			}
		}
	}
	return text
}
