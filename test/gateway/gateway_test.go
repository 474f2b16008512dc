package gateway

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// userModule is the module of a user of gateway-api, in a temporary folder. It requires what this module requires, generates clients
// with our two commands, and runs a program that uses them.
type userModule struct {
	t   *testing.T
	dir string
}

func newUserModule(t *testing.T) userModule {
	t.Helper()
	c := userModule{t: t, dir: t.TempDir()}
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

func (c userModule) copy(from, to string) {
	c.t.Helper()
	text, err := os.ReadFile(from)
	require.NoError(c.t, err)
	to = filepath.Join(c.dir, to)
	require.NoError(c.t, os.MkdirAll(filepath.Dir(to), 0o750))
	require.NoError(c.t, os.WriteFile(to, text, 0o600))
}

func (c userModule) runGo(args ...string) string {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), "go", args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	require.NoError(c.t, err, "go %s\n%s", strings.Join(args, " "), out)
	return string(out)
}

func TestGatewayAPI(t *testing.T) {
	const commands, inputs = "github.com/typewright/typewright/cmd/", "sigs.k8s.io/gateway-api/apis/..."
	c := newUserModule(t)
	c.runGo("run", commands+"clientgen", inputs)
	c.runGo("run", commands+"informergen", inputs)
	c.runGo("run", commands+"clientgen", "--verify", inputs)
	c.runGo("run", commands+"informergen", "--verify", inputs)
	c.runGo("build", "./...")
	c.runGo("vet", "./...")

	c.copy("testdata/program.txt", "program/main.go")
	require.Equal(t, "added web\nupdated web\ndeleted web\n", c.runGo("run", "./program"))
}
