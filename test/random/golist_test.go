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

// The environment of a stand-in for the go command: the real one, and the folder of what it said.
const (
	realGo  = "RANDOM_GO"
	answers = "RANDOM_ANSWERS"
)

// TestMain is the stand-in for the go command where the program has its name. Asking the go command for packages takes nine tenths
// of what generating from a random project takes. The stand-in answers with what it said before of packages outside the module,
// and looks into the folders of the module itself. What it does not know it leaves to the go command.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) != "go" {
		os.Exit(m.Run())
	}
	if text, ok := answer(os.Args[1:]); ok {
		_, _ = os.Stdout.Write(text)
		return
	}
	name := os.Getenv(realGo)
	err := syscall.Exec(name, append([]string{name}, os.Args[1:]...), os.Environ())
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// listed is what go list says of a package, as far as the generators ask.
type listed struct {
	Dir, ImportPath, Name string
	GoFiles, CgoFiles     []string
	Module                *listedModule
}

type listedModule struct {
	Path, Dir, GoMod, GoVersion string
	Main                        bool
}

// standIn asks the go command once, and puts a stand-in for it on the PATH of this test.
func (w *workshop) standIn(t *testing.T) {
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
			listed
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
		text, err := json.Marshal(p.listed)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(known, url.PathEscape(p.ImportPath)), text, 0o600))
	}
	w.realPath = os.Getenv("PATH")
	t.Setenv(realGo, tool)
	t.Setenv(answers, known)
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+w.realPath)
}

func releaseTags() []string {
	return []string{"list", "-e", "-f", "{{context.ReleaseTags}}", "--", "unsafe"}
}

// answer answers go list. What a package imports, the generators ask again if they are not told at once. It reports false if it does
// not know all of the packages.
func answer(args []string) (text []byte, ok bool) {
	known := os.Getenv(answers)
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
		dir = filepath.Join(filepath.Dir(dir), below) // projects lie at the root of the module
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

var errUnclear = errors.New("the go command has to tell")

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
	return json.Marshal(listed{
		Dir: dir, ImportPath: path.Join(source.Module, filepath.ToSlash(below)), Name: p.Name, GoFiles: p.GoFiles,
		Module: &listedModule{Path: source.Module, Dir: root, GoMod: filepath.Join(root, "go.mod"), GoVersion: "1.26.0", Main: true},
	})
}

// TestTheStandInListsAsTheGoCommandDoes asks both about projects, and about packages that those import.
func TestTheStandInListsAsTheGoCommandDoes(t *testing.T) {
	w := &workshop{}
	var err error
	w.root, err = filepath.Abs("../..")
	require.NoError(t, err)
	var projects []*source.Project
	for i := range uint64(3) {
		projects = append(projects, source.Make(*seed+i, options()))
	}
	w.start(t, projects)
	w.standIn(t)
	stood := os.Getenv("PATH")
	for _, p := range projects {
		config := load.Config{Dir: filepath.Join(w.module, p.Name), Patterns: p.Inputs}
		paths := []string{"fmt", "net", "encoding/json", "k8s.io/api/core/v1", "k8s.io/apimachinery/pkg/apis/meta/v1", p.Path(p.Packages[0])}
		t.Setenv("PATH", stood)
		t.Setenv(realGo, "/nowhere") // the stand-in has to know all of it
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
