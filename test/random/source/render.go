package source

import (
	"fmt"
	"go/format"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// reference matches references to types of other packages: {metav1}.Time, {k8s.io/api/core/v1}.Taint, {@apis/common}.Part.
var reference = regexp.MustCompile(`\{([@A-Za-z][-_@A-Za-z0-9./]*)\}\.`)

// short returns the import path for the short name of a common package, and other names as they are.
func short(name string) string {
	switch name {
	case "metav1":
		return "k8s.io/apimachinery/pkg/apis/meta/v1"
	case "corev1":
		return "k8s.io/api/core/v1"
	case "resource":
		return "k8s.io/apimachinery/pkg/api/resource"
	case "runtime":
		return "k8s.io/apimachinery/pkg/runtime"
	case "intstr":
		return "k8s.io/apimachinery/pkg/util/intstr"
	case "types":
		return "k8s.io/apimachinery/pkg/types"
	case "json":
		return "encoding/json"
	}
	return name
}

// Files returns the project's source files, by path within the project.
func (p *Project) Files() map[string]string {
	files := maps.Clone(p.Extra)
	if files == nil {
		files = map[string]string{}
	}
	for _, pkg := range p.Packages {
		for name, text := range p.files(pkg) {
			files[path.Join(pkg.Dir, name)] = text
		}
	}
	return files
}

func (p *Project) files(pkg *Package) map[string]string {
	files := map[string]string{}
	head := comment(append([]string{"Package " + pkg.Name + " is made of a seed.", ""}, pkg.Markers...))
	if pkg.HasDoc {
		files["doc.go"] = head + "package " + pkg.Name + "\n"
		head = ""
	}
	for n := range pkg.Files {
		body := ""
		for _, t := range pkg.Types {
			if t.File == n {
				body += t.source()
			}
		}
		if n == 0 {
			body += pkg.Code
		}
		if body == "" && (n > 0 || pkg.HasDoc) {
			continue
		}
		body, imports := p.resolve(pkg, body)
		text := head + "package " + pkg.Name + "\n\n" + imports + body
		if tidy, err := format.Source([]byte(text)); err == nil {
			text = string(tidy)
		}
		files[fmt.Sprintf("types%d.go", n)] = text
		head = ""
	}
	return files
}

// resolve replaces the references in a file's text with package names, and returns the imports that they need.
func (p *Project) resolve(pkg *Package, body string) (text, imports string) {
	names := map[string]string{}
	text = reference.ReplaceAllStringFunc(body, func(ref string) string {
		full := short(strings.TrimSuffix(ref[1:], "}."))
		if own, ok := strings.CutPrefix(full, "@"); ok {
			full = Module + "/" + p.Name + "/" + own
		}
		name, ok := pkg.Imports[full]
		if !ok {
			name = usualName(full)
		}
		if pkg.declares(name) {
			name = "my" + name // an import must not have the name of a type of the package
		}
		names[full] = name
		if name == "." {
			return ""
		}
		return name + "."
	})
	for _, full := range slices.Sorted(maps.Keys(names)) {
		imports += fmt.Sprintf("import %s %q\n", names[full], full)
	}
	return text, imports + "\n"
}

// usualName returns the usual name for an import: fleetv1 for fleet/v1.
func usualName(full string) string {
	switch {
	case full == short("metav1"):
		return "metav1"
	case strings.HasPrefix(path.Base(full), "v1"), strings.HasPrefix(path.Base(full), "v2"):
		return identifier(path.Base(path.Dir(full))) + path.Base(full)
	}
	return identifier(path.Base(full))
}

// identifier removes hyphens and dots.
func identifier(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '.' {
			return -1
		}
		return r
	}, s)
}

func (t *Type) source() string {
	text := "\n"
	if t.Kind != nil && len(t.Markers) > 0 {
		text += comment(t.Markers) + "\n" + comment([]string{t.Name + " is a kind."})
	} else {
		text += comment(append([]string{t.Name + " has the form " + t.Form + "."}, t.Markers...))
	}
	if t.Decl != "" {
		return text + "type " + strings.ReplaceAll(t.Decl, "%", t.Name) + "\n" + strings.ReplaceAll(t.Code, "%", t.Name)
	}
	text += "type " + t.Name + t.Params + " struct {\n"
	for _, f := range t.Fields {
		text += comment(f.Markers) + f.Name + " " + f.Type
		if f.Tag != "" {
			text += " `" + f.Tag + "`"
		}
		text += "\n"
	}
	return text + "}\n" + strings.ReplaceAll(t.Code, "%", t.Name)
}

func comment(lines []string) string {
	var text strings.Builder
	for _, line := range lines {
		text.WriteString(strings.TrimRight("// "+line, " ") + "\n")
	}
	return text.String()
}
