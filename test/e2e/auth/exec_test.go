package auth_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/test/e2e/cluster"
)

// plugin is an exec plugin in a folder. Its answer can be changed, and it records its runs.
type plugin struct{ dir string }

func newPlugin(t *testing.T) plugin {
	t.Helper()
	p := plugin{dir: t.TempDir()}
	script := "#!/bin/sh\necho \"$KUBERNETES_EXEC_INFO\" >> \"$DIR/runs\"\ncat \"$DIR/answer\"\ncat \"$DIR/complaint\" >&2\nexit $(cat \"$DIR/code\")\n"
	require.NoError(t, os.WriteFile(p.path("plugin"), []byte(script), 0o700))
	p.set(t, "code", "0")
	p.set(t, "complaint", "")
	return p
}

func (p plugin) path(name string) string { return filepath.Join(p.dir, name) }

func (p plugin) set(t *testing.T, name, content string) {
	t.Helper()
	replaceFile(t, p.path(name), []byte(content))
}

// answer makes the plugin print a credential.
func (p plugin) answer(t *testing.T, version string, status map[string]any) {
	t.Helper()
	data, err := json.Marshal(map[string]any{"apiVersion": "client.authentication.k8s.io/" + version, "kind": "ExecCredential", "status": status})
	require.NoError(t, err)
	p.set(t, "answer", string(data))
}

func (p plugin) runs(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(p.path("runs"))
	require.NoError(t, err)
	var lines []string
	for line := range strings.SplitSeq(string(data), "\n") {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func (p plugin) config(version string) *rest.Config {
	config := live.ConfigFor("")
	config.ExecProvider = &api.ExecConfig{
		Command: p.path("plugin"), APIVersion: "client.authentication.k8s.io/" + version,
		Env: []api.ExecEnvVar{{Name: "DIR", Value: p.dir}}, InteractiveMode: api.NeverExecInteractiveMode, InstallHint: "ask the fleet's keeper",
	}
	return config
}

func TestExecPlugin(t *testing.T) {
	for _, version := range []string{"v1", "v1beta1"} {
		t.Run(version, func(t *testing.T) {
			p := newPlugin(t)
			p.answer(t, version, map[string]any{"token": live.Token(cluster.Alice)})
			ask := newWhoAmI(t, p.config(version))
			for range 3 {
				user, err := ask(t.Context())
				require.NoError(t, err)
				assert.Equal(t, cluster.Alice, user.Username)
			}
			assert.Len(t, p.runs(t), 1, "a credential that does not expire is kept")
		})
	}
}

func TestExecPluginReturnsCertificate(t *testing.T) {
	p := newPlugin(t)
	cert, key, err := live.ClientCertificate("dora", nil, time.Hour)
	require.NoError(t, err)
	p.answer(t, "v1", map[string]any{"clientCertificateData": string(cert), "clientKeyData": string(key)})
	assert.Equal(t, "dora", whoami(t, p.config("v1")))
}

// After a 401 response the plugin runs again, and the request succeeds with the new credential.
func TestExecPluginRunsAgainAfterUnauthorized(t *testing.T) {
	p := newPlugin(t)
	p.answer(t, "v1", map[string]any{"token": "revoked"})
	ask := newWhoAmI(t, p.config("v1"))
	_, err := ask(t.Context())
	require.Error(t, err)
	p.answer(t, "v1", map[string]any{"token": live.Token(cluster.Bob)})
	user, err := ask(t.Context())
	require.NoError(t, err)
	assert.Equal(t, cluster.Bob, user.Username)
}

func TestExecPluginRunsAgainAfterExpiry(t *testing.T) {
	p := newPlugin(t)
	p.answer(t, "v1", map[string]any{"token": live.Token(cluster.Alice), "expirationTimestamp": time.Now().Add(2 * time.Second).Format(time.RFC3339)})
	ask := newWhoAmI(t, p.config("v1"))
	user, err := ask(t.Context())
	require.NoError(t, err)
	require.Equal(t, cluster.Alice, user.Username)
	p.answer(t, "v1", map[string]any{"token": live.Token(cluster.Bob), "expirationTimestamp": time.Now().Add(time.Hour).Format(time.RFC3339)})
	require.Eventually(t, func() bool {
		user, err := ask(t.Context())
		return !assert.NoError(t, err) || user.Username == cluster.Bob
	}, 10*time.Second, 100*time.Millisecond)
	assert.Len(t, p.runs(t), 2)
}

func TestExecPluginGetsClusterInfo(t *testing.T) {
	p := newPlugin(t)
	p.answer(t, "v1", map[string]any{"token": live.Token(cluster.Alice)})
	config := p.config("v1")
	config.ExecProvider.ProvideClusterInfo = true
	whoami(t, config)
	var info struct {
		Spec struct {
			Cluster struct {
				Server string
				CA     []byte `json:"certificate-authority-data"`
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(p.runs(t)[0]), &info))
	assert.Equal(t, live.URL(), info.Spec.Cluster.Server)
	assert.Equal(t, live.CA(), info.Spec.Cluster.CA)
}

func TestExecPluginFails(t *testing.T) {
	const secret = "kept-to-itself"
	for name, test := range map[string]struct {
		spoil func(p plugin, c *api.ExecConfig)
		want  []string
	}{
		"it exits":      {func(p plugin, _ *api.ExecConfig) { p.set(t, "code", "3"); p.set(t, "answer", secret) }, []string{"plugin", "3"}},
		"no JSON":       {func(p plugin, _ *api.ExecConfig) { p.set(t, "answer", secret) }, []string{"plugin"}},
		"no credential": {func(p plugin, _ *api.ExecConfig) { p.answer(t, "v1", map[string]any{}) }, []string{"plugin"}},
		"other version": {func(p plugin, _ *api.ExecConfig) { p.answer(t, "v1beta1", map[string]any{"token": secret}) }, []string{"client.authentication.k8s.io/v1, the version in the kubeconfig, but printed an ExecCredential of client.authentication.k8s.io/v1beta1"}},
		"not installed": {func(_ plugin, c *api.ExecConfig) { c.Command = "no-such-plugin-" + secret[:4] }, []string{"no-such-plugin", "ask the fleet's keeper"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlugin(t)
			config := p.config("v1")
			test.spoil(p, config.ExecProvider)
			_, err := newWhoAmI(t, config)(t.Context())
			require.Error(t, err)
			for _, want := range test.want {
				assert.ErrorContains(t, err, want)
			}
			assert.NotContains(t, fmt.Sprint(err), secret)
		})
	}
}
