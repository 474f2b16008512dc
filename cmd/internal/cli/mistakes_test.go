package cli_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInformersNeedClients(t *testing.T) {
	dir := project(t)
	for _, args := range [][]string{nil, {"--verify"}, {"--dry-run"}} {
		got := call(t, dir, "informergen", args...)
		assert.Equal(t, 1, got.code)
		assert.Contains(t, got.errors, "generated/clientset/versioned/typed/fleet/v1: the client of fleet.example.com/v1, which its informers call, is missing: run clientgen first")
	}
	assert.NotContains(t, snapshot(t, dir), "generated")
	assert.Equal(t, 0, call(t, dir, "informergen", "--with=listers").code)
	assert.Equal(t, 0, call(t, dir, "informergen", "--versioned-clientset-package=elsewhere.example/clientset").code)
}

func TestWithoutAGoCommand(t *testing.T) {
	dir := project(t)
	_, err := commands()
	require.NoError(t, err)
	t.Setenv("PATH", t.TempDir())
	got := call(t, dir, "clientgen")
	assert.Equal(t, outcome{code: 1, errors: "there is no go command on PATH, by which packages are found: install Go, or add the folder of its command to PATH\n"}, got)
}

func TestErrorsForMachines(t *testing.T) {
	dir := project(t)
	write(t, dir, "apis/fleet/v1/types.go", strings.Replace(types, "+genclient", "+genclinet", 1))
	var failure struct {
		Tool, Error string
		UpToDate    bool
		Problems    []struct {
			File, What, Todo string
			Line, Column     int
		}
	}
	got := call(t, dir, "clientgen", "--output=json")
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.errors, "types.go:5:4: unknown marker")
	require.NoError(t, json.Unmarshal([]byte(got.out), &failure), got.out)
	assert.Equal(t, "clientgen", failure.Tool)
	assert.False(t, failure.UpToDate)
	require.Len(t, failure.Problems, 1)
	assert.Equal(t, "apis/fleet/v1/types.go", failure.Problems[0].File)
	assert.Equal(t, 5, failure.Problems[0].Line)
	assert.Equal(t, 4, failure.Problems[0].Column)
	assert.Equal(t, "unknown marker +genclinet", failure.Problems[0].What)
	assert.Equal(t, "did you mean +genclient?", failure.Problems[0].Todo)

	for _, args := range [][]string{{"--bogus", "--output=json"}, {"--bogus", "-o", "json"}, {"-o", "json", "--go-header-file=none.txt"}} {
		got = call(t, dir, "clientgen", args...)
		assert.NotEqual(t, 0, got.code)
		require.NoError(t, json.Unmarshal([]byte(got.out), &failure), got.out)
		assert.NotEmpty(t, failure.Error)
		assert.NotEmpty(t, got.errors)
	}
}

func TestAFolderOfTestsIsNoProblem(t *testing.T) {
	dir := project(t)
	write(t, dir, "apis/tests/fleet_test.go", "package tests\n")
	got := call(t, dir, "clientgen")
	assert.Equal(t, 0, got.code, got.errors)
	got = call(t, dir, "clientgen", "./apis/tests")
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.errors, "./apis/tests matches no packages")
}
