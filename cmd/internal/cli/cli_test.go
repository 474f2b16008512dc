package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// commands builds both commands once.
var commands = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "commands")
	if err != nil {
		return "", err
	}
	out, err := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "../../clientgen", "../../informergen").CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := commands(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

type outcome struct {
	code        int
	out, errors string
}

// call runs a command as a separate process.
func call(t *testing.T, dir, tool string, args ...string) outcome {
	t.Helper()
	bin, err := commands()
	require.NoError(t, err)
	var out, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, tool), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &stderr
	cmd.Env = append(os.Environ(), "NO_COLOR=1")
	for name, value := range map[string]string{"GOFLAGS": "-mod=mod", "GOWORK": "off"} {
		if os.Getenv(name) == "" {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	err = cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return outcome{cmd.ProcessState.ExitCode(), out.String(), stderr.String()}
}

const types = `package v1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// +genclient
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// Robot moves.
type Robot struct {
	metav1.TypeMeta   ` + "`json:\",inline\"`" + `
	metav1.ObjectMeta ` + "`json:\"metadata,omitempty\"`" + `
}

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// RobotList is a list of Robots.
type RobotList struct {
	metav1.TypeMeta ` + "`json:\",inline\"`" + `
	metav1.ListMeta ` + "`json:\"metadata,omitempty\"`" + `

	Items []Robot ` + "`json:\"items\"`" + `
}
`

// project makes a module with one API.
func project(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	const self = "github.com/typewright/typewright"
	dir := t.TempDir()
	emptyCache(t)
	write(t, dir, "go.mod", strings.Replace(string(mod), "module "+self, "module project.example", 1)+
		"\nrequire "+self+" v0.0.0\n\nreplace "+self+" => "+root+"\n")
	write(t, dir, "go.sum", string(sum))
	write(t, dir, "apis/fleet/v1/doc.go", "// Package v1 is an API.\n//\n// +k8s:deepcopy-gen=package\n// +groupName=fleet.example.com\npackage v1\n")
	write(t, dir, "apis/fleet/v1/types.go", types)
	return dir
}

// emptyCache gives the test an empty cache folder, but keeps the build cache of the go command.
func emptyCache(t *testing.T) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOCACHE").Output()
	require.NoError(t, err)
	t.Setenv("GOCACHE", strings.TrimSpace(string(out)))
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// snapshot reads a whole tree, folders included.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		text := []byte("folder")
		if !entry.IsDir() {
			text, err = os.ReadFile(path)
		}
		rel, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(rel)] = string(text)
		return err
	}))
	return files
}

func TestBadInputLeavesTheTreeAsItWas(t *testing.T) {
	tests := map[string]struct {
		change func(t *testing.T, dir string)
		args   []string
		code   int
		want   string
	}{
		"misspelt marker": {
			change: func(t *testing.T, dir string) {
				write(t, dir, "apis/fleet/v1/types.go", strings.Replace(types, "+genclient", "+genclinet", 1))
			},
			code: 1,
			want: "apis/fleet/v1/types.go:5:4: unknown marker +genclinet: did you mean +genclient?\n",
		},
		"package that does not parse": {
			change: func(t *testing.T, dir string) { write(t, dir, "apis/fleet/v1/types.go", types+"type {\n") },
			code:   1,
			want:   "apis/fleet/v1/types.go:23:6: expected 'IDENT', found '{'",
		},
		"zero types": {
			change: func(t *testing.T, dir string) {
				write(t, dir, "apis/fleet/v1/types.go", strings.Replace(types, "// +genclient\n", "", 1))
			},
			code: 1,
			want: "has the marker +genclient: add it above each type that needs a client",
		},
		"no such packages": {args: []string{"./nothing/..."}, code: 1, want: "pattern ./nothing/...: lstat ./nothing/: no such file or directory\n"},
		"output folder that cannot be": {
			args: []string{"--output-dir=go.mod/generated", "--output-pkg=a/b"},
			code: 1, want: "go.mod/generated",
		},
		"output folder that nobody may write": {args: []string{"--output-dir=/proc/generated", "--output-pkg=a/b"}, code: 1, want: "/proc/generated"},
		"handwritten file in the way": {
			change: func(t *testing.T, dir string) {
				write(t, dir, "apis/fleet/v1/zz_generated.deepcopy.go", "package v1\n")
			},
			code: 1, want: "zz_generated.deepcopy.go: this file was written by hand",
		},
		"header that is no comment": {
			change: func(t *testing.T, dir string) { write(t, dir, "header.txt", "Copyright\n") },
			args:   []string{"--go-header-file=header.txt"},
			code:   1, want: "header.txt:1:1: the header is not a Go comment",
		},
		"missing header":       {args: []string{"--go-header-file=none.txt"}, code: 1, want: "none.txt: no such file"},
		"unknown flag":         {args: []string{"--bogus"}, code: 2, want: "clientgen: unknown flag: --bogus (--help lists the flags)\n"},
		"one dash":             {args: []string{"-verify"}, code: 2, want: "clientgen: unknown flag: -verify: did you mean --verify? (--help lists the flags)\n"},
		"one dash and a value": {args: []string{"-output=json"}, code: 2, want: "unknown flag: -output: did you mean --output?"},
		"misspelt flag":        {args: []string{"--outputdir=x"}, code: 2, want: "clientgen: unknown flag: --outputdir: did you mean --output-dir? (--help lists the flags)\n"},
		"output folder that is a file": {
			change: func(t *testing.T, dir string) { write(t, dir, "generated", "") },
			code:   1, want: "/generated: this is a file: ",
		},
		"invalid output package":  {args: []string{"--output-pkg=a b"}, code: 2, want: `--output-pkg: "a b" is not an import path`},
		"invalid clientset name":  {args: []string{"--clientset-name=a-b"}, code: 2, want: `--clientset-name: "a-b" is not a Go name`},
		"header with a directive": {change: func(t *testing.T, dir string) { write(t, dir, "hack/boilerplate.go.txt", "//go:generate sh\n") }, code: 1, want: "boilerplate.go.txt:1:1: the header holds a directive"},
		"unknown artifact":        {args: []string{"--with=listers"}, code: 2, want: `clientgen cannot emit "listers": choose among `},
		"bad plural":              {args: []string{"--plural-exceptions=Fish"}, code: 2, want: `"Fish" is not of the form Kind:Plural`},
		"bad types":               {args: []string{"--included-types-overrides=Fish"}, code: 2, want: "not of the form group/version/Kind"},
		"verify and dry-run":      {args: []string{"--verify", "--dry-run"}, code: 2, want: "use one of the two"},
		"quiet and verbose":       {args: []string{"-q", "-v"}, code: 2, want: "use one of the two"},
		"unknown output format":   {args: []string{"--output=yaml"}, code: 2, want: "use text or json"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := project(t)
			if test.change != nil {
				test.change(t, dir)
			}
			before := snapshot(t, dir)
			got := call(t, dir, "clientgen", test.args...)
			assert.Equal(t, test.code, got.code)
			assert.Contains(t, got.errors, test.want)
			assert.Empty(t, got.out)
			assert.Equal(t, before, snapshot(t, dir))
		})
	}
}

func TestOutsideOfAModule(t *testing.T) {
	got := call(t, t.TempDir(), "clientgen")
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.errors, "no go.mod in this folder or above: run inside a module")
}

func TestDefaultsFromAnyFolder(t *testing.T) {
	dir := project(t)
	for _, from := range []string{"apis", "apis/fleet/v1", "."} {
		for _, tool := range []string{"clientgen", "informergen"} {
			got := call(t, filepath.Join(dir, filepath.FromSlash(from)), tool)
			require.Equal(t, 0, got.code, got.errors)
			assert.Contains(t, got.errors, tool+": 1 group, 1 kind: ")
			assert.Equal(t, 1, strings.Count(got.errors, "\n"), "one line: %q", got.errors)
			assert.Empty(t, got.out)
		}
	}
	files := snapshot(t, dir)
	for _, name := range []string{
		"apis/fleet/v1/zz_generated.deepcopy.go",
		"apis/fleet/v1/zz_generated.register.go",
		"generated/clientset/versioned/clientset.go",
		"generated/clientset/versioned/scheme/register.go",
		"generated/clientset/versioned/typed/fleet/v1/doc.go",
		"generated/listers/fleet/v1/expansion_generated.go",
		"generated/informers/externalversions/factory.go",
	} {
		assert.Contains(t, files, name)
	}
	assert.Contains(t, files["generated/clientset/versioned/clientset.go"], `"project.example/generated/clientset/versioned/typed/fleet/v1"`)

	got := call(t, dir, "clientgen")
	assert.Contains(t, got.errors, "files up to date")
	assert.Equal(t, files, snapshot(t, dir), "a run that has nothing to do changes nothing")
}

func TestVerify(t *testing.T) {
	dir := project(t)
	require.Equal(t, 0, call(t, dir, "clientgen", "--quiet").code)
	assert.Equal(t, outcome{code: 0}, call(t, dir, "clientgen", "--verify", "--quiet"))

	const client = "generated/clientset/versioned/clientset.go"
	text, err := os.ReadFile(filepath.Join(dir, client))
	require.NoError(t, err)
	write(t, dir, client, string(text)+"// edited by hand\n")
	require.NoError(t, os.Remove(filepath.Join(dir, "apis/fleet/v1/zz_generated.deepcopy.go")))
	write(t, dir, "generated/clientset/versioned/typed/old/v1/old.go", "// Code generated by clientgen. DO NOT EDIT.\n\npackage v1\n")
	before := snapshot(t, dir)

	got := call(t, dir, "clientgen", "--verify")
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.out, "--- a/"+client+"\n+++ b/"+client+"\n@@ ")
	assert.Contains(t, got.out, "\n-// edited by hand\n")
	assert.Contains(t, got.out, "--- /dev/null\n+++ b/apis/fleet/v1/zz_generated.deepcopy.go\n")
	assert.Contains(t, got.out, "--- a/generated/clientset/versioned/typed/old/v1/old.go\n+++ /dev/null\n")
	assert.Contains(t, got.errors, "1 missing, 1 stale, 1 to remove")
	assert.Equal(t, before, snapshot(t, dir))

	got = call(t, filepath.Join(dir, "apis"), "clientgen", "--verify", "--output=json")
	assert.Equal(t, 1, got.code)
	var report struct {
		Tool      string
		UpToDate  bool
		Unchanged int
		Changes   []struct{ Path, Action, Diff string }
	}
	require.NoError(t, json.Unmarshal([]byte(got.out), &report), got.out)
	assert.False(t, report.UpToDate)
	require.Len(t, report.Changes, 3)
	assert.Equal(t, "apis/fleet/v1/zz_generated.deepcopy.go", report.Changes[0].Path, "relative to the module's root")
	assert.Equal(t, "create", report.Changes[0].Action)
	assert.Equal(t, "update", report.Changes[1].Action)
	assert.Contains(t, report.Changes[1].Diff, "-// edited by hand")
	assert.Equal(t, "remove", report.Changes[2].Action)

	got = call(t, dir, "clientgen", "--dry-run")
	assert.Equal(t, 0, got.code)
	assert.Equal(t, "create apis/fleet/v1/zz_generated.deepcopy.go\nupdate "+client+"\nremove generated/clientset/versioned/typed/old/v1/old.go\n", got.out)
	assert.Equal(t, before, snapshot(t, dir))

	require.Equal(t, 0, call(t, dir, "clientgen").code)
	assert.Equal(t, 0, call(t, dir, "clientgen", "--verify").code)
	assert.NotContains(t, snapshot(t, dir), "generated/clientset/versioned/typed/old")
}

func TestArtifactsThatAreLeftOutStay(t *testing.T) {
	dir := project(t)
	require.Equal(t, 0, call(t, dir, "clientgen").code)
	before := snapshot(t, dir)
	require.Equal(t, 0, call(t, dir, "clientgen", "--without=deepcopy").code)
	require.Equal(t, 0, call(t, dir, "clientgen", "--with=register").code)
	assert.Equal(t, before, snapshot(t, dir))
}

func TestDeepCopiesAreRemovedWithTheirMarker(t *testing.T) {
	dir := project(t)
	require.Equal(t, 0, call(t, dir, "clientgen").code)
	write(t, dir, "apis/fleet/v1/doc.go", "// Package v1 is an API.\n//\n// +groupName=fleet.example.com\npackage v1\n")
	require.Equal(t, 0, call(t, dir, "clientgen", "--without=clientset,fake").code)
	assert.NotContains(t, snapshot(t, dir), "apis/fleet/v1/zz_generated.deepcopy.go")
}

func TestHelpFitsAScreen(t *testing.T) {
	for _, tool := range []string{"clientgen", "informergen"} {
		got := call(t, t.TempDir(), tool, "--help")
		assert.Equal(t, 0, got.code)
		assert.Equal(t, got, call(t, t.TempDir(), tool, "help"))
		lines := strings.Split(strings.TrimSpace(got.out), "\n")
		assert.LessOrEqual(t, len(lines), 35)
		for _, line := range lines {
			assert.LessOrEqual(t, len([]rune(line)), 80, line)
			assert.NotContains(t, line, "[=")
		}
		assert.Equal(t, 2, strings.Count(got.out, "\n  "+tool), "two examples")
	}
}

func TestVersion(t *testing.T) {
	got := call(t, t.TempDir(), "clientgen", "--version")
	assert.Equal(t, got, call(t, t.TempDir(), "clientgen", "version"))
	assert.Equal(t, 0, got.code)
	assert.Regexp(t, `^clientgen \S+ \(go1\.`, got.out)
}

func TestVerbosePrintsChangesAndSteps(t *testing.T) {
	dir := project(t)
	require.Equal(t, 0, call(t, dir, "clientgen").code)
	got := call(t, dir, "informergen", "--verbose")
	assert.Equal(t, 0, got.code, got.errors)
	assert.Contains(t, got.errors, "create generated/informers/externalversions/factory.go\n")
	assert.Contains(t, got.errors, "load ")
}
