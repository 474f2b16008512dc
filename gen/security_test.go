package gen

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/typewright/typewright/gen/model"
)

// hostile lists texts that would be code or a directive if they were emitted unescaped.
func hostile() []string {
	return []string{
		"a`; func init() { panic(1) }; const other = `b",
		"a\"; func init() { panic(1) }; const other = \"b",
		"*/ func init() { panic(1) } /*",
		"//go:generate sh -c id",
		"a`\n//go:generate sh -c id\nfunc init() { panic(1) }\nvar b = `",
		"a\n\n\t//go:generate sh -c id\n\n\nfunc init() {}\n",
		"\r//go:linkname a b\r",
		"\\\"; import _ \"unsafe\" //",
		"}, default: {a: b}}\n- name: x",
		"\x00\x1b[2J\u2028\u202e%s%[9]d",
	}
}

// plain replaces the hostile text in the input that yields the wanted output.
const plain = "plain"

// line makes a text fit into one line of a comment.
func line(text string) string { return strings.NewReplacer("\n", " ", "\x00", "").Replace(text) }

// block makes a text fit into a comment between /* and */.
func block(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "*/", "* /"), "\x00", "")
}

// openInput is a module with a text in every place that accepts any text, in the module's types and in those of another
// module that it emits from.
func openInput(text string) []txtar.File {
	tag := strconv.Quote(`json:"bare,omitempty" doc:` + strconv.Quote(text))
	types := func(pkg string) []byte {
		return fmt.Appendf(nil, `// %[1]s

/*
%[2]s
*/

// Package v1 is an API.
//
// %[1]s
// +k8s:deepcopy-gen=package
// +groupName=%[5]s.example.com
// +other:marker=%[1]s
package v1 // %[1]s

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1" // %[1]s

// %[1]s

// Robot moves.
//
// %[1]s
// +genclient
// +kubebuilder:object:root=true
// +kubebuilder:printcolumn:name=%[1]s
type Robot struct {
	metav1.TypeMeta   `+"`json:\",inline\"`"+`
	metav1.ObjectMeta `+"`json:\"metadata,omitempty\"`"+`

	// Spec is wanted. %[1]s
	// +default=%[3]s
	// +default=%[1]s
	Spec RobotSpec `+"`json:\"spec,omitempty\"`"+` // %[1]s
}

/* RobotSpec is wanted. %[2]s
+other=%[2]s
*/
type RobotSpec struct {
	// +default=%[3]s
	Name string `+"`json:\"name\"`"+`
	// +default=%[1]s
	Size int `+"`json:\"size\"`"+`
	Bare struct {
		Inner *string %[4]s
	} `+"`json:\"bare\"`"+`
}

// RobotList is a list. %[1]s
// +kubebuilder:object:root=true
type RobotList struct {
	metav1.TypeMeta `+"`json:\",inline\"`"+`
	metav1.ListMeta `+"`json:\"metadata,omitempty\"`"+`

	Items []Robot `+"`json:\"items\"`"+`
}

// %[1]s
func unused() {} // %[1]s
`, line(text), block(text), line(strconv.Quote(text)), tag, pkg)
	}
	dependency := strings.NewReplacer(
		"// +kubebuilder:object:root=true\n", "",
		"	Size int", "	// +listType=map\n	// +listMapKey="+line(text)+"\n	// +k8s:listMapKey="+line(strconv.Quote(text))+"\n	Parts []Part `json:\"parts\"`\n	Size int",
		"func unused() {}", "func unused() {}\n\n// Part has a name.\ntype Part struct {\n\tName string `json:\"name\"`\n}\n\n"+dependencyMethods,
	).Replace(string(types("dep")))
	return []txtar.File{
		{Name: "apis/own/v1/types.go", Data: types("own")},
		{Name: "dep/go.mod", Data: []byte("module dep.example\n\ngo 1.26\n")},
		{Name: "dep/dep/v1/types.go", Data: []byte(dependency)},
	}
}

const dependencyMethods = `
// AddToScheme adds the types.
func AddToScheme(*runtime.Scheme) error { return nil }

// DeepCopyObject copies.
func (r *Robot) DeepCopyObject() runtime.Object { return r }

// DeepCopyObject copies.
func (r *RobotList) DeepCopyObject() runtime.Object { return r }
`

// shape is the structure of a Go file without the text of strings and comments: imports, declarations, directives.
func shape(t *testing.T, source []byte) []string {
	t.Helper()
	syntax, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ParseComments)
	require.NoError(t, err)
	parts := []string{"package " + syntax.Name.Name}
	for _, spec := range syntax.Imports {
		parts = append(parts, "import "+spec.Path.Value)
	}
	for _, group := range syntax.Comments {
		for _, c := range group.List {
			for l := range strings.SplitSeq(c.Text, "\n") {
				if strings.HasPrefix(l, "//go:") || strings.HasPrefix(l, "//line") || strings.HasPrefix(l, "/*") || strings.HasPrefix(l, "//export") || strings.Contains(l, "+build") {
					parts = append(parts, "directive "+l)
				}
			}
		}
	}
	for _, d := range syntax.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			parts = append(parts, fmt.Sprint("func ", d.Recv.NumFields(), d.Name.Name))
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					parts = append(parts, "type "+spec.Name.Name)
				case *ast.ValueSpec:
					parts = append(parts, fmt.Sprint(d.Tok, spec.Names, len(spec.Values)))
				}
			}
		}
	}
	return parts
}

// shapes runs both commands on a module and returns the shape of each emitted file.
func shapes(t *testing.T, files []txtar.File) map[string][]string {
	t.Helper()
	dir := t.TempDir()
	for i, f := range files {
		files[i].Data = []byte(strings.Replace(string(f.Data), "import metav1", "import \"k8s.io/apimachinery/pkg/runtime\"\nimport metav1", 1))
	}
	plantModule(t, dir, files...)
	mod := filepath.Join(dir, "go.mod")
	appendTo(t, mod, "\nrequire dep.example v0.0.0\n\nreplace dep.example => ./dep\n")
	found := map[string][]string{}
	for _, tool := range []string{"clientgen", "informergen"} {
		res, err := Run(t.Context(), Config{
			Tool: tool, Dir: dir, Inputs: []string{"./apis/...", "dep.example/dep/v1"},
			VersionedClientsetPackage: "case.example/generated/clientset/versioned", Without: goOnly(tool),
		})
		require.NoError(t, err)
		for _, f := range res.Set.Files {
			name, err := filepath.Rel(dir, f.Path)
			require.NoError(t, err)
			require.True(t, filepath.IsLocal(name), name)
			found[name] = shape(t, f.Source)
		}
	}
	return found
}

// goOnly returns the artifacts that are Go: FuzzSecurityYAML is about the others.
func goOnly(tool string) []string {
	if tool == "clientgen" {
		return []string{"crd"}
	}
	return nil
}

// Text in comments, tags and defaults never changes the imports, declarations and directives of emitted files.
func TestSecurityForeignTextIsQuoted(t *testing.T) {
	want := shapes(t, openInput(plain))
	require.Contains(t, slices.Collect(maps.Keys(want)), "generated/applyconfiguration/dep/v1/applyconfigurations.go")
	for i, text := range hostile() {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			assert.Equal(t, want, shapes(t, openInput(text)))
		})
	}
}

// closedInput has a type for each marker that takes a name or a word, with the text as its value.
func closedInput(text string) (files []txtar.File, markers []string) {
	markers = []string{
		"+genclient=%s", "+resourceName=%s", "+genclient:onlyVerbs=%s", "+genclient:skipVerbs=%s", "+genclient:method=%s,verb=get",
		"+genclient:method=Get%s,verb=get", "+genclient:method=Do,verb=%s", "+genclient:method=Do,verb=get,subresource=%s",
		"+genclient:method=Do,verb=create,input=%s", "+genclient:method=Do,verb=create,input=k8s.io/%s.X", "+genclient:method=Do,verb=get,result=k8s.io/api/core/v1.%s",
		"+k8s:deepcopy-gen:interfaces=%s", "+k8s:deepcopy-gen:interfaces=k8s.io/x.%s", "+k8s:deepcopy-gen:interfaces=%s.Object",
		"+k8s:deepcopy-gen:nonpointer-interfaces=%s", "+kubebuilder:object:root=%s", "+kubebuilder:object:generate=%s",
		"+kubebuilder:resource:path=%s", "+listType=%s", "+mapType=%s", "+structType=%s",
	}
	var types strings.Builder
	types.WriteString("package v1\n\nimport metav1 \"k8s.io/apimachinery/pkg/apis/meta/v1\"\n")
	for i, marker := range markers {
		fmt.Fprintf(&types, "\n// +genclient\n// %s\n//\n// Robot is a kind.\ntype Robot%d struct {\n\tmetav1.TypeMeta `json:\",inline\"`\n\tmetav1.ObjectMeta `json:\"metadata\"`\n}\n",
			fmt.Sprintf(marker, line(text)), i)
	}
	files = append(files, txtar.File{Name: "apis/own/v1/types.go", Data: []byte(types.String())})
	for i, marker := range []string{"+groupName=%s", "+groupName=%s.example.com", "+groupGoName=%s", "+k8s:register-gen=%s", "+k8s:client-gen=%s"} {
		files = append(files, txtar.File{Name: fmt.Sprintf("apis/g%d/v1/doc.go", i), Data: fmt.Appendf(nil,
			"// Package v1 is an API.\n// %s\npackage v1\n\nimport metav1 \"k8s.io/apimachinery/pkg/apis/meta/v1\"\n\n"+
				"// +genclient\n// +genclient:onlyVerbs=get\ntype Robot struct {\n\tmetav1.TypeMeta `json:\",inline\"`\n\tmetav1.ObjectMeta `json:\"metadata\"`\n}\n", fmt.Sprintf(marker, line(text)))})
	}
	return files, markers
}

// A marker that takes a name or a word rejects any other text, with its position.
func TestSecurityNamesAreRefused(t *testing.T) {
	for i, text := range hostile() {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			dir := t.TempDir()
			files, markers := closedInput(text)
			plantModule(t, dir, files...)
			_, err := Run(t.Context(), Config{Tool: "clientgen", Dir: dir, Inputs: []string{"./apis/..."}})
			var input *model.InputError
			require.ErrorAs(t, err, &input)
			at := map[string]bool{}
			for _, p := range input.Problems {
				at[fmt.Sprintf("%s:%d", filepath.ToSlash(p.Pos.Filename), p.Pos.Line)] = true
				assert.NotContains(t, p.Error(), "\x1b", "the error has no control characters")
			}
			for j, marker := range markers {
				assert.True(t, at[fmt.Sprintf("apis/own/v1/types.go:%d", 6+9*j)], "%s\n%v", marker, err)
			}
			for j := range len(files) - 1 {
				assert.True(t, at[fmt.Sprintf("apis/g%d/v1/doc.go:2", j)], "%s\n%v", files[j+1].Data, err)
			}
		})
	}
}

// A JSON name that needs escaping is rejected, in the module's types and in those of other modules.
func TestSecurityNamesInJSONAreRefused(t *testing.T) {
	dir := t.TempDir()
	var fields strings.Builder
	names := []string{"a`b", "a\"b", "a\\b", "a\nb", "a\x00b", "a\u2028b", "a\xffb", "`; func init() {}; var x = `"}
	for i, name := range names {
		fmt.Fprintf(&fields, "\tA%d string %q\n", i, "json:"+strconv.Quote(name))
	}
	source := "package v1\n\n// Part has names.\ntype Part struct {\n" + fields.String() + "}\n"
	plantModule(t, dir, txtar.File{Name: "apis/own/v1/types.go", Data: []byte("package v1\n\nimport parts \"dep.example/parts/v1\"\n\n// Robot has a part.\ntype Robot struct{ Part parts.Part }\n")},
		txtar.File{Name: "apis/own/v2/types.go", Data: []byte(strings.Replace(source, "v1", "v2", 1))},
		txtar.File{Name: "dep/go.mod", Data: []byte("module dep.example\n\ngo 1.26\n")},
		txtar.File{Name: "dep/parts/v1/types.go", Data: []byte(source)})
	appendTo(t, filepath.Join(dir, "go.mod"), "\nrequire dep.example v0.0.0\n\nreplace dep.example => ./dep\n")
	_, err := Run(t.Context(), Config{Tool: "clientgen", Dir: dir, Inputs: []string{"./apis/..."}})
	for i := range names {
		for _, file := range []string{"apis/own/v2", "dep/parts/v1"} {
			assert.ErrorContains(t, err, fmt.Sprintf("%s/types.go:%d:2: field A%d cannot be called ", file, 5+i, i))
		}
	}
}

// Values of flags appear in emitted code too, and are checked.
func TestSecurityFlagsAreChecked(t *testing.T) {
	for i, text := range hostile() {
		for name, set := range map[string]func(*Config){
			"output-pkg":                    func(c *Config) { c.OutputPkg = "a.example/" + text },
			"clientset-name":                func(c *Config) { c.ClientsetName = text },
			"clientset-dir":                 func(c *Config) { c.ClientsetDir = "a/" + text },
			"versioned-clientset-package":   func(c *Config) { c.VersionedClientsetPackage = text },
			"listers-package":               func(c *Config) { c.ListersPackage = text },
			"apply-configuration-package":   func(c *Config) { c.ApplyPackage = text },
			"external-applyconfigurations":  func(c *Config) { c.ExternalApply = map[string]string{"k8s.io/api/core/v1": text} },
			"external-applyconfigurations2": func(c *Config) { c.ExternalApply = map[string]string{text: "k8s.io/api/core/v1"} },
			"external-codecs":               func(c *Config) { c.ExternalCodecs = map[string]string{"k8s.io/api/core/v1": text} },
			"plural-exceptions":             func(c *Config) { c.PluralExceptions = map[string]string{"Robot": text} },
		} {
			cfg := Config{Tool: "clientgen", Dir: t.TempDir(), Inputs: []string{"."}, OutputDir: "generated", OutputPkg: "a.example/generated"}
			set(&cfg)
			_, err := Run(t.Context(), cfg)
			assert.True(t, Misuse(err), "%s %d: %v", name, i, err)
		}
	}
}
