package execplugin

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"k8s.io/apimachinery/pkg/runtime"
	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/clientauthentication"
	v1 "github.com/typewright/typewright/runtime/clientauthentication/v1"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
	"github.com/typewright/typewright/runtime/metrics"
	"github.com/typewright/typewright/runtime/transport"
)

// TestMain is also the main function of the plugin: the tests run their own binary as the program that prints credentials.
func TestMain(m *testing.M) {
	if behaviour := os.Getenv("TEST_PLUGIN"); behaviour != "" {
		os.Exit(plugin(behaviour))
	}
	goleak.VerifyTestMain(m)
}

const secret = "s3cret-token"

// plugin behaves as a test asks for, and records that it ran.
func plugin(behaviour string) int {
	runs, _ := os.OpenFile(os.Getenv("TEST_RUNS"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	fmt.Fprintln(runs, os.Getenv(execInfoEnv))
	count, _ := os.ReadFile(os.Getenv("TEST_RUNS"))
	n := strings.Count(string(count), "\n")
	switch behaviour {
	case "token":
		fmt.Printf(`{"apiVersion":%q,"kind":"ExecCredential","status":{"token":"%s-%d"}}`, V1, secret, n)
	case "expired":
		fmt.Printf(`{"apiVersion":%q,"kind":"ExecCredential","status":{"token":"%s-%d","expirationTimestamp":"2000-01-01T00:00:00Z"}}`, V1, secret, n)
	case "garbage":
		fmt.Print("not JSON but " + secret)
	case "empty":
		fmt.Printf(`{"apiVersion":%q,"kind":"ExecCredential","status":{}}`, V1)
	case "statusless":
		fmt.Printf(`{"apiVersion":%q,"kind":"ExecCredential"}`, V1)
	case "other version":
		fmt.Printf(`{"apiVersion":%q,"kind":"ExecCredential","status":{"token":%q}}`, V1beta1, secret)
	case "half":
		fmt.Printf(`{"apiVersion":%q,"kind":"ExecCredential","status":{"clientKeyData":%q}}`, V1, secret)
	case "fails":
		fmt.Print(secret)
		return 1
	case "certificate":
		cert, _ := os.ReadFile(fmt.Sprintf("%s/cert-%d", os.Getenv("TEST_CERTS"), n))
		key, _ := os.ReadFile(fmt.Sprintf("%s/key-%d", os.Getenv("TEST_CERTS"), n))
		fmt.Printf(`{"apiVersion":%q,"kind":"ExecCredential","status":{"clientCertificateData":%q,"clientKeyData":%q}}`, V1, cert, key)
	case "hangs":
		time.Sleep(time.Hour)
	case "waits":
		_ = os.WriteFile(os.Getenv("TEST_RUNS")+".tmp", []byte(strconv.Itoa(os.Getpid())), 0o600)
		_ = os.Rename(os.Getenv("TEST_RUNS")+".tmp", os.Getenv("TEST_RUNS")+".pid")
		for {
			if _, err := os.Stat(os.Getenv("TEST_GATE")); err == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		fmt.Printf(`{"apiVersion":%q,"kind":"ExecCredential","status":{"token":%q}}`, V1, secret)
	case "floods":
		for {
			if _, err := fmt.Print(strings.Repeat(secret, 1000)); err != nil {
				return 1
			}
		}
	case "almost too much":
		text := fmt.Sprintf(`{"apiVersion":%q,"kind":"ExecCredential","status":{"token":%q}}`, V1, secret)
		fmt.Print(text, strings.Repeat(" ", maxOutput-len(text)))
	}
	return 0
}

// harness is a configuration of the plugin with one behaviour.
type harness struct {
	t      *testing.T
	config api.ExecConfig
	runs   string
}

func newHarness(t *testing.T, behaviour string) harness {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	runs := filepath.Join(t.TempDir(), "runs")
	return harness{t: t, runs: runs, config: api.ExecConfig{
		Command: self, APIVersion: V1, InteractiveMode: api.NeverExecInteractiveMode,
		Env: []api.ExecEnvVar{{Name: "TEST_PLUGIN", Value: behaviour}, {Name: "TEST_RUNS", Value: runs}},
	}}
}

// count returns how often the plugin has run.
func (h harness) count() int {
	text, _ := os.ReadFile(h.runs)
	return strings.Count(string(text), "\n")
}

// client returns a function that sends requests with the plugin's credentials to a server with handler.
func (h harness) client(cluster *clientauthentication.Cluster, handler http.HandlerFunc) func(method, body string) (int, string, error) {
	h.t.Helper()
	a, err := New(&h.config, cluster)
	require.NoError(h.t, err)
	server := httptest.NewServer(handler)
	h.t.Cleanup(server.Close)
	base := &http.Transport{}
	h.t.Cleanup(base.CloseIdleConnections)
	config := &transport.Config{Transport: base}
	require.NoError(h.t, a.UpdateTransportConfig(config))
	rt, err := transport.New(config)
	require.NoError(h.t, err)
	return func(method, body string) (int, string, error) {
		req, err := http.NewRequestWithContext(h.t.Context(), method, server.URL, strings.NewReader(body))
		require.NoError(h.t, err)
		resp, err := rt.RoundTrip(req)
		if err != nil {
			return 0, "", err
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		return resp.StatusCode, string(text), err
	}
}

func echo(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, r.Header.Get("Authorization"))
}

func TestThePluginRunsOnce(t *testing.T) {
	h := newHarness(t, "token")
	send := h.client(nil, echo)
	for range 3 {
		_, seen, err := send(http.MethodGet, "")
		require.NoError(t, err)
		assert.Equal(t, "Bearer "+secret+"-1", seen)
	}
	assert.Equal(t, 1, h.count())
}

func TestExpiredCredentialsAreRenewed(t *testing.T) {
	h := newHarness(t, "expired")
	send := h.client(nil, echo)
	for n := 1; n <= 2; n++ {
		_, seen, err := send(http.MethodGet, "")
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprintf("Bearer %s-%d", secret, n), seen)
	}
}

func TestARefusedRequestIsSentAgainOnce(t *testing.T) {
	h := newHarness(t, "token")
	var bodies []string
	refuse := true
	send := h.client(nil, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		bodies = append(bodies, r.Header.Get("Authorization")+" "+string(body))
		if refuse {
			w.WriteHeader(http.StatusUnauthorized)
		}
		refuse = len(bodies) > 2
	})
	code, _, err := send(http.MethodPost, "body")
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, code)
	assert.Equal(t, []string{"Bearer " + secret + "-1 body", "Bearer " + secret + "-2 body"}, bodies)

	refuse = true
	bodies = append(bodies, "")
	code, _, err = send(http.MethodPost, "body")
	require.NoError(t, err)
	assert.Equal(t, http.StatusUnauthorized, code, "the request is not sent a third time")
	assert.Len(t, bodies, 5)
}

func TestThePluginGetsTheCluster(t *testing.T) {
	h := newHarness(t, "token")
	h.config.ProvideClusterInfo = true
	h.config.Config = &runtime.Unknown{Raw: []byte(`{"audience":"x"}`)}
	send := h.client(&clientauthentication.Cluster{Server: "https://here", CertificateAuthorityData: []byte("ca")}, echo)
	_, _, err := send(http.MethodGet, "")
	require.NoError(t, err)
	text, err := os.ReadFile(h.runs)
	require.NoError(t, err)
	var info v1.ExecCredential
	require.NoError(t, json.Unmarshal(text, &info))
	assert.Equal(t, V1, info.APIVersion)
	assert.Equal(t, "https://here", info.Spec.Cluster.Server)
	assert.JSONEq(t, `{"audience":"x"}`, string(info.Spec.Cluster.Config.Raw))
	assert.False(t, info.Spec.Interactive)
}

func TestPluginsThatMisbehave(t *testing.T) {
	for behaviour, want := range map[string]string{
		"garbage":    "bytes that are not an ExecCredential in JSON",
		"empty":      "neither a token nor a client certificate",
		"statusless": "has no status",
		"other version": "must print an ExecCredential of client.authentication.k8s.io/v1, the version in the kubeconfig, but printed " +
			"an ExecCredential of client.authentication.k8s.io/v1beta1",
		"half":  "a client certificate or a key, but not both",
		"fails": "failed with exit code 1",
	} {
		t.Run(behaviour, func(t *testing.T) {
			h := newHarness(t, behaviour)
			_, _, err := h.client(nil, echo)(http.MethodGet, "")
			require.ErrorContains(t, err, want)
			assert.ErrorContains(t, err, h.config.Command)
			assert.NotContains(t, err.Error(), secret)
		})
	}
	t.Run("hangs", func(t *testing.T) {
		h := newHarness(t, "hangs")
		a, err := New(&h.config, nil)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		t.Cleanup(func() { stop(t, a) })
		_, err = a.get(ctx, nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "did not answer in time")
	})
	t.Run("missing", func(t *testing.T) {
		h := newHarness(t, "token")
		h.config.Command, h.config.InstallHint = "no-such-plugin", "get it from example.com"
		_, _, err := h.client(nil, echo)(http.MethodGet, "")
		require.ErrorContains(t, err, "executable no-such-plugin not found")
		assert.ErrorContains(t, err, "get it from example.com")
	})
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*api.ExecConfig)
		want   string
	}{
		"no command":      {func(c *api.ExecConfig) { c.Command = "" }, "no command is given"},
		"no version":      {func(c *api.ExecConfig) { c.APIVersion = "" }, `invalid apiVersion ""`},
		"denied":          {func(c *api.ExecConfig) { c.PluginPolicy.PolicyType = api.PluginPolicyDenyAll }, "denies all plugins"},
		"not on the list": {func(c *api.ExecConfig) { c.PluginPolicy = allow("other") }, "not on the allowlist"},
		"unknown policy":  {func(c *api.ExecConfig) { c.PluginPolicy.PolicyType = "Maybe" }, `unknown plugin policy "Maybe"`},
	} {
		t.Run(name, func(t *testing.T) {
			config := newHarness(t, "token").config
			test.change(&config)
			_, err := New(&config, nil)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestInteractiveModes(t *testing.T) {
	for _, test := range []struct {
		config api.ExecConfig
		want   string
	}{
		{api.ExecConfig{InteractiveMode: api.AlwaysExecInteractiveMode, StdinUnavailable: true, StdinUnavailableMessage: "it holds a manifest"}, "it holds a manifest"},
		{api.ExecConfig{InteractiveMode: api.AlwaysExecInteractiveMode, StdinUnavailable: true}, "which is unavailable"},
		{api.ExecConfig{InteractiveMode: "Sometimes"}, `unknown interactiveMode "Sometimes"`},
	} {
		_, err := interactive(&test.config)
		require.ErrorContains(t, err, test.want)
	}
	stdin, err := interactive(&api.ExecConfig{InteractiveMode: api.IfAvailableExecInteractiveMode, StdinUnavailable: true})
	require.NoError(t, err)
	assert.False(t, stdin)
}

type ages struct{ seen []time.Duration }

func (a *ages) Observe(d time.Duration) { a.seen = append(a.seen, d) }

type expiry struct{ last *time.Time }

func (e *expiry) Set(at *time.Time) { e.last = at }

// writeCertificates writes the certificates that the plugin prints: first that of ada, then that of bo.
func writeCertificates(t *testing.T, h *harness) *certtest.Authority {
	t.Helper()
	ca, folder := certtest.NewAuthority(t), t.TempDir()
	for n, name := range []string{"ada", "bo"} {
		cert, key := ca.Sign(name)
		require.NoError(t, os.WriteFile(fmt.Sprintf("%s/cert-%d", folder, n+1), cert, 0o600))
		require.NoError(t, os.WriteFile(fmt.Sprintf("%s/key-%d", folder, n+1), key, 0o600))
	}
	h.config.Env = append(h.config.Env, api.ExecEnvVar{Name: "TEST_CERTS", Value: folder})
	return ca
}

func TestARefusedCertificateIsReplaced(t *testing.T) {
	rotations, ends := &ages{}, &expiry{}
	oldAge, oldExpiry := metrics.ClientCertRotationAge, metrics.ClientCertExpiry
	// The cleanup of Authenticators of other tests, after garbage collection, uses the metric too, under the lock.
	set := func(age metrics.DurationMetric, expiry metrics.ExpiryMetric) {
		certificateExpiries.mu.Lock()
		defer certificateExpiries.mu.Unlock()
		metrics.ClientCertRotationAge, metrics.ClientCertExpiry = age, expiry
	}
	set(rotations, ends)
	t.Cleanup(func() { set(oldAge, oldExpiry) })
	h := newHarness(t, "certificate")
	ca := writeCertificates(t, &h)
	refused := "nobody"
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.TLS.PeerCertificates[0].Subject.CommonName
		if name == refused {
			w.WriteHeader(http.StatusUnauthorized)
		}
		fmt.Fprint(w, r.Proto, " ", name)
	}))
	server.TLS, server.EnableHTTP2 = ca.ServerConfig(), true
	server.StartTLS()
	t.Cleanup(server.Close)

	a, err := New(&h.config, nil)
	require.NoError(t, err)
	config := &transport.Config{TLS: transport.TLSConfig{CAData: ca.PEM}}
	require.NoError(t, a.UpdateTransportConfig(config))
	rt, err := transport.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { utilnet.CloseIdleConnectionsFor(rt) })
	for _, test := range []struct{ refused, want string }{{"nobody", "HTTP/2.0 ada"}, {"ada", "HTTP/2.0 bo"}, {"nobody", "HTTP/2.0 bo"}} {
		refused = test.refused
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader("x"))
		require.NoError(t, err)
		resp, err := rt.RoundTrip(req)
		require.NoError(t, err)
		text, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		_ = resp.Body.Close()
		assert.Equal(t, test.want, string(text))
	}
	assert.Equal(t, 2, h.count())
	assert.Len(t, rotations.seen, 1)
	require.NotNil(t, ends.last)
	assert.WithinDuration(t, time.Now().Add(time.Hour), *ends.last, time.Minute)
}

func TestClientsShareAPlugin(t *testing.T) {
	var shared Shared
	config := newHarness(t, "token").config
	first, err := shared.Get(&config, nil)
	require.NoError(t, err)
	again := config
	second, err := shared.Get(&again, nil)
	require.NoError(t, err)
	assert.Same(t, first, second)
	other, err := shared.Get(&config, &clientauthentication.Cluster{Server: "elsewhere"})
	require.NoError(t, err)
	assert.NotSame(t, first, other)
}

func TestErrorsDoNotQuoteTheOutput(t *testing.T) {
	for printed, want := range map[string]string{
		`{}`:                        "a document without a kind",
		`{"kind":"s3cret"}`:         "a document of another kind",
		`{"kind":"ExecCredential"}`: "an ExecCredential without an apiVersion",
		`{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1alpha1"}`: "an ExecCredential of client.authentication.k8s.io/v1alpha1",
		`{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}`:       "an ExecCredential of client.authentication.k8s.io/v1",
		`{"kind":"ExecCredential","apiVersion":"s3cret"}`:                                "an ExecCredential of an unknown version",
	} {
		_, err := parse([]byte(printed), V1beta1)
		require.EqualError(t, err, "it must print an ExecCredential of client.authentication.k8s.io/v1beta1, "+
			"the version in the kubeconfig, but printed "+want)
	}
}
