//go:build unix

package exec_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/typewright/typewright/runtime/auth/exec"
	"github.com/typewright/typewright/runtime/clientauthentication"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/transport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// printing returns a program that prints a token. The token contains what the program got to know about the server.
func printing(token string) *api.ExecConfig {
	return &api.ExecConfig{
		Command: "/bin/sh", APIVersion: "client.authentication.k8s.io/v1", ProvideClusterInfo: true,
		InteractiveMode: api.NeverExecInteractiveMode,
		Args: []string{"-c", `printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s-%s"}}' ` +
			token + ` "$(printf '%s' "$KUBERNETES_EXEC_INFO" | sed 's/.*"server":"\([^"]*\)".*/\1/')"`},
	}
}

func TestATransportUsesTheCredentials(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = fmt.Fprint(w, req.Header.Get("Authorization"))
	}))
	defer server.Close()
	a, err := exec.GetAuthenticator(printing("secret"), &clientauthentication.Cluster{Server: "here"})
	require.NoError(t, err)
	base := &http.Transport{}
	defer base.CloseIdleConnections()
	config := &transport.Config{Transport: base}
	require.NoError(t, a.UpdateTransportConfig(config))
	rt, err := transport.New(config)
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, http.NoBody)
	require.NoError(t, err)
	resp, err := rt.RoundTrip(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body := make([]byte, 100)
	n, _ := resp.Body.Read(body)
	assert.Equal(t, "Bearer secret-here", string(body[:n]))
}

func TestCallersShareAnAuthenticator(t *testing.T) {
	one, err := exec.GetAuthenticator(printing("a"), nil)
	require.NoError(t, err)
	two, err := exec.GetAuthenticator(printing("a"), nil)
	require.NoError(t, err)
	other, err := exec.GetAuthenticator(printing("b"), nil)
	require.NoError(t, err)
	assert.Same(t, one, two)
	assert.NotSame(t, one, other)
	_, err = exec.GetAuthenticator(&api.ExecConfig{}, nil)
	require.Error(t, err)
}

func ExampleValidatePluginPolicy() {
	err := exec.ValidatePluginPolicy(api.PluginPolicy{PolicyType: api.PluginPolicyDenyAll, Allowlist: []api.AllowlistEntry{{Command: "aws"}}})
	fmt.Println(err != nil)
	// Output: true
}
