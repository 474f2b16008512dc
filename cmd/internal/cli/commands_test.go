package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVerbs(t *testing.T) {
	dir := project(t)
	got := call(t, dir, "clientgen", "verify")
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.out, "+++ b/generated/clientset/versioned/clientset.go")
	assert.NotContains(t, got.out, "\x1b", "colours are for terminals")
	assert.Contains(t, got.errors, "0 to remove, 0 unchanged, in apis/, config/, generated/")
	assert.Contains(t, got.errors, "to mend it: run go generate")
	assert.NotContains(t, snapshot(t, dir), "generated")

	got = call(t, dir, "clientgen", "generate", "--with=register", "./apis/...")
	assert.Equal(t, 0, got.code)
	assert.Contains(t, got.errors, "1 created, 0 updated, 0 removed, 0 unchanged, in apis/ in ")
	assert.Equal(t, 0, call(t, dir, "clientgen", "verify", "--with=register").code)
	assert.Equal(t, 2, call(t, dir, "clientgen", "verify", "--dry-run").code)
}

func TestMisspeltCommands(t *testing.T) {
	dir := project(t)
	for word, want := range map[string]string{"verfy": "verify", "generat": "generate", "inti": "init", "hlep": "help"} {
		got := call(t, dir, "clientgen", word)
		assert.Equal(t, 2, got.code)
		assert.Contains(t, got.errors, "there is no command "+word+": did you mean "+want+"?")
	}
	assert.Contains(t, call(t, dir, "clientgen", "help", "init").out, "Usage: clientgen init [flags] [folder]")
	assert.Contains(t, call(t, dir, "informergen", "help", "completion").out, "source <(informergen completion bash)")
}

func TestCompletion(t *testing.T) {
	dir := t.TempDir()
	got := call(t, dir, "clientgen", "completion", "bash")
	require.Equal(t, 0, got.code)
	script := filepath.Join(dir, "completion.bash")
	require.NoError(t, os.WriteFile(script, []byte(got.out), 0o600))
	complete := func(word string) string {
		t.Helper()
		command := exec.CommandContext(t.Context(), "bash", "-euc", `source "$1"; COMP_WORDS=(clientgen "$2"); COMP_CWORD=1; _clientgen; echo "${COMPREPLY[@]}"`, "-", script, word)
		command.Dir = dir
		out, err := command.CombinedOutput()
		require.NoError(t, err, string(out))
		return strings.TrimSpace(string(out))
	}
	assert.Equal(t, "verify version", complete("ver"))
	assert.Equal(t, "--verify --verbose --version", complete("--ver"))
	assert.Equal(t, "completion", complete("comp"))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "verbs"), 0o700))
	assert.Equal(t, "verify version verbs", complete("ver"))

	assert.Contains(t, call(t, dir, "informergen", "completion", "zsh").out, "#compdef informergen")
	assert.Contains(t, call(t, dir, "informergen", "completion", "fish").out, "complete -c informergen")
	got = call(t, dir, "clientgen", "completion", "tcsh")
	assert.Equal(t, 2, got.code)
	assert.Contains(t, got.errors, "name one shell")
}
