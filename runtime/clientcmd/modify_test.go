package clientcmd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// accessTo returns what edits the files as kubectl does.
func accessTo(files ...string) *PathOptions {
	access := NewDefaultPathOptions()
	if len(files) == 1 {
		access.LoadingRules.ExplicitPath = files[0]
		return access
	}
	access.EnvVar = ""
	access.GlobalFile = files[0]
	access.LoadingRules.Precedence = files
	return access
}

// rulesFor returns rules that merge the files.
func rulesFor(files ...string) *ClientConfigLoadingRules {
	return &ClientConfigLoadingRules{Precedence: files}
}

func modify(t *testing.T, access ConfigAccess, change func(*api.Config)) {
	t.Helper()
	config, err := access.GetStartingConfig()
	require.NoError(t, err)
	change(config)
	require.NoError(t, ModifyConfig(access, *config, true))
}

func loaded(t *testing.T, file string) *api.Config {
	t.Helper()
	config, err := LoadFromFile(file)
	require.NoError(t, err)
	return config
}

func helper(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), helperVariable+"="+name)
	return cmd
}

func TestConcurrentProcessesLoseNothing(t *testing.T) {
	const writes = 200
	file := filepath.Join(t.TempDir(), ".kube", "config")
	var wg sync.WaitGroup
	for _, name := range []string{"one", "two"} {
		cmd := helper(t, "write-many", name, strconv.Itoa(writes), file)
		wg.Go(func() {
			out, err := cmd.CombinedOutput()
			assert.NoError(t, err, "%s", out)
		})
	}
	wg.Wait()
	config := loaded(t, file)
	assert.Len(t, config.Contexts, writes, "each process has removed every second one of its contexts, and no other")
	for i := 1; i < writes; i += 2 {
		assert.Contains(t, config.Contexts, fmt.Sprintf("one-%d", i))
		assert.Contains(t, config.Contexts, fmt.Sprintf("two-%d", i))
	}
	assertNothingLeft(t, filepath.Dir(file), "config")
}

// assertNothingLeft checks that neither locks nor temporary files are left.
func assertNothingLeft(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	assert.Equal(t, want, names)
}

func TestConcurrentGoroutinesLoseNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	access := accessTo(file)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			config, err := access.GetStartingConfig()
			if !assert.NoError(t, err) {
				return
			}
			config.Contexts[strconv.Itoa(i)] = &api.Context{Cluster: "c"}
			assert.NoError(t, ModifyConfig(access, *config, true))
		})
	}
	wg.Wait()
	assert.Len(t, loaded(t, file).Contexts, 16)
}

func TestEntriesGoBackToTheirFiles(t *testing.T) {
	dir := t.TempDir()
	one := write(t, filepath.Join(dir, "one", "config"), first)
	two := write(t, filepath.Join(dir, "two", "config"), second)
	rules := rulesFor(one, two)
	modify(t, rules, func(config *api.Config) {
		config.AuthInfos["blue-user"].Token = "changed"
		config.Clusters["new"] = &api.Cluster{Server: "https://new", CertificateAuthority: filepath.Join(dir, "one", "new.crt")}
		delete(config.Contexts, "red")
		config.CurrentContext = ""
	})
	a, b := loaded(t, one), loaded(t, two)
	assert.Equal(t, "changed", b.AuthInfos["blue-user"].Token)
	assert.Equal(t, "key.pem", b.AuthInfos["blue-user"].ClientKey, "relative paths are written as relative paths")
	assert.Equal(t, "bin/login", b.AuthInfos["blue-user"].Exec.Command)
	assert.Equal(t, "two", b.AuthInfos["red-user"].Token, "a shadowed entry stays")
	assert.Equal(t, "new.crt", a.Clusters["new"].CertificateAuthority)
	assert.NotContains(t, a.Contexts, "red")
	assert.Empty(t, a.CurrentContext)
	assert.Equal(t, "blue", b.CurrentContext, "only the first file that sets it is cleared")
}

func TestOnlyChangedFilesAreWritten(t *testing.T) {
	dir := t.TempDir()
	one := write(t, filepath.Join(dir, "one", "config"), first)
	two := write(t, filepath.Join(dir, "two", "config"), second)
	before, err := os.Stat(two)
	require.NoError(t, err)
	write(t, two+".lock", "the lock of a file that is not written")
	modify(t, rulesFor(one, two), func(config *api.Config) { config.CurrentContext = "else" })
	after, err := os.Stat(two)
	require.NoError(t, err)
	assert.Equal(t, before.ModTime(), after.ModTime())
	assert.True(t, os.SameFile(before, after))
	assert.Equal(t, "else", loaded(t, one).CurrentContext)

	before, err = os.Stat(one)
	require.NoError(t, err)
	modify(t, rulesFor(one, two), func(*api.Config) {})
	after, err = os.Stat(one)
	require.NoError(t, err)
	assert.True(t, os.SameFile(before, after), "without a change nothing is written")
}

func TestNoFileIsWrittenIfOneIsBroken(t *testing.T) {
	dir := t.TempDir()
	one := write(t, filepath.Join(dir, "one"), first)
	two := write(t, filepath.Join(dir, "two"), second)
	rules := rulesFor(one, two)
	config, err := rules.GetStartingConfig()
	require.NoError(t, err)
	config.CurrentContext = "else"
	config.AuthInfos["blue-user"].Token = "changed"
	write(t, two, "users: [")
	require.ErrorContains(t, ModifyConfig(rules, *config, false), two)
	data, err := os.ReadFile(one)
	require.NoError(t, err)
	assert.Equal(t, first, string(data))
	assertNothingLeft(t, dir, "one", "two")
}

func TestChangesByOthersStay(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "config"), first)
	access := accessTo(file)
	mine, err := access.GetStartingConfig()
	require.NoError(t, err)
	modify(t, access, func(config *api.Config) {
		config.Contexts["theirs"] = &api.Context{Cluster: "red"}
		delete(config.Clusters, "red")
		config.Extensions = nil
	})
	mine.Contexts["mine"] = &api.Context{Cluster: "red"}
	require.NoError(t, ModifyConfig(access, *mine, true))
	config := loaded(t, file)
	assert.Contains(t, config.Contexts, "theirs", "an entry that is new since the config was read is not removed")
	assert.Contains(t, config.Contexts, "mine")
	assert.NotContains(t, config.Clusters, "red", "an entry that another writer removed is not added again")

	mine.CurrentContext = "mine"
	require.NoError(t, ModifyConfig(access, *mine, true), "the same config can be used again")
	assert.Contains(t, loaded(t, file).Contexts, "theirs")
}

func TestAConfigOfAnotherOriginIsComparedWithTheFiles(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "config"), first)
	access := accessTo(file)
	config, err := access.GetStartingConfig()
	require.NoError(t, err)
	config = config.DeepCopy()
	config.Clusters = map[string]*api.Cluster{"only": {Server: "https://only"}}
	require.NoError(t, ModifyConfig(access, *config, true))
	assert.Len(t, loaded(t, file).Clusters, 1)
	assert.Contains(t, loaded(t, file).Clusters, "only")
}

func TestExtensionsAndPreferencesAreWritten(t *testing.T) {
	dir := t.TempDir()
	one := write(t, filepath.Join(dir, "one"), first)
	two := write(t, filepath.Join(dir, "two"), "extensions: [{name: x, extension: {a: 1}}, {name: other, extension: {b: 2}}]")
	modify(t, rulesFor(one, two), func(config *api.Config) {
		delete(config.Extensions, "x")
		config.Extensions["z"] = config.Extensions["other"]
		config.Preferences.Colors = true
	})
	assert.NotContains(t, loaded(t, two).Extensions, "x")
	assert.Contains(t, loaded(t, two).Extensions, "other")
	assert.Contains(t, loaded(t, one).Extensions, "z")
	assert.True(t, loaded(t, one).Preferences.Colors)
}
