package gen

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/typewright/typewright/gen/emit"
	"github.com/typewright/typewright/gen/model"
)

var update = flag.Bool("update", false, "write what the generators emit now into the golden files")

// modulePath is the module that contains the files of all cases.
const modulePath = "case.example"

// goldenCase is one archive of testdata: a folder of the module with input and wanted output. Files with our header are
// output, all others input. Lines of the archive's comment that start with "run " are the runs, each a tool and key=value
// settings; all other lines describe the case.
type goldenCase struct {
	name    string
	file    string
	archive *txtar.Archive
	runs    []Config
}

func goldenCases(t *testing.T) []goldenCase {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	cases := make([]goldenCase, len(files))
	for i, file := range files {
		c := &cases[i]
		c.file, c.name = file, strings.TrimSuffix(filepath.Base(file), ".txtar")
		c.archive, err = txtar.ParseFile(file)
		require.NoError(t, err)
		for line := range strings.Lines(string(c.archive.Comment)) {
			if run, ok := strings.CutPrefix(line, "run "); ok {
				c.runs = append(c.runs, parseRun(t, run))
			}
		}
		require.NotEmpty(t, c.runs, "%s has no run", file)
	}
	return cases
}

// parseRun reads "clientgen with=typed,scheme single-directory=true".
func parseRun(t *testing.T, line string) Config {
	t.Helper()
	words := strings.Fields(line)
	cfg := Config{Tool: words[0], Inputs: []string{"./..."}, OutputDir: "generated", CRDDir: "config/crd"}
	for _, word := range words[1:] {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "with":
			cfg.With = strings.Split(value, ",")
		case "without":
			cfg.Without = strings.Split(value, ",")
		case "inputs":
			cfg.Inputs = strings.Split(value, ",")
		case "output-dir":
			cfg.OutputDir = value
		case "clientset-name":
			cfg.ClientsetName = value
		case "versioned-clientset-package":
			cfg.VersionedClientsetPackage = value
		case "listers-package":
			cfg.ListersPackage = value
		case "plural-exceptions":
			singular, plural, _ := strings.Cut(value, ":")
			cfg.PluralExceptions = map[string]string{singular: plural}
		case "included-types":
			gv, name := value[:strings.LastIndex(value, "/")], value[strings.LastIndex(value, "/")+1:]
			cfg.IncludedTypes = map[string][]string{gv: {name}}
		case "single-directory":
			cfg.SingleDirectory = true
		case "crd-version":
			cfg.CRDVersion = value
		case "crd-per-group":
			cfg.CRDPerGroup = true
		case "crd-max-description":
			n, err := strconv.Atoi(value)
			require.NoError(t, err)
			cfg.CRDMaxDescription = &n
		case "prefers-protobuf":
			cfg.PrefersProtobuf = true
		case "header":
			cfg.HeaderFile = value
		default:
			require.Fail(t, "unknown setting "+word)
		}
	}
	return cfg
}

func emitted(f txtar.File) bool {
	origin := model.Origin(f.Data)
	return origin == "clientgen" || origin == "informergen"
}

// plantModule writes files and a go.mod that requires this repository and its dependencies.
func plantModule(t *testing.T, dir string, files ...txtar.File) {
	t.Helper()
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	const self = "github.com/typewright/typewright"
	text := strings.Replace(string(mod), "module "+self, "module "+modulePath, 1)
	text += "\nrequire " + self + " v0.0.0\n\nreplace " + self + " => " + root + "\n"
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	plant(t, dir, txtar.File{Name: "go.mod", Data: []byte(text)}, txtar.File{Name: "go.sum", Data: sum})
	plant(t, dir, files...)
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	_, err = f.WriteString(text)
	require.NoError(t, errors.Join(err, f.Close()))
}

func plant(t *testing.T, dir string, files ...txtar.File) {
	t.Helper()
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, f.Data, 0o600))
	}
}

// generate makes the runs of a case in a folder without output, and returns all emitted files.
func (c goldenCase) generate(t *testing.T, dir string) []txtar.File {
	t.Helper()
	sink := memory{}
	for _, cfg := range c.runs {
		cfg.Dir = dir
		if cfg.HeaderFile != "" {
			cfg.HeaderFile = filepath.Join(dir, cfg.HeaderFile)
		}
		res, err := Run(t.Context(), cfg)
		require.NoError(t, err)
		for _, f := range res.Set.Files {
			require.NoError(t, os.MkdirAll(filepath.Dir(f.Path), 0o750))
			require.NoError(t, os.WriteFile(f.Path, f.Source, 0o600))
			sink[emit.Relative(dir, f.Path)] = f.Source
		}
	}
	return sink.files()
}

// memory holds emitted files by slash path.
type memory map[string][]byte

func (m memory) files() []txtar.File {
	var files []txtar.File
	for name, source := range m {
		files = append(files, txtar.File{Name: filepath.ToSlash(name), Data: source})
	}
	slices.SortFunc(files, func(a, b txtar.File) int { return strings.Compare(a.Name, b.Name) })
	return files
}

// TestGoldens generates every case of testdata, compares it with the wanted output, and builds and vets all cases in one
// module. It runs the tests in the cases codecs, forms and apply_forms.
func TestGoldens(t *testing.T) {
	module := t.TempDir()
	plantModule(t, module)
	for _, c := range goldenCases(t) {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(module, c.name)
			inputs := slices.DeleteFunc(slices.Clone(c.archive.Files), emitted)
			plant(t, dir, inputs...)
			got := c.generate(t, dir)
			if *update {
				c.archive.Files = slices.Concat(inputs, got)
				require.NoError(t, os.WriteFile(c.file, txtar.Format(c.archive), 0o600))
				return
			}
			want := slices.DeleteFunc(slices.Clone(c.archive.Files), func(f txtar.File) bool { return !emitted(f) })
			assert.Equal(t, string(txtar.Format(&txtar.Archive{Files: want})), string(txtar.Format(&txtar.Archive{Files: got})))
		})
	}
	for _, args := range [][]string{{"build", "./..."}, {"vet", "./..."}, {"test", "./codecs/apis/...", "./forms/apis/...", "./apply_forms/apis/..."}} {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = module
		// With -trimpath the build cache finds a case again even though its folder differs in each run.
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly -trimpath", "GOWORK=off", "GOPROXY=off")
		out, err := cmd.CombinedOutput()
		assert.NoError(t, err, "go %s\n%s", strings.Join(args, " "), out)
	}
}

// TestSameBytesAnywhere generates every case again: in another folder, over the output of the first run, and with the files
// written in another order.
func TestSameBytesAnywhere(t *testing.T) {
	module := filepath.Join(t.TempDir(), "some where", "else")
	plantModule(t, module)
	for _, c := range goldenCases(t) {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(module, c.name)
			files := slices.DeleteFunc(slices.Clone(c.archive.Files), emitted)
			rand.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
			plant(t, dir, files...)
			for i := range c.runs {
				slices.Reverse(c.runs[i].Inputs)
			}
			first := c.generate(t, dir)
			again := c.generate(t, dir)
			require.Len(t, again, len(first))
			for i, f := range first {
				assert.Equal(t, f.Name, again[i].Name)
				assert.True(t, bytes.Equal(f.Data, again[i].Data), "a second run changes %s", f.Name)
			}
			for _, f := range first {
				j := slices.IndexFunc(c.archive.Files, func(g txtar.File) bool { return g.Name == f.Name })
				require.GreaterOrEqual(t, j, 0, f.Name)
				assert.Equal(t, string(c.archive.Files[j].Data), string(f.Data), f.Name)
			}
		})
	}
}

// TestErrors compares the errors for bad input: all problems at once, in source order. Each archive in testdata/errors is a
// module and the wanted text in its file "problems". A line "run …", as in goldens, replaces the run of clientgen.
func TestErrors(t *testing.T) {
	cases, err := filepath.Glob("testdata/errors/*.txtar")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(cases), 8)
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			require.NoError(t, err)
			last := len(archive.Files) - 1
			require.Equal(t, "problems", archive.Files[last].Name)
			dir := t.TempDir()
			plantModule(t, dir, archive.Files[:last]...)

			cfg := Config{Tool: "clientgen"}
			if _, line, ok := strings.Cut(string(archive.Comment), "\nrun "); ok {
				cfg = parseRun(t, line)
			}
			cfg.Dir, cfg.Inputs = dir, []string{"./apis/..."}
			_, err = Run(t.Context(), cfg)
			require.Error(t, err)
			got := strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "") + "\n"
			if *update {
				archive.Files[last].Data = []byte(got)
				require.NoError(t, os.WriteFile(name, txtar.Format(archive), 0o600))
			}
			assert.Equal(t, string(archive.Files[last].Data), got)
		})
	}
}

func ExampleRun() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for name, text := range map[string]string{
		"go.mod": "module example.com/fleet\n",
		"types.go": `package v1

// +genclient
type Robot struct{}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			fmt.Println(err)
			return
		}
	}
	_, err = Run(context.Background(), Config{Tool: "clientgen", Dir: dir, Inputs: []string{"."}})
	fmt.Println(err)
	// Output:
	// types.go:4:6: type Robot has +genclient, but no ObjectMeta: embed metav1.ObjectMeta, or take +genclient away
	// types.go:4:6: type Robot has +genclient, but no TypeMeta: embed metav1.TypeMeta, or take +genclient away
	// types.go:4:6: type Robot offers the verb list, but there is no type RobotList: declare it, or skip the verbs list, watch and deleteCollection
}
