package clientcmd

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

func TestWarningOfMissingFiles(t *testing.T) {
	dir := t.TempDir()
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	var warned []error
	rules := &ClientConfigLoadingRules{Precedence: []string{one, two}, WarnIfAllMissing: true, Warner: func(err error) { warned = append(warned, err) }}
	_, err := rules.Load()
	require.NoError(t, err)
	assert.Equal(t, []error{MissingConfigError{Missing: []string{one, two}}}, warned)
	write(t, two, first)
	_, err = rules.Load()
	require.NoError(t, err)
	assert.Len(t, warned, 1, "one file exists")
	WarningHandler(nil).Warn(warned[0])
}

func TestMigration(t *testing.T) {
	dir := t.TempDir()
	source, destination := filepath.Join(dir, "old"), filepath.Join(dir, "new")
	rules := &ClientConfigLoadingRules{Precedence: []string{destination}, MigrationRules: map[string]string{destination: source}}
	config, err := rules.Load()
	require.NoError(t, err, "nothing to migrate")
	assert.Empty(t, config.Clusters)

	write(t, source, first)
	require.NoError(t, os.Chmod(source, 0o750))
	config, err = rules.Load()
	require.NoError(t, err)
	assert.Contains(t, config.Clusters, "red")
	info, err := os.Stat(destination)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm())

	write(t, source, "users: [")
	_, err = rules.Load()
	require.NoError(t, err, "a file is migrated once")
	require.NoError(t, os.Remove(destination))
	require.NoError(t, os.Remove(source))
	require.NoError(t, os.Mkdir(source, 0o700))
	_, err = rules.Load()
	require.ErrorContains(t, err, "it is a directory")
}

func TestDefaultFilenames(t *testing.T) {
	dir := t.TempDir()
	one, two, global := filepath.Join(dir, "one"), filepath.Join(dir, "two"), filepath.Join(dir, "global")
	rules := rulesFor(one, two)
	options := &PathOptions{GlobalFile: global, EnvVar: "FILES_OF_THIS_TEST", LoadingRules: &ClientConfigLoadingRules{}}
	assert.Equal(t, global, options.GetDefaultFilename())
	assert.Equal(t, []string{global}, options.GetLoadingPrecedence())
	t.Setenv("FILES_OF_THIS_TEST", one+string(os.PathListSeparator)+two+string(os.PathListSeparator)+one)
	assert.Equal(t, []string{one, two}, options.GetLoadingPrecedence())
	assert.Equal(t, one, rules.GetDefaultFilename(), "the first if none exists")
	assert.Equal(t, two, options.GetDefaultFilename(), "the last if none exists")
	write(t, two, second)
	assert.Equal(t, two, rules.GetDefaultFilename())
	write(t, one, first)
	assert.Equal(t, one, options.GetDefaultFilename())
	config, err := options.GetStartingConfig()
	require.NoError(t, err)
	assert.Equal(t, "red", config.CurrentContext)
	assert.Empty(t, (&ClientConfigLoadingRules{}).GetDefaultFilename())

	options.LoadingRules.ExplicitPath = filepath.Join(dir, "new")
	assert.True(t, options.IsExplicitFile())
	assert.Equal(t, options.LoadingRules.ExplicitPath, options.GetDefaultFilename())
	config, err = options.GetStartingConfig()
	require.NoError(t, err, "a file that does not exist yet")
	assert.True(t, api.IsConfigEmpty(config))
	precedence := rules.GetLoadingPrecedence()
	precedence[0] = "changed"
	assert.Equal(t, one, rules.Precedence[0])
}

func TestIsDefaultConfig(t *testing.T) {
	rules := &ClientConfigLoadingRules{}
	assert.False(t, rules.IsDefaultConfig(&rest.Config{}))
	rules.DefaultClientConfig = NewDefaultClientConfig(api.Config{}, &ConfigOverrides{ClusterDefaults: api.Cluster{Server: "http://d"}})
	assert.True(t, rules.IsDefaultConfig(&rest.Config{Host: "http://d"}))
	assert.False(t, rules.IsDefaultConfig(&rest.Config{Host: "http://e"}))
}

func TestPaths(t *testing.T) {
	config := &api.Config{
		Clusters:  map[string]*api.Cluster{"c": {CertificateAuthority: "ca"}},
		AuthInfos: map[string]*api.AuthInfo{"u": {ClientKey: "/abs/key", TokenFile: "../token", Exec: &api.ExecConfig{Command: "login"}}},
	}
	require.NoError(t, ResolveLocalPaths(config))
	assert.Equal(t, "ca", config.Clusters["c"].CertificateAuthority, "a config without a file has no folder to resolve from")
	require.NoError(t, ResolveConfigPaths(config, "/base"))
	assert.Equal(t, "/base/ca", config.Clusters["c"].CertificateAuthority)
	assert.Equal(t, "/token", config.AuthInfos["u"].TokenFile)
	assert.Equal(t, "login", config.AuthInfos["u"].Exec.Command, "a name is looked up in $PATH")
	require.NoError(t, RelativizeConfigPaths(config, "/base"))
	assert.Equal(t, "ca", config.Clusters["c"].CertificateAuthority)
	assert.Equal(t, "/abs/key", config.AuthInfos["u"].ClientKey)
	up := "../up"
	require.ErrorContains(t, RelativizePathWithNoBacksteps([]*string{&up}, "."), "requires backsteps")
	require.ErrorContains(t, RelativizeClusterLocalPaths(&api.Cluster{Server: "s"}), "no location of origin")
	dotted := "/base/..hidden"
	require.NoError(t, RelativizePathWithNoBacksteps([]*string{&dotted}, "/base"))
	assert.Equal(t, "..hidden", dotted)
}

func TestPersister(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "config"), "users: [{name: u, user: {auth-provider: {name: p, config: {a: b}}}}, {name: v, user: {}}]")
	access := accessTo(file)
	for _, user := range []string{"u", "v", "nobody"} {
		require.NoError(t, PersisterForUser(access, user).Persist(map[string]string{"c": "d"}))
	}
	assert.Equal(t, map[string]string{"c": "d"}, loaded(t, file).AuthInfos["u"].AuthProvider.Config)
	assert.Nil(t, loaded(t, file).AuthInfos["v"].AuthProvider)
}

func TestWriteToFileMakesFolders(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "config")
	require.NoError(t, WriteToFile(full(), file))
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	config := loaded(t, file)
	assert.Len(t, config.AuthInfos, 3)
	assertNothingLeft(t, filepath.Dir(file), "config")
}
