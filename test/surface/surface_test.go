package surface

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/gen"
)

const (
	outputPkg = "ours.example/generated"
	runtime   = "github.com/typewright/typewright/runtime"
	applyMeta = runtime + "/applyconfigurations/meta/v1"
)

// published is a module with published generated clients.
type published struct {
	name   string
	module string
	// inputs are the API packages from which the clients are generated.
	inputs []string
	// folders maps the module's folders of generated code to ours.
	folders map[string]string
	// externalApply and without are settings of our generators.
	externalApply map[string]string
	without       map[string][]string
	// differences are the declarations that our generators emit in another form.
	differences []exception
}

// exception matches declarations that our generators emit in another form, and gives the reason.
type exception struct {
	reason  string
	pattern *regexp.Regexp
}

func modules() []published {
	return []published{
		{
			name: "gateway-api", module: "sigs.k8s.io/gateway-api",
			inputs: []string{"sigs.k8s.io/gateway-api/apis/...", "sigs.k8s.io/gateway-api/apisx/..."},
			folders: map[string]string{
				"pkg/client/clientset/versioned":        "clientset/versioned",
				"pkg/client/listers":                    "listers",
				"pkg/client/informers/externalversions": "informers/externalversions",
				"applyconfiguration":                    "applyconfiguration",
			},
			differences: []exception{
				{
					"informer-gen 0.36 did not yet return typed informers",
					regexp.MustCompile(`^informers/externalversions/\w+/v\w+: interface method Interface\.\w+\(\) \([^)]*\.[A-Z]\w*Informer\)$`),
				},
				{
					"client-gen 0.36 did not yet return discovery with contexts",
					regexp.MustCompile(`^clientset/versioned(/fake)?: .*\.Discovery\(\) \([^)]*/discovery\.DiscoveryInterface\)$`),
				},
			},
		},
		{
			name: "metrics", module: "k8s.io/metrics",
			inputs:  []string{"k8s.io/metrics/pkg/apis/metrics/..."},
			folders: map[string]string{"pkg/client/clientset/versioned": "clientset/versioned"},
			without: map[string][]string{"clientgen": {"applyconfiguration"}},
		},
		{
			name: "kubernetes", module: "k8s.io/client-go",
			inputs:        []string{"k8s.io/api/..."},
			externalApply: map[string]string{"k8s.io/apimachinery/pkg/apis/meta/v1.GroupResource": applyMeta},
			folders: map[string]string{
				"kubernetes":          "clientset/versioned",
				"listers":             "listers",
				"informers":           "informers/externalversions",
				"applyconfigurations": "applyconfiguration",
			},
			differences: []exception{{
				"what a subresource's own type is made of has apply configurations too, so that no zero values are applied",
				regexp.MustCompile(`^applyconfiguration/(apps/v1beta2|extensions/v1beta1): .*ScaleApplyConfiguration\.(With)?(Spec|Status)\b`),
			}},
		},
	}
}

func TestEveryPublishedDeclarationIsEmitted(t *testing.T) {
	for _, m := range modules() {
		t.Run(m.name, func(t *testing.T) {
			aliases := m.aliases(t)
			want, err := readDeclarations(m.publishedSources(t), naming{m.rename, aliases})
			require.NoError(t, err)
			generated, err := readDeclarations(append(m.generatedSources(t), metaConfigurations(t)...), naming{identity, aliases})
			require.NoError(t, err)

			total, used := 0, map[string]bool{}
			var missing []string
			for folder, p := range want {
				for declaration := range p.declarations {
					total++
					line := strings.TrimPrefix(m.rename(folder), outputPkg+"/") + ": " + declaration
					if generated.has(m.rename(folder), declaration) {
						continue
					}
					if i := slices.IndexFunc(m.differences, func(e exception) bool { return e.pattern.MatchString(line) }); i >= 0 {
						used[m.differences[i].reason] = true
						continue
					}
					missing = append(missing, line)
				}
			}
			slices.Sort(missing)
			assert.Empty(t, strings.Join(missing, "\n"), "%d of %d published declarations are not emitted", len(missing), total)
			assert.Greater(t, total, 50, "the published clients were not found")
			for _, e := range m.differences {
				assert.True(t, used[e.reason], "an exception that matches nothing: %s", e.reason)
			}
			t.Logf("%d published declarations", total)
		})
	}
}

func identity(path string) string { return path }

// aliases returns the alias types of the API packages.
func (m published) aliases(t *testing.T) map[string]string {
	t.Helper()
	var files []source
	for _, pattern := range m.inputs {
		prefix := strings.TrimSuffix(pattern, "/...")
		dir, err := exec.CommandContext(t.Context(), "go", "list", "-find", "-f", "{{.Module.Dir}}\t{{.Module.Path}}", pattern).Output()
		require.NoError(t, err)
		first, _, _ := strings.Cut(string(dir), "\n")
		root, module, _ := strings.Cut(first, "\t")
		files = append(files, goFiles(t, filepath.Join(root, strings.TrimPrefix(prefix, module)), prefix, func(_ string, text []byte) bool {
			return bytes.Contains(text, []byte(" = "))
		})...)
	}
	types, err := readDeclarations(files, naming{path: identity})
	require.NoError(t, err)
	return types.aliases()
}

// rename maps an import path of the published clients to ours.
func (m published) rename(pkg string) string {
	for from, to := range m.folders {
		from = path.Join(m.module, from)
		if m.module == "k8s.io/client-go" && strings.HasPrefix(pkg, from+"/meta/v1") {
			return applyMeta
		}
		if rest, ok := strings.CutPrefix(pkg+"/", from+"/"); ok {
			return path.Join(outputPkg, to, rest)
		}
	}
	if rest, ok := strings.CutPrefix(pkg, "k8s.io/client-go/applyconfigurations/meta/v1"); ok {
		return applyMeta + rest
	}
	if rest, ok := strings.CutPrefix(pkg, "k8s.io/client-go/"); ok {
		return runtime + "/" + strings.TrimPrefix(strings.TrimPrefix(rest, "tools/"), "util/")
	}
	return pkg
}

// publishedSources reads the generated files of the published clients. It leaves out files that client-go adds by hand.
func (m published) publishedSources(t *testing.T) []source {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", m.module)
	root, err := list.Output()
	require.NoError(t, err)
	dir := strings.TrimSpace(string(root))
	var files []source
	for folder := range m.folders {
		known := knownConfigurations(t, filepath.Join(dir, folder, "utils.go"))
		files = append(files, goFiles(t, filepath.Join(dir, folder), path.Join(m.module, folder), func(pkg string, text []byte) bool {
			if config := configuration.FindSubmatch(text); config != nil && known != nil && !known[pkg+"."+string(config[1])] {
				return false
			}
			return bytes.Contains(text, []byte("\n// Code generated by "))
		})...)
	}
	return files
}

var (
	configuration = regexp.MustCompile(`(?m)^type (\w+)ApplyConfiguration struct`)
	knownImport   = regexp.MustCompile(`(?m)^\s*(\w+) "([^"]+)"$`)
	knownKind     = regexp.MustCompile(`return &(\w+)\.(\w+)ApplyConfiguration\{\}`)
)

// knownConfigurations returns the types of the published function ForKind, as "import/path.Type"; nil if there is no such function.
// Kubernetes' generators do not remove files of earlier releases: a type that ForKind does not have is such a leftover.
func knownConfigurations(t *testing.T, utils string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(utils)
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	paths, known := map[string]string{}, map[string]bool{}
	for _, match := range knownImport.FindAllSubmatch(text, -1) {
		paths[string(match[1])] = string(match[2])
	}
	for _, match := range knownKind.FindAllSubmatch(text, -1) {
		known[paths[string(match[1])]+"."+string(match[2])] = true
	}
	return known
}

// generatedSources runs both generators and returns the files that they emit.
func (m published) generatedSources(t *testing.T) []source {
	t.Helper()
	out := t.TempDir()
	var files []source
	for _, tool := range []string{"clientgen", "informergen"} {
		result, err := gen.Run(t.Context(), gen.Config{
			Tool: tool, Inputs: m.inputs, OutputDir: out, OutputPkg: outputPkg, HeaderFile: "none", ExternalApply: m.externalApply,
			Without: m.without[tool],
		})
		require.NoError(t, err)
		for _, f := range result.Set.Files {
			below, err := filepath.Rel(out, f.Path)
			require.NoError(t, err)
			files = append(files, source{pkg: path.Join(outputPkg, path.Dir(filepath.ToSlash(below))), name: f.Path, text: f.Source})
		}
	}
	return files
}

// metaConfigurations reads the apply configurations of metadata, which are part of the runtime.
func metaConfigurations(t *testing.T) []source {
	t.Helper()
	return goFiles(t, filepath.Join("..", "..", "runtime", "applyconfigurations", "meta", "v1"), applyMeta,
		func(string, []byte) bool { return true })
}

func goFiles(t *testing.T, dir, pkg string, want func(pkg string, text []byte) bool) []source {
	t.Helper()
	var files []source
	require.NoError(t, filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(dir, filepath.Dir(file))
		if err != nil {
			return err
		}
		if own := path.Join(pkg, filepath.ToSlash(below)); want(own, text) {
			files = append(files, source{pkg: own, name: file, text: text})
		}
		return nil
	}))
	return files
}
