package clientcmd

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

func TestErrorsNameTheMissingKubeconfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nowhere")
	want := "kubeconfig " + file + ": no such file or directory"
	_, err := BuildConfigFromFlags("", file)
	require.EqualError(t, err, want)
	assert.True(t, os.IsNotExist(err))
	_, err = LoadFromFile(file)
	require.EqualError(t, err, want)
	assert.True(t, os.IsNotExist(err))
	_, err = (&ClientConfigLoadingRules{ExplicitPath: file}).Load()
	require.EqualError(t, err, want)
}

func TestAnUnknownContextIsTheOnlyError(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "config"), strings.ReplaceAll(first, "current-context: red", "current-context: gone"))
	_, err := BuildConfigFromFlags("", file)
	require.EqualError(t, err, "kubeconfig "+file+": context was not found for specified context: gone")
	assert.True(t, IsContextNotFound(err))
	assert.True(t, IsConfigurationInvalid(err))
	deferred := NewNonInteractiveDeferredLoadingClientConfig(rulesFor(file), &ConfigOverrides{CurrentContext: "lost"})
	_, err = deferred.ClientConfig()
	require.EqualError(t, err, "kubeconfig "+file+`: context "lost" does not exist`)
	_, _, err = deferred.Namespace()
	require.EqualError(t, err, "kubeconfig "+file+`: context "lost" does not exist`)
}

func TestErrorsNameWhatIsNotPEM(t *testing.T) {
	for name, test := range map[string]struct{ cluster, user, want string }{
		"a CA": {"certificate-authority: ca.crt", "token: t", `certificate-authority $dir/ca.crt of cluster "c" (in $dir/config) is not PEM`},
		"data of a CA": {
			"certificate-authority-data: bm9uZQ==", "token: t",
			`certificate-authority-data of cluster "c" (in $dir/config) is not PEM`,
		},
		"data encoded twice": {
			"certificate-authority-data: " + inBase64Twice(), "token: t",
			`certificate-authority-data of cluster "c" (in $dir/config) is not PEM: it is encoded in base64 once too often`,
		},
		"a certificate": {
			"tls-server-name: x", "client-certificate: ca.crt, client-key-data: " + inBase64(),
			`client-certificate $dir/ca.crt of user "u" (in $dir/config) is not PEM`,
		},
		"a key": {
			"tls-server-name: x", "client-key-data: bm9uZQ==, client-certificate-data: " + inBase64(),
			`client-key-data of user "u" (in $dir/config) is not PEM`,
		},
		"a key without a certificate is not used": {"tls-server-name: x", "client-key-data: bm9uZQ==, token: t", ""},
		"all in order": {"insecure-skip-tls-verify: true", "client-key-data: " + inBase64() + ", client-certificate-data: " + inBase64(), ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "ca.crt"), "<html>")
			file := write(t, filepath.Join(dir, "config"), "{current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], "+
				"clusters: [{name: c, cluster: {server: 'https://c', "+test.cluster+"}}], users: [{name: u, user: {"+test.user+"}}]}")
			_, err := BuildConfigFromFlags("", file)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, "kubeconfig "+file+": "+strings.ReplaceAll(test.want, "$dir", dir))
		})
	}
}

func inBase64() string { return base64.StdEncoding.EncodeToString([]byte(certificate)) }

func inBase64Twice() string { return base64.StdEncoding.EncodeToString([]byte(inBase64())) }

func TestOverridesOfTokensAndTokenFiles(t *testing.T) {
	dir := t.TempDir()
	tokenFile := write(t, filepath.Join(dir, "token"), "from-file")
	other := write(t, filepath.Join(dir, "other"), "from-other-file")
	for name, test := range map[string]struct{ user, override, want api.AuthInfo }{
		"a token over a file": {api.AuthInfo{TokenFile: tokenFile}, api.AuthInfo{Token: "mine"}, api.AuthInfo{Token: "mine"}},
		"a token over both":   {api.AuthInfo{Token: "t", TokenFile: tokenFile}, api.AuthInfo{Token: "mine"}, api.AuthInfo{Token: "mine"}},
		"a file over a token": {api.AuthInfo{Token: "t"}, api.AuthInfo{TokenFile: other}, api.AuthInfo{Token: "from-other-file", TokenFile: other}},
		"nothing":             {api.AuthInfo{TokenFile: tokenFile}, api.AuthInfo{}, api.AuthInfo{Token: "from-file", TokenFile: tokenFile}},
	} {
		t.Run(name, func(t *testing.T) {
			config := full()
			config.AuthInfos[config.Contexts[config.CurrentContext].AuthInfo] = &test.user
			built, err := NewDefaultClientConfig(config, &ConfigOverrides{AuthInfo: test.override}).ClientConfig()
			require.NoError(t, err)
			assert.Equal(t, test.want.Token, built.BearerToken)
			assert.Equal(t, test.want.TokenFile, built.BearerTokenFile)
		})
	}
}

// TestACommandBesideAKubeconfigStaysAPath checks that no edit turns a path into a name that is looked up in $PATH.
func TestACommandBesideAKubeconfigStaysAPath(t *testing.T) {
	separator := string(filepath.Separator)
	dir := t.TempDir()
	plug := "." + separator + "plug"
	for command, want := range map[string]string{
		plug:                         plug,
		filepath.Join(dir, "plug"):   plug,
		filepath.Join("bin", "plug"): filepath.Join("bin", "plug"),
		"plug":                       "plug",
	} {
		file := write(t, filepath.Join(dir, "config"), "users: [{name: u, user: {exec: {command: "+command+", apiVersion: client.authentication.k8s.io/v1}}}]")
		for _, rules := range []ConfigAccess{rulesFor(file), accessTo(file)} {
			modify(t, rules, func(config *api.Config) {
				config.AuthInfos["u"].Exec.Args = append(config.AuthInfos["u"].Exec.Args, "x")
			})
			assert.Equal(t, want, loaded(t, file).AuthInfos["u"].Exec.Command)
		}
		config := loaded(t, file)
		require.NoError(t, ResolveConfigPaths(config, dir))
		require.NoError(t, RelativizeConfigPaths(config, dir))
		assert.Equal(t, want, config.AuthInfos["u"].Exec.Command)
	}
}
