package cli_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func goIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "go %s\n%s", strings.Join(args, " "), out)
	return string(out)
}

// The commands work as tools of a module, from a file of its folder apis, as go run, and twice in a row.
func TestGoGenerate(t *testing.T) {
	dir := project(t)
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOPROXY", "off")
	const self = "github.com/typewright/typewright/cmd/"
	goIn(t, dir, "mod", "edit", "-tool="+self+"clientgen", "-tool="+self+"informergen")
	write(t, dir, "apis/doc.go", "// Package apis generates.\npackage apis\n\n//go:generate go tool clientgen\n//go:generate go tool informergen\n")
	goIn(t, dir, "generate", "./...")
	before := snapshot(t, dir)
	require.Contains(t, before, "generated/informers/externalversions/factory.go")
	assert.Contains(t, goIn(t, dir, "generate", "./..."), "files up to date")
	assert.Equal(t, before, snapshot(t, dir))
	assert.Contains(t, goIn(t, dir, "run", self+"clientgen", "--verify"), "files up to date")
	goIn(t, dir, "vet", "./...")
}

// A workspace of two modules: the types in one, the output in the other.
func TestWorkspace(t *testing.T) {
	dir := project(t)
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	t.Setenv("GOFLAGS", "-mod=readonly")
	write(t, dir, "go.work", "go 1.26.0\n\nuse (\n\t.\n\t./client\n)\n\nreplace github.com/typewright/typewright => "+root+"\n")
	write(t, dir, "client/go.mod", "module client.example\n\ngo 1.26.0\n")
	t.Setenv("GOWORK", filepath.Join(dir, "go.work"))
	got := call(t, filepath.Join(dir, "client"), "clientgen", "--output-dir=.", "project.example/apis/...")
	require.Equal(t, 0, got.code, got.errors)
	files := snapshot(t, dir)
	assert.Contains(t, files, "apis/fleet/v1/zz_generated.deepcopy.go", "all modules of a workspace can be written to")
	assert.Contains(t, files["client/clientset/versioned/clientset.go"], `"client.example/clientset/versioned/typed/fleet/v1"`)
}

// A nested module for the output: its import path comes from the go.mod that is nearest to the folder.
func TestOutputInANestedModule(t *testing.T) {
	dir := project(t)
	write(t, dir, "pkg/client/go.mod", "module project.example/pkg/client\n\ngo 1.26.0\n")
	got := call(t, filepath.Join(dir, "apis"), "clientgen", "--output-dir=../pkg/client")
	require.Equal(t, 0, got.code, got.errors)
	assert.Contains(t, snapshot(t, dir)["pkg/client/clientset/versioned/clientset.go"], `"project.example/pkg/client/clientset/versioned/typed/fleet/v1"`)
}

// Vendored dependencies, without a network and without a module cache.
func TestVendoringOffline(t *testing.T) {
	dir := project(t)
	t.Setenv("GOFLAGS", "-mod=mod")
	goIn(t, dir, "mod", "vendor")
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	t.Setenv("GOFLAGS", "-mod=vendor")
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOMODCACHE", t.TempDir())
	for _, tool := range []string{"clientgen", "informergen"} {
		got := call(t, dir, tool, "./apis/...", "k8s.io/apimachinery/pkg/apis/meta/v1")
		require.Equal(t, 0, got.code, got.errors)
	}
	files := snapshot(t, dir)
	assert.Equal(t, string(mod), files["go.mod"])
	assert.Contains(t, files["apis/fleet/v1/zz_generated.deepcopy.go"], "in.ObjectMeta.DeepCopyInto(&out.ObjectMeta)", "fields of vendored types are looked into")
}

// --verify works where nobody may write. The commands run as a user who owns nothing when the test is root's.
func TestVerifyOnAReadOnlyTree(t *testing.T) {
	dir := project(t)
	require.Equal(t, 0, call(t, dir, "clientgen").code)
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o444)
		if entry.IsDir() {
			mode = 0o555
		}
		return os.Chmod(path, mode)
	}))
	t.Cleanup(func() {
		_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, _ error) error {
			if entry.IsDir() {
				_ = os.Chmod(path, 0o755)
			}
			return nil
		})
	})
	before := snapshot(t, dir)
	t.Setenv("TYPEWRIGHT_CACHE", "off")
	assert.Equal(t, 0, call(t, dir, "clientgen", "--verify").code)
	got := call(t, dir, "clientgen", "--verify", "--prefers-protobuf")
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.out, "+		PrefersProtobuf: true,")
	assert.Equal(t, before, snapshot(t, dir))

	// Writing fails for everybody but root, and then nothing has changed.
	if syscall.Geteuid() != 0 {
		got = call(t, dir, "clientgen", "--prefers-protobuf")
		assert.Equal(t, 1, got.code)
		assert.Contains(t, got.errors, "permission denied")
		assert.Equal(t, before, snapshot(t, dir))
	}
}

// A repository that moves over: what client-gen left is taken over with --adopt, and not without.
func TestAdopt(t *testing.T) {
	dir := project(t)
	const header = "// Code generated by client-gen. DO NOT EDIT.\n\n"
	write(t, dir, "generated/clientset/versioned/clientset.go", header+"package versioned\n")
	write(t, dir, "generated/clientset/versioned/typed/fleet/v1/robot.go", header+"package v1\n")
	write(t, dir, "generated/clientset/versioned/typed/fleet/v1/robot_expansion.go", "package v1\n\ntype RobotExpansion interface{}\n")
	write(t, dir, "apis/fleet/v1/zz_generated.deepcopy.go", "// Code generated by deepcopy-gen. DO NOT EDIT.\n\npackage v1\n\nimport \"k8s.io/apimachinery/pkg/runtime\"\n\n"+
		"func (in *Robot) DeepCopyInto(out *Robot) {}\n\nfunc (in *Robot) DeepCopy() *Robot { return in }\n\nfunc (in *Robot) DeepCopyObject() runtime.Object { return in }\n")
	before := snapshot(t, dir)
	got := call(t, dir, "clientgen")
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.errors, "clientset.go: this file was generated by client-gen: run with --adopt once to take it over")
	assert.Equal(t, before, snapshot(t, dir))

	require.Equal(t, 0, call(t, dir, "clientgen", "--adopt").code)
	files := snapshot(t, dir)
	assert.NotContains(t, files, "generated/clientset/versioned/typed/fleet/v1/robot.go", "what would be declared twice goes")
	assert.Contains(t, files, "generated/clientset/versioned/typed/fleet/v1/robot_expansion.go")
	assert.Contains(t, files["apis/fleet/v1/zz_generated.deepcopy.go"], "in.ObjectMeta.DeepCopyInto")
	assert.Equal(t, 0, call(t, dir, "clientgen", "--verify").code, "--adopt is needed once")
}

// An interrupted run says so and has changed nothing.
func TestInterrupted(t *testing.T) {
	dir := project(t)
	before := snapshot(t, dir)
	bin, err := commands()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "clientgen"))
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "PATH="+slowGo(t))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	require.NoError(t, cmd.Start())
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(os.Getenv("XDG_CACHE_HOME"), "started"))
		return err == nil
	}, wait, tick)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.Error(t, cmd.Wait())
	assert.Equal(t, 1, cmd.ProcessState.ExitCode())
	assert.Equal(t, "interrupted: nothing was changed\n", stderr.String())
	assert.Equal(t, before, snapshot(t, dir))
}

const (
	wait = time.Minute
	tick = 10 * time.Millisecond
)

// slowGo is a folder with a go command that says that it was called, and then hangs until it is killed.
func slowGo(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	script := "#!/bin/sh\n: > \"$XDG_CACHE_HOME/started\"\nexec /bin/sleep 60\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), []byte(script), 0o700))
	return dir
}
