package clientcmd

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// bombs returns documents that would take gigabytes, and what their errors say.
func bombs() map[string]struct{ text, want string } {
	long := "x: &a " + strings.Repeat("a", 40_000) + "\n"
	return map[string]struct{ text, want string }{
		"one long value, thousands of aliases": {long + "y: [" + strings.Repeat("*a,", 6000) + "]", "aliases (*name) add more than 16 MiB"},
		"as users": {"users:\n- &a {name: a, user: {token: " + strings.Repeat("a", 40_000) + "}}\n" +
			strings.Repeat("- *a\n", 6000), "aliases (*name) add more than 16 MiB"},
		"by merge keys": {
			"x: &a {k: " + strings.Repeat("a", 40_000) + "}\ny: [" + strings.Repeat("{<<: *a},", 6000) + "]",
			"aliases (*name) add more than 16 MiB",
		},
		"as keys":           {"? &a " + strings.Repeat("a", 40_000) + "\n: 1\ny: [" + strings.Repeat("{*a : 1},", 6000) + "]", "aliases (*name) add more than 16 MiB"},
		"what JSON escapes": {"x: &a \"" + strings.Repeat("<", 40_000) + "\"\ny: [" + strings.Repeat("*a,", 100) + "]", "aliases (*name) add more than 16 MiB"},
		"billion laughs":    {aliasBomb(), "excessive aliasing"},
		"short values":      {"x: [" + strings.Repeat("a,", 2<<20) + "a]", "more than 1048576 lines or values"},
		"short lists":       {strings.Repeat("- [[[[[[[[[[[[a]]]]]]]]]]]]\n", 1<<17), "more than 1048576 lines or values"},
	}
}

func TestSecuritySmallFilesTakeLittleMemory(t *testing.T) {
	for name, bomb := range bombs() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Load([]byte(bomb.text))
			runtime.ReadMemStats(&after)
			require.ErrorContains(t, err, bomb.want)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20))
		})
	}
}

func TestAliasesMayBeUsed(t *testing.T) {
	text := "x: &ca " + strings.Repeat("QUFB", 500) + "\nclusters:\n"
	for i := range 3000 {
		text += fmt.Sprintf("- {name: c%d, cluster: {certificate-authority-data: *ca}}\n", i)
	}
	config, err := Load([]byte(text))
	require.NoError(t, err)
	assert.Len(t, config.Clusters, 3000)
	assert.Len(t, config.Clusters["c2999"].CertificateAuthorityData, 1500)
}

// FuzzSecurityKubeconfig checks that Load takes little memory for any document, and that nothing panics afterwards.
func FuzzSecurityKubeconfig(f *testing.F) {
	for name, bomb := range bombs() {
		if name != "short values" && name != "short lists" { // too large for seeds
			f.Add([]byte(bomb.text))
		}
	}
	f.Add([]byte(first))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("a: &a {<<: *a}"))
	f.Add([]byte("a: &a b\nb: &a [*a, *a]\nc: [*a, *a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		config, err := Load(data)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > uint64(256<<20+1000*len(data)) {
			t.Fatalf("%d bytes took %d MiB", len(data), used>>20)
		}
		if err == nil {
			_ = Validate(*config)
			_, _ = NewDefaultClientConfig(*config, nil).ClientConfig()
		}
	})
}

// TestSecurityConfigsAreForgottenWithTheirReaders checks that what ModifyConfig compares with lives as long as the config
// that was handed out, and no longer.
func TestSecurityConfigsAreForgottenWithTheirReaders(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "config"), first)
	kept := loaded(t, file)
	for range maxBases / 2 {
		loaded(t, file)
	}
	known := func() int {
		remembered.mu.Lock()
		defer remembered.mu.Unlock()
		count := 0
		for _, read := range remembered.recent {
			if len(read.files) == 1 && read.files[0] == file {
				count++
			}
		}
		return count
	}
	copied := *kept
	assert.Eventually(t, func() bool { runtime.GC(); return known() <= 1 }, time.Minute, time.Millisecond)
	assert.NotNil(t, remembered.of([]string{file}, &copied), "a copy keeps the base alive")
	runtime.KeepAlive(copied.Clusters)
	copied = api.Config{}
	assert.Eventually(t, func() bool { runtime.GC(); return known() == 0 }, time.Minute, time.Millisecond)
}

// witness is a server that records the credentials it receives.
type witness struct {
	*httptest.Server
	mu     sync.Mutex
	seen   []string
	answer http.HandlerFunc
}

func newWitness(t *testing.T) *witness {
	t.Helper()
	w := &witness{answer: func(http.ResponseWriter, *http.Request) {}}
	w.Server = httptest.NewTLSServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		w.mu.Lock()
		user, password, _ := request.BasicAuth()
		w.seen = append(w.seen, strings.TrimSpace(user+":"+password+" "+
			strings.TrimPrefix(request.Header.Get("Authorization"), "Basic ")+" "+request.Header.Get("Cookie")))
		answer := w.answer
		w.mu.Unlock()
		answer(response, request)
	}))
	t.Cleanup(w.Close)
	return w
}

// received returns the credentials since the last call.
func (w *witness) received() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := strings.Join(w.seen, "\n")
	w.seen = nil
	return seen
}

func (w *witness) answers(answer http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = answer
}

// kubeconfig has user and password in the URL of the server. All servers of the tests have the same certificate.
func (w *witness) kubeconfig(user *url.Userinfo, path string) api.Config {
	server, _ := url.Parse(w.URL + path)
	server.User = user
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.Certificate().Raw})
	return api.Config{
		CurrentContext: "main",
		Clusters:       map[string]*api.Cluster{"c": {Server: server.String(), CertificateAuthorityData: ca}},
		AuthInfos:      map[string]*api.AuthInfo{"u": {Impersonate: "somebody"}},
		Contexts:       map[string]*api.Context{"main": {Cluster: "c", AuthInfo: "u"}},
	}
}

// TestSecurityAnOldPasswordIsNotSentToANewServer replaces the server of a kubeconfig by another one.
func TestSecurityAnOldPasswordIsNotSentToANewServer(t *testing.T) {
	for _, path := range []string{"", "/prefix"} {
		one, two, other := newWitness(t), newWitness(t), newWitness(t)
		file := filepath.Join(t.TempDir(), "config")
		require.NoError(t, WriteToFile(one.kubeconfig(url.UserPassword("old", "old-secret"), path), file))
		config, err := NewReloadingConfig(&ClientConfigLoadingRules{ExplicitPath: file}, nil, ReloadOptions{Interval: time.Hour})
		require.NoError(t, err)
		assert.NotContains(t, config.Host, "secret")
		transport, err := rest.TransportFor(config)
		require.NoError(t, err)
		jar, err := cookiejar.New(nil)
		require.NoError(t, err)
		client := &http.Client{Transport: transport, Jar: jar} // a program's own, which follows redirects
		t.Cleanup(client.CloseIdleConnections)
		one.answers(func(w http.ResponseWriter, _ *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "session", Value: "old-secret", Path: "/"})
		})
		get := func(url string) {
			response, err := client.Get(url)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
		}
		get(config.Host + "/a")
		assert.Contains(t, one.received(), "old:old-secret")

		// After a refusal the file is read, and the request is sent to the new server at once.
		require.NoError(t, WriteToFile(two.kubeconfig(url.UserPassword("new", "new-secret"), path), file))
		one.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
		get(config.Host + "/b")
		assert.Contains(t, one.received(), "old:old-secret")
		assert.Equal(t, "new:new-secret bmV3Om5ldy1zZWNyZXQ=", two.received())

		// Later requests go there, too, even to the URL of the first kubeconfig with its password.
		get(config.Host + "/c")
		get(strings.Replace(config.Host, "https://", "https://old:old-secret@", 1) + "/d")
		assert.Equal(t, strings.Repeat("\nnew:new-secret bmV3Om5ldy1zZWNyZXQ=", 2)[1:], two.received())
		assert.Empty(t, one.received())

		client.Jar = nil // it does not tell the ports of a host apart
		// A redirect to another server is followed without credentials, and one within the server with them.
		two.answers(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL+"/evil", http.StatusFound) })
		get(config.Host + "/e")
		assert.Equal(t, "new:new-secret bmV3Om5ldy1zZWNyZXQ=", two.received())
		assert.Equal(t, ":", other.received())
		two.answers(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != path+"/within" {
				http.Redirect(w, r, two.URL+path+"/within", http.StatusFound)
			}
		})
		get(config.Host + "/f")
		assert.Equal(t, strings.Repeat("\nnew:new-secret bmV3Om5ldy1zZWNyZXQ=", 2)[1:], two.received())
		assert.Empty(t, one.received())
	}
}

// TestANewPasswordOfTheSameServerIsUsed checks that a new password in the URL is used like other credentials.
func TestANewPasswordOfTheSameServerIsUsed(t *testing.T) {
	server := newWitness(t)
	file := filepath.Join(t.TempDir(), "config")
	require.NoError(t, WriteToFile(server.kubeconfig(url.UserPassword("u", "old"), ""), file))
	client, host := follow(t, file, ReloadOptions{Interval: 1})
	_, err := send(client, host+"/a", "")
	require.NoError(t, err)
	require.NoError(t, WriteToFile(server.kubeconfig(url.UserPassword("u", "new"), ""), file))
	_, err = send(client, host+"/b", "")
	require.NoError(t, err)
	assert.Equal(t, "u:old dTpvbGQ=\nu:new dTpuZXc=", server.received())
}
