package rest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// execProvider returns a configuration of an exec plugin with a behaviour of TestMain's, and a function that counts its runs.
func execProvider(t *testing.T, behaviour string) (provider *api.ExecConfig, runs func() int) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "runs")
	provider = &api.ExecConfig{
		Command: self, APIVersion: "client.authentication.k8s.io/v1", InteractiveMode: api.NeverExecInteractiveMode,
		Env: []api.ExecEnvVar{{Name: "TEST_PLUGIN", Value: behaviour}, {Name: "TEST_RUNS", Value: file}},
	}
	return provider, func() int {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		return len(text)
	}
}

func TestFaultsOfExecPlugins(t *testing.T) {
	for behaviour, test := range map[string]struct {
		is   func(error) bool
		text string
	}{
		"hangs":   {is(context.DeadlineExceeded), "did not answer in time"},
		"garbage": {func(err error) bool { return err != nil }, "it printed 802 bytes that are not an ExecCredential in JSON"},
		"secrets": {func(err error) bool { return err != nil }, "bytes that are not an ExecCredential in JSON"},
		"exits":   {func(err error) bool { return err != nil }, "failed with exit code 1"},
	} {
		t.Run(behaviour, func(t *testing.T) {
			t.Parallel()
			url, sent := misbehave(t, nil)
			config := faultConfig(url)
			config.BearerToken = ""
			var runs func() int
			config.ExecProvider, runs = execProvider(t, behaviour)
			client := faultClient(t, config)
			for n, verb := range []string{http.MethodGet, http.MethodPost} {
				bound := 20 * time.Second
				if behaviour == "hangs" {
					bound = time.Second // long enough for the plugin to start
				}
				err := try(t, client, verb, bound)
				require.ErrorContains(t, err, test.text)
				assert.ErrorContains(t, err, config.ExecProvider.Command, "the error names the plugin")
				assert.True(t, test.is(err), "%#v", err)
				assert.NotContains(t, err.Error(), secret)
				if behaviour != "hangs" { // a plugin that is killed may not have counted its run
					assert.Equal(t, n+1, runs())
				}
			}
			assert.Zero(t, sent.Load(), "nothing is sent without credentials")
		})
	}
}

func TestARefusedCredentialIsReplacedAndTheRequestReplayed(t *testing.T) {
	var mu sync.Mutex
	var bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		mu.Lock()
		defer mu.Unlock()
		bodies = append(bodies, r.Header.Get("Authorization")+" "+string(body))
		if r.Header.Get("Authorization") != "Bearer "+secret+"-2" {
			answer(w, http.StatusUnauthorized, status(http.StatusUnauthorized, "Unauthorized"))
			return
		}
		answer(w, http.StatusCreated, pod)
	}))
	defer server.Close()
	config := faultConfig(server.URL)
	config.BearerToken = ""
	var runs func() int
	config.ExecProvider, runs = execProvider(t, "token")
	client := faultClient(t, config)
	require.NoError(t, try(t, client, http.MethodPost))
	assert.Equal(t, []string{"Bearer " + secret + "-1 " + pod, "Bearer " + secret + "-2 " + pod}, bodies)
	require.NoError(t, try(t, client, http.MethodPost))
	assert.Len(t, bodies, 3)
	assert.Equal(t, 2, runs())
}
