package clientcmd

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

func TestBadContentNamesFileAndKey(t *testing.T) {
	dir := t.TempDir()
	for name, test := range map[string]struct{ text, want string }{
		"duplicate entries":  {"users: [{name: a, user: {}}, {name: a, user: {}}]", `users[1]: error converting *[]NamedAuthInfo into *map[string]*api.AuthInfo: duplicate name "a" in list: rename`},
		"two documents":      {"a: b\n---\nc: d\n", "line 2 begins a second document"},
		"a list":             {"- a\n", "found a list, want a mapping"},
		"a word":             {"word", "found a string, want a mapping"},
		"a wrong type":       {"clusters: [{name: c, cluster: {server: 3}}]", `clusters[0].cluster.server: found a number, want a string: quote it (in the entry named "c")`},
		"invalid base64":     {"clusters: [{name: c, cluster: {certificate-authority-data: '*'}}]", "clusters[0].cluster.certificate-authority-data: invalid base64"},
		"a cycle of anchors": {"a: &a [*a]", "contains itself"},
		"an alias bomb":      {aliasBomb(), "excessive aliasing"},
		"deep nesting":       {strings.Repeat("[", 100_000), "depth"},
		"deep JSON":          {strings.Repeat(`{"a":`, 100_000), "depth"},
		"binary noise":       {string(bytes.Repeat([]byte{0xff, 0x00, 0x13, 0x80}, 100)), "yaml"},
		"a newer version":    {"apiVersion: v2", `apiVersion: kubeconfigs are read in version v1, not "v2"`},
	} {
		t.Run(name, func(t *testing.T) {
			file := write(t, filepath.Join(dir, "bad"), test.text)
			_, err := LoadFromFile(file)
			require.ErrorContains(t, err, file)
			require.ErrorContains(t, err, test.want)
			access := accessTo(file)
			_, err = access.GetStartingConfig()
			require.ErrorContains(t, err, file)
			config := api.NewConfig()
			config.CurrentContext = "x"
			require.ErrorContains(t, ModifyConfig(access, *config, false), file, "a file that cannot be read is not overwritten")
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, test.text, string(data))
		})
	}
}

// aliasBomb returns a document of a few hundred bytes whose aliases expand to billions of values.
func aliasBomb() string {
	text := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 12; i++ {
		text += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	return text
}

func TestDirectoriesAreRefused(t *testing.T) {
	dir := t.TempDir()
	_, err := LoadFromFile(dir)
	require.ErrorContains(t, err, dir)
	require.ErrorContains(t, err, "is a directory")
	require.ErrorContains(t, WriteToFile(*api.NewConfig(), dir), dir)
}

func TestHugeFilesAreRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "huge")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	require.NoError(t, os.Truncate(file, 100<<20))
	_, err := LoadFromFile(file)
	require.ErrorContains(t, err, file)
	require.ErrorContains(t, err, "more than 64 MiB")
	_, err = Load(make([]byte, maxSize+1))
	require.ErrorIs(t, err, errTooLarge)
}

func TestErrorsNameMissingEntries(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "config"), `
current-context: dangling
clusters: [{name: here, cluster: {server: "https://here"}}]
contexts:
- {name: dangling, context: {cluster: here, user: nobody}}
- {name: nowhere, context: {cluster: nowhere}}
`)
	for context, want := range map[string]string{
		"":        `user "nobody" was not found for context "dangling" (in ` + file + ")",
		"nowhere": `cluster "nowhere" was not found for context "nowhere" (in ` + file + ")",
		"missing": `context "missing" does not exist`,
	} {
		_, err := NewNonInteractiveDeferredLoadingClientConfig(rulesFor(file), &ConfigOverrides{CurrentContext: context}).ClientConfig()
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "kubeconfig "+file)
		assert.True(t, context == "missing" && IsContextNotFound(err) || IsConfigurationInvalid(err))
		assert.False(t, IsEmptyConfig(err))
	}
	config := loaded(t, file)
	assert.ErrorContains(t, ConfirmUsable(*config, ""), `user "nobody" was not found`)
	assert.True(t, IsContextNotFound(ConfirmUsable(*config, "missing")))
	assert.True(t, IsEmptyConfig(Validate(*api.NewConfig())))
	config.CurrentContext = ""
	assert.ErrorIs(t, ConfirmUsable(*config, ""), ErrNoContext)
}

// FuzzLoad checks that what can be read can be written and read back unchanged, and that nothing panics.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(first))
	f.Add([]byte(second))
	f.Add([]byte("\ufeff{\"users\": [{\"name\": \"a\", \"user\": {\"token\": \"t\"}}]}\r\n"))
	f.Add([]byte("extensions: [{name: a, extension: {x: 1.0, y: [null, 1e100]}}]"))
	f.Add([]byte("x: &x {cluster: c, user: u}\ncontexts: [{name: n, context: *x}]"))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("!!binary aGk="))
	f.Fuzz(func(t *testing.T, data []byte) {
		config, err := Load(data)
		if err != nil {
			return
		}
		written, err := Write(*config)
		if err != nil {
			t.Fatalf("cannot be written: %v", err)
		}
		again, err := Load(written)
		if err != nil {
			t.Fatalf("cannot be read back: %v\n%s", err, written)
		}
		rewritten, err := Write(*again)
		if err != nil || !bytes.Equal(written, rewritten) {
			t.Fatalf("changes when it is read back: %v\n%s\n%s", err, written, rewritten)
		}
		_ = Validate(*config)
		_, _ = NewDefaultClientConfig(*config, nil).ClientConfig()
	})
}
