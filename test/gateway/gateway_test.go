package gateway

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// consumer is a module that a user of gateway-api might have: it requires what this one requires, emits its clients
// with our two commands, and runs a program on them.
type consumer struct {
	t   *testing.T
	dir string
}

func newConsumer(t *testing.T) consumer {
	t.Helper()
	c := consumer{t: t, dir: t.TempDir()}
	here, err := os.Getwd()
	require.NoError(t, err)
	mod, err := os.ReadFile("go.mod")
	require.NoError(t, err)
	text := strings.Replace(string(mod), "=> ../..", "=> "+filepath.Dir(filepath.Dir(here)), 1)
	text = strings.Replace(text, "module github.com/typewright/typewright/test/gateway", "module consumer.example", 1)
	require.NoError(t, os.WriteFile(filepath.Join(c.dir, "go.mod"), []byte(text), 0o600))
	c.copy("go.sum", "go.sum")
	return c
}

func (c consumer) copy(from, to string) {
	c.t.Helper()
	text, err := os.ReadFile(from)
	require.NoError(c.t, err)
	to = filepath.Join(c.dir, to)
	require.NoError(c.t, os.MkdirAll(filepath.Dir(to), 0o750))
	require.NoError(c.t, os.WriteFile(to, text, 0o600))
}

func (c consumer) goes(args ...string) string {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), "go", args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	require.NoError(c.t, err, "go %s\n%s", strings.Join(args, " "), out)
	return string(out)
}

func TestEmittedFromGatewayAPI(t *testing.T) {
	const commands, inputs = "github.com/typewright/typewright/cmd/", "sigs.k8s.io/gateway-api/apis/..."
	c := newConsumer(t)
	c.goes("run", commands+"clientgen", inputs)
	c.goes("run", commands+"informergen", inputs)
	c.goes("run", commands+"clientgen", "--verify", inputs)
	c.goes("run", commands+"informergen", "--verify", inputs)
	c.goes("build", "./...")
	c.goes("vet", "./...")

	c.copy("testdata/program.txt", "program/main.go")
	require.Equal(t, "added web\nupdated web\ndeleted web\n", c.goes("run", "./program"))
}
