package random

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/build"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/gen/load"
	"github.com/typewright/typewright/test/random/source"
)

// The environment variables of the stand-in for the go command: the path of the real one, and the folder of its cached answers.
const (
	realGoVariable  = "RANDOM_GO"
	answersVariable = "RANDOM_ANSWERS"
)

// TestMain acts as the stand-in for the go command if the program is called "go". Listing packages with the go command takes nine tenths
// of the time of generating from a random project. The stand-in has cached answers for packages outside the module, and reads the folders
// of the module itself. It runs the go command for everything else.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) != "go" {
		os.Exit(m.Run())
	}
	if text, ok := answer(os.Args[1:]); ok {
		_, _ = os.Stdout.Write(text)
		return
	}
	name := os.Getenv(realGoVariable)
	err := syscall.Exec(name, append([]string{name}, os.Args[1:]...), os.Environ())
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// goListPackage has the fields of go list's output that the generators use.
type goListPackage struct {
	Dir, ImportPath, Name string
	GoFiles, CgoFiles     []string
	Module                *goListModule
}

type goListModule struct {
	Path, Dir, GoMod, GoVersion string
	Main                        bool
}

// standIn asks the go command for all packages once, and puts a stand-in for it on the PATH of this test.
func (w *harness) standIn(t *testing.T) {
	t.Helper()
	tool, err := exec.LookPath("go")
	require.NoError(t, err)
	self, err := os.Executable()
	require.NoError(t, err)
	dir, known := t.TempDir(), t.TempDir()
	require.NoError(t, os.Symlink(self, filepath.Join(dir, "go")))
	ask := func(args ...string) []byte {
		cmd := exec.CommandContext(t.Context(), tool, args...)
		cmd.Dir = w.root
		out, err := cmd.Output()
		require.NoError(t, err)
		return out
	}
	require.NoError(t, os.WriteFile(filepath.Join(known, "tags"), ask(releaseTags()...), 0o600))
	decoder := json.NewDecoder(bytes.NewReader(ask("list", "-e", "-find", "-json=Dir,ImportPath,Name,GoFiles,CgoFiles,Error,Module",
		"std", "k8s.io/api/...", "k8s.io/apimachinery/...")))
	for {
		var p struct {
			goListPackage
			Error any `json:",omitempty"`
		}
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if p.Error != nil {
			continue
		}
		text, err := json.Marshal(p.goListPackage)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(known, url.PathEscape(p.ImportPath)), text, 0o600))
	}
	w.realPath = os.Getenv("PATH")
	t.Setenv(realGoVariable, tool)
	t.Setenv(answersVariable, known)
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+w.realPath)
}

func releaseTags() []string {
	return []string{"list", "-e", "-f", "{{context.ReleaseTags}}", "--", "unsafe"}
}

// answer returns the output of a go list command. It reports false if it does not know all of the packages. It leaves out dependencies,
// also with -deps: the generators ask for those in another call.
func answer(args []string) (text []byte, ok bool) {
	known := os.Getenv(answersVariable)
	if slices.Equal(args, releaseTags()) {
		text, err := os.ReadFile(filepath.Join(known, "tags"))
		return text, err == nil
	}
	end := slices.Index(args, "--")
	if end < 0 || args[0] != "list" || !slices.Contains(args[:end], "-e") ||
		!slices.ContainsFunc(args[:end], func(arg string) bool { return arg == "-find" || arg == "-find=true" || arg == "-deps" }) ||
		!slices.ContainsFunc(args[:end], func(arg string) bool { return strings.HasPrefix(arg, "-json=") }) {
		return nil, false
	}
	for _, pattern := range args[end+1:] {
		found, err := answerFor(known, pattern)
		if err != nil {
			return nil, false
		}
		text = append(text, found...)
	}
	return text, true
}

func answerFor(known, pattern string) ([]byte, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	base, all := strings.CutSuffix(pattern, "/...")
	below, inside := strings.CutPrefix(base, source.Module+"/")
	switch {
	case inside:
		dir = filepath.Join(filepath.Dir(dir), below) // projects are folders at the root of the module
	case strings.HasPrefix(pattern, "./"):
		dir = filepath.Join(dir, base)
	default:
		return os.ReadFile(filepath.Join(known, url.PathEscape(pattern)))
	}
	root := filepath.Dir(dir)
	for ; root != filepath.Dir(root); root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
	}
	if !all {
		return answerForFolder(root, dir)
	}
	var text []byte
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if name := entry.Name(); path != dir && (strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") || name == "testdata" || name == "vendor") {
			return fs.SkipDir
		}
		found, err := answerForFolder(root, path)
		if none, ok := errors.AsType[*build.NoGoError](err); ok && none.Dir == path {
			return nil
		}
		text = append(text, found...)
		return err
	})
	return text, err
}

var errUnclear = errors.New("only the go command can list this package")

// answerForFolder describes the package in a folder of the module. Its error is a [build.NoGoError] if there is none.
func answerForFolder(root, dir string) ([]byte, error) {
	p, err := build.ImportDir(dir, 0)
	if p != nil && len(p.IgnoredGoFiles)+len(p.CgoFiles)+len(p.InvalidGoFiles) > 0 {
		return nil, errUnclear
	}
	if err != nil {
		return nil, err
	}
	below, err := filepath.Rel(root, dir)
	if err != nil {
		return nil, err
	}
	return json.Marshal(goListPackage{
		Dir: dir, ImportPath: path.Join(source.Module, filepath.ToSlash(below)), Name: p.Name, GoFiles: p.GoFiles,
		Module: &goListModule{Path: source.Module, Dir: root, GoMod: filepath.Join(root, "go.mod"), GoVersion: "1.26.0", Main: true},
	})
}

// TestStandInListsAsGoCommand compares the answers of both for random projects and for packages that they import.
func TestStandInListsAsGoCommand(t *testing.T) {
	w := &harness{}
	var err error
	w.root, err = filepath.Abs("../..")
	require.NoError(t, err)
	var projects []*source.Project
	for i := range uint64(3) {
		projects = append(projects, source.Make(*seed+i, options()))
	}
	w.start(t, projects)
	w.standIn(t)
	standInPath := os.Getenv("PATH")
	for _, p := range projects {
		config := load.Config{Dir: filepath.Join(w.module, p.Name), Patterns: p.Inputs}
		paths := []string{"fmt", "net", "encoding/json", "k8s.io/api/core/v1", "k8s.io/apimachinery/pkg/apis/meta/v1", p.Path(p.Packages[0])}
		t.Setenv("PATH", standInPath)
		t.Setenv(realGoVariable, "/nowhere") // the stand-in must not need the go command
		got, err := load.List(t.Context(), config, paths...)
		require.NoError(t, err)
		_, err = load.Load(t.Context(), config)
		require.NoError(t, err)
		t.Setenv("PATH", w.realPath)
		want, err := load.List(t.Context(), config, paths...)
		require.NoError(t, err)
		require.Greater(t, len(want), len(paths)-1)
		assert.Equal(t, want, got)
	}
}
