package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/cmd/internal/cli"
)

const otherRole = `
kind: ClusterRole
rules:
- {apiGroups: [""], resources: [pods], verbs: [get]}
`

const program = "../internal/rbac/testdata/forms/elections"

func rbacOf(t *testing.T, args ...string) (code int, out, errors string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = runRBAC(t.Context(), args, cli.Streams{Out: &stdout, Err: &stderr})
	return code, stdout.String(), stderr.String()
}

func TestRBACPrintsAndVerifies(t *testing.T) {
	file := filepath.Join(t.TempDir(), "role.yaml")
	code, role, errors := rbacOf(t, "--name=elector", "./"+program)
	require.Equal(t, cli.ExitDone, code, errors)
	assert.Contains(t, role, "kind: ClusterRole\nmetadata:\n  name: elector\nrules:\n")
	require.NoError(t, os.WriteFile(file, []byte(role), 0o600))
	code, out, errors := rbacOf(t, "--verify", file, "./"+program)
	assert.Equal(t, cli.ExitDone, code, errors)
	assert.Empty(t, out)

	require.NoError(t, os.WriteFile(file, []byte(otherRole), 0o600))
	code, out, _ = rbacOf(t, "--verify", file, "./"+program)
	assert.Equal(t, cli.ExitStale, code)
	assert.Contains(t, out, "+ missing: create events, for cmd/internal/rbac/testdata/forms/elections/main.go:")
	assert.Contains(t, out, "- needless: get pods\n")
}

func TestRBACAsJSON(t *testing.T) {
	code, out, errors := rbacOf(t, "-o", "json", "./"+program)
	require.Equal(t, cli.ExitDone, code, errors)
	var report rbacReport
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	assert.Equal(t, "elections", report.Name)
	require.NotEmpty(t, report.Rules)
	assert.Equal(t, []string{"create", "patch"}, report.Rules[0].Verbs)
	assert.NotZero(t, report.Rules[0].Needs[0].Line)
	assert.Contains(t, out, `"cannotBeTold": []`)
}

func TestRBACErrors(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("GOWORK", "off")
	require.NoError(t, os.WriteFile("go.mod", []byte("module example.com/program\n\ngo 1.26.0\n"), 0o600))
	require.NoError(t, os.WriteFile("main.go", []byte("package main\n\nfunc main() {\n\tmissing()\n}\n"), 0o600))
	code, out, errors := rbacOf(t)
	assert.Equal(t, cli.ExitStale, code)
	assert.Empty(t, out)
	assert.Contains(t, errors, "main.go:4:2: undefined: missing")

	require.NoError(t, os.WriteFile("main.go", []byte("package main\n\nfunc main() {\n"), 0o600))
	_, _, errors = rbacOf(t)
	assert.Contains(t, errors, "main.go:3:")

	require.NoError(t, os.WriteFile("main.go", []byte("package main\n\nfunc main() {}\n"), 0o600))
	code, out, _ = rbacOf(t)
	assert.Equal(t, cli.ExitDone, code)
	assert.Contains(t, out, "rules: []")
	require.NoError(t, os.WriteFile("only.go", []byte("//go:build special\n\npackage main\n\nvar _ = missing\n"), 0o600))
	code, _, _ = rbacOf(t)
	assert.Equal(t, cli.ExitDone, code)
	code, _, errors = rbacOf(t, "--tags=special")
	assert.Equal(t, cli.ExitStale, code)
	assert.Contains(t, errors, "only.go:5:9")

	code, _, errors = rbacOf(t, "./none")
	assert.Equal(t, cli.ExitStale, code)
	assert.Contains(t, errors, "none")
	code, _, errors = rbacOf(t, "--output=xml")
	assert.Equal(t, cli.ExitMisuse, code)
	assert.Contains(t, errors, "use text or json")
	code, _, errors = rbacOf(t, "--verfy=a")
	assert.Equal(t, cli.ExitMisuse, code)
	assert.Contains(t, errors, "did you mean --verify?")
	code, out, _ = rbacOf(t, "--help")
	assert.Equal(t, cli.ExitDone, code)
	assert.Contains(t, out, "Usage: clientgen rbac [flags] [packages]")
}
