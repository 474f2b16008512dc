package clientcmd

import (
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// tokenServer is a server that accepts some tokens, and answers with its name, the path and the body of a request.
type tokenServer struct {
	*httptest.Server
	tokens  atomic.Pointer[[]string]
	refused atomic.Int32
}

func (s *tokenServer) accept(tokens ...string) { s.tokens.Store(&tokens) }

func newTokenServer(t *testing.T, name, token string) *tokenServer {
	t.Helper()
	s := &tokenServer{}
	s.accept(token)
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(*s.tokens.Load(), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")) {
			s.refused.Add(1)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %s", name, r.URL.Path, body)
	}))
	t.Cleanup(s.Close)
	return s
}

// kubeconfig returns a kubeconfig for the server.
func (s *tokenServer) kubeconfig(token, path string) api.Config {
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	return api.Config{
		CurrentContext: "main",
		Clusters:       map[string]*api.Cluster{"c": {Server: s.URL + path, CertificateAuthorityData: ca}},
		AuthInfos:      map[string]*api.AuthInfo{"u": {Token: token}},
		Contexts:       map[string]*api.Context{"main": {Cluster: "c", AuthInfo: "u"}},
	}
}

func follow(t *testing.T, file string, options ReloadOptions) (*http.Client, string) {
	t.Helper()
	config, err := NewReloadingConfig(&ClientConfigLoadingRules{ExplicitPath: file}, nil, options)
	require.NoError(t, err)
	client, err := rest.HTTPClientFor(config)
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	return client, config.Host
}

func send(client *http.Client, url, body string) (string, error) {
	response, err := client.Post(url, "text/plain", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return response.Status, nil
	}
	data, err := io.ReadAll(response.Body)
	return string(data), err
}

func TestRefusedCredentialsAreReadAgain(t *testing.T) {
	server := newTokenServer(t, "one", "old")
	file := filepath.Join(t.TempDir(), "config")
	require.NoError(t, WriteToFile(server.kubeconfig("old", ""), file))
	var reloads []error
	client, host := follow(t, file, ReloadOptions{Interval: time.Hour, OnReload: func(err error) { reloads = append(reloads, err) }})
	got, err := send(client, host+"/a", "body")
	require.NoError(t, err)
	assert.Equal(t, "one /a body", got)

	require.NoError(t, WriteToFile(server.kubeconfig("new", ""), file))
	server.accept("new")
	got, err = send(client, host+"/b", "body again")
	require.NoError(t, err)
	assert.Equal(t, "one /b body again", got, "the client does not see the refusal")
	assert.Equal(t, []error{nil}, reloads)

	server.accept("newer")
	got, err = send(client, host+"/c", "")
	require.NoError(t, err)
	assert.Equal(t, "401 Unauthorized", got, "the file has no other token")
	assert.Len(t, reloads, 1)
}

func TestCredentialsRotateUnderRunningClients(t *testing.T) {
	server := newTokenServer(t, "one", "token-0")
	file := filepath.Join(t.TempDir(), "config")
	require.NoError(t, WriteToFile(server.kubeconfig("token-0", ""), file))
	client, host := follow(t, file, ReloadOptions{})
	stop := make(chan struct{})
	var wg sync.WaitGroup
	var sent [4]atomic.Int32
	for worker := range sent {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				got, err := send(client, host+"/x", "b")
				assert.NoError(t, err)
				assert.Equal(t, "one /x b", got)
				sent[worker].Add(1)
			}
		})
	}
	for i := range 10 {
		oldToken, newToken := fmt.Sprintf("token-%d", i), fmt.Sprintf("token-%d", i+1)
		server.accept(oldToken, newToken)
		require.NoError(t, WriteToFile(server.kubeconfig(newToken, ""), file))
		server.accept(newToken)
		for worker := range sent {
			for before := sent[worker].Load(); sent[worker].Load() < before+2; {
				time.Sleep(time.Millisecond)
			}
		}
	}
	close(stop)
	wg.Wait()
	assert.Positive(t, server.refused.Load())
}

func TestTheServerMayChangeAndBrokenFilesAreIgnored(t *testing.T) {
	one, two := newTokenServer(t, "one", "token"), newTokenServer(t, "two", "token")
	file := filepath.Join(t.TempDir(), "config")
	require.NoError(t, WriteToFile(one.kubeconfig("token", "/prefix"), file))
	var problem error
	client, host := follow(t, file, ReloadOptions{Interval: 1, OnReload: func(err error) { problem = err }})
	got, err := send(client, host+"/a", "")
	require.NoError(t, err)
	assert.Equal(t, "one /prefix/a ", got)

	moved := two.kubeconfig("token", "/p/q")
	moved.Contexts["other"] = &api.Context{Cluster: "nowhere"}
	moved.CurrentContext = "other"
	require.NoError(t, WriteToFile(moved, file))
	got, err = send(client, host+"/a", "")
	require.NoError(t, err)
	assert.Equal(t, "two /p/q/a ", got, "the context stays even if another one is current now")

	for _, broken := range []string{"", "users: [", "current-context: main"} {
		require.NoError(t, os.WriteFile(file, []byte(broken), 0o600))
		problem = nil
		got, err = send(client, host+"/a", "")
		require.NoError(t, err)
		assert.Equal(t, "two /p/q/a ", got)
		require.ErrorContains(t, problem, "the last one stays")
	}
	require.NoError(t, WriteToFile(one.kubeconfig("token", ""), file))
	got, err = send(client, host+"/a", "")
	require.NoError(t, err)
	assert.Equal(t, "one /a ", got)
	require.NoError(t, problem)
}

func TestReloadingNeedsAFirstConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	_, err := NewReloadingConfig(&ClientConfigLoadingRules{ExplicitPath: file}, nil, ReloadOptions{})
	require.ErrorIs(t, err, os.ErrNotExist)
	write(t, file, "")
	_, err = NewReloadingConfig(&ClientConfigLoadingRules{ExplicitPath: file}, nil, ReloadOptions{})
	assert.True(t, IsEmptyConfig(err))
}
