package disk_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/discovery/cached/disk"
	"github.com/typewright/typewright/runtime/internal/testutil/discoverytest"
	"github.com/typewright/typewright/runtime/rest"
)

// personalServer gives each user a different answer, without any header that would keep a cache from mixing the answers up.
type personalServer struct {
	lock     sync.Mutex
	requests int
	header   func(http.Header)
}

func (s *personalServer) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	s.lock.Lock()
	s.requests++
	s.lock.Unlock()
	who := req.Header.Get("Authorization") + " as " + req.Header.Get("Impersonate-User") + req.Header.Get("X-Tenant")
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("ETag", `"1"`)
	w.Header().Set("Cache-Control", "max-age=3600")
	w.Header().Set("Set-Cookie", "session=secret-session")
	w.Header().Set("X-Auth-Token", "secret-token")
	if s.header != nil {
		s.header(w.Header())
	}
	_, _ = fmt.Fprintf(w, `{"paths":{"told to":{"serverRelativeURL":%q}}}`, "/"+who)
}

func (s *personalServer) requestCount() int {
	s.lock.Lock()
	defer s.lock.Unlock()
	defer func() { s.requests = 0 }()
	return s.requests
}

// answerFor returns what the server answers the user of the configuration.
func answerFor(t *testing.T, config *rest.Config, folder string) string {
	t.Helper()
	client, err := disk.NewCachedDiscoveryClientForConfig(config, t.TempDir(), folder, time.Hour)
	require.NoError(t, err)
	paths, err := client.OpenAPIV3().Paths()
	require.NoError(t, err)
	return paths["told to"].ServerRelativeURL()
}

func with(config *rest.Config, change func(*rest.Config)) *rest.Config {
	changed := rest.CopyConfig(config)
	change(changed)
	return changed
}

// users are configurations for one server with different users, one for each way to authenticate.
func users(t *testing.T, config *rest.Config) map[string]*rest.Config {
	t.Helper()
	plugin := func(name string) *api.ExecConfig {
		script := filepath.Join(t.TempDir(), "plugin")
		require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\necho '"+
			`{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"`+name+`"}}`+"'\n"), 0o700))
		return &api.ExecConfig{Command: script, APIVersion: "client.authentication.k8s.io/v1", InteractiveMode: api.NeverExecInteractiveMode}
	}
	tokenFile := func(token string) string {
		file := filepath.Join(t.TempDir(), "token")
		require.NoError(t, os.WriteFile(file, []byte(token), 0o600))
		return file
	}
	return map[string]*rest.Config{
		"nobody":            config,
		"a token":           with(config, func(c *rest.Config) { c.BearerToken = "a" }),
		"another token":     with(config, func(c *rest.Config) { c.BearerToken = "b" }),
		"a token file":      with(config, func(c *rest.Config) { c.BearerTokenFile = tokenFile("c") }),
		"another file":      with(config, func(c *rest.Config) { c.BearerTokenFile = tokenFile("d") }),
		"a password":        with(config, func(c *rest.Config) { c.Username, c.Password = "u", "p" }),
		"another password":  with(config, func(c *rest.Config) { c.Username, c.Password = "u", "q" }),
		"impersonation":     with(config, func(c *rest.Config) { c.BearerToken, c.Impersonate.UserName = "a", "x" }),
		"another":           with(config, func(c *rest.Config) { c.BearerToken, c.Impersonate.UserName = "a", "y" }),
		"a plugin":          with(config, func(c *rest.Config) { c.ExecProvider = plugin("e") }),
		"another plugin":    with(config, func(c *rest.Config) { c.ExecProvider = plugin("f") }),
		"a wrapper":         with(config, func(c *rest.Config) { c.Wrap(tenant("g")) }),
		"another wrapper":   with(config, func(c *rest.Config) { c.Wrap(tenant("h")) }),
		"a transport":       with(config, func(c *rest.Config) { c.Transport = tenant("i")(&http.Transport{DisableKeepAlives: true}) }),
		"another transport": with(config, func(c *rest.Config) { c.Transport = tenant("j")(&http.Transport{DisableKeepAlives: true}) }),
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// tenant authenticates in a way of its own, as programs' wrappers do.
func tenant(name string) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			req = req.Clone(req.Context())
			req.Header.Set("Authorization", "Tenant "+name)
			return next.RoundTrip(req)
		})
	}
}

func TestSecurityEachUserGetsTheAnswersToHisOwnQuestions(t *testing.T) {
	server := &personalServer{}
	config, folder := discoverytest.Serve(t, server), t.TempDir()
	answers := map[string]string{}
	configs := users(t, config)
	for round := range 2 {
		for who, config := range configs {
			answer := answerFor(t, config, folder)
			if other, taken := answers[answer]; taken {
				require.Equal(t, who, other, "%s got the answer of %s: %s", who, other, answer)
			}
			answers[answer] = who
			want := 1
			if round == 1 && !strings.Contains(who, "transport") {
				want = 0
			}
			assert.Equal(t, want, server.requestCount(), "round %d of %s", round, who)
		}
	}
	assert.Len(t, answers, len(configs))
}

func TestSecurityVaryIsHonoured(t *testing.T) {
	tests := map[string]struct {
		vary     []string
		second   string
		requests int
	}{
		"the same":            {[]string{"Accept, X-Tenant"}, "one", 0},
		"another":             {[]string{"Accept, X-Tenant"}, "two", 1},
		"on a second line":    {[]string{"Accept", "Origin, x-tenant"}, "two", 1},
		"everything":          {[]string{"*"}, "one", 1},
		"among others":        {[]string{"Accept, *"}, "one", 1},
		"nothing that counts": {[]string{"Accept-Encoding"}, "two", 0},
	}
	for what, tc := range tests {
		t.Run(what, func(t *testing.T) {
			server := &personalServer{header: func(h http.Header) { h["Vary"] = tc.vary }}
			config, folder := discoverytest.Serve(t, server), t.TempDir()
			as := func(name string) *rest.Config {
				return with(config, func(c *rest.Config) {
					c.Wrap(func(next http.RoundTripper) http.RoundTripper {
						return roundTripper(func(req *http.Request) (*http.Response, error) {
							req = req.Clone(req.Context())
							req.Header.Set("X-Tenant", name)
							return next.RoundTrip(req)
						})
					})
				})
			}
			answerFor(t, as("one"), folder)
			server.requestCount()
			answerFor(t, as(tc.second), folder)
			assert.Equal(t, tc.requests, server.requestCount())
		})
	}
}

func TestSecurityWhatMustNotBeKeptIsNot(t *testing.T) {
	for _, directives := range [][]string{{"no-store"}, {"private, NO-STORE"}, {"max-age=60", "no-store"}, {"no-store=x"}} {
		server := &personalServer{header: func(h http.Header) { h["Cache-Control"] = directives }}
		config, folder := discoverytest.Serve(t, server), t.TempDir()
		answerFor(t, config, folder)
		entries, err := os.ReadDir(folder)
		require.NoError(t, err)
		assert.Empty(t, entries, "%q", directives)
	}
}

// everything returns the files and folders below a folder.
func everything(t *testing.T, folder string) map[string]os.FileInfo {
	t.Helper()
	found := map[string]os.FileInfo{}
	require.NoError(t, filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
		if err == nil && path != folder {
			found[path] = info
		}
		return err
	}))
	return found
}

func TestSecurityNoSecretsAreKept(t *testing.T) {
	config, folder := discoverytest.Serve(t, &personalServer{}), t.TempDir()
	for _, user := range users(t, config) {
		user = with(user, func(c *rest.Config) { c.Wrap(nil) })
		answerFor(t, user, folder)
	}
	files := everything(t, folder)
	require.NotEmpty(t, files)
	for file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.NotContains(t, string(data), "secret")
		assert.NotContains(t, strings.ToLower(string(data)), "set-cookie")
	}
}

func TestSecurityDiscoveryOfOneUserIsNotShownToAnother(t *testing.T) {
	server := &discoverytest.Server{Versions: discoverytest.Cluster()}
	config, folder := server.Start(t), t.TempDir()
	for who, user := range users(t, config) {
		if strings.Contains(who, "wrapper") {
			continue // what one adds is not known before a request is made: see the package's documentation
		}
		discoverAll(t, process(t, user, folder))
		assert.Equal(t, []string{"/api", "/apis"}, server.Requests(), who)
	}
	one := with(config, func(c *rest.Config) { c.BearerToken = "a" })
	discoverAll(t, process(t, one, folder))
	server.Requests()
	discoverAll(t, process(t, one, folder))
	assert.Empty(t, server.Requests())

	// A file that was made for another user name, for another server or by kubectl is not read for this user.
	groups := filepath.Join(folder, "servergroups.json")
	data, err := os.ReadFile(groups)
	require.NoError(t, err)
	var list map[string]any
	require.NoError(t, json.Unmarshal(data, &list))
	delete(list, "madeFor")
	data, err = json.Marshal(list)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(groups, data, 0o600))
	discoverAll(t, process(t, one, folder))
	assert.Equal(t, []string{"/api", "/apis"}, server.Requests())
	other := &discoverytest.Server{Versions: discoverytest.Cluster()}
	discoverAll(t, process(t, with(other.Start(t), func(c *rest.Config) { c.BearerToken = "a" }), folder))
	assert.Equal(t, []string{"/api", "/apis"}, other.Requests())
}

func TestSecurityNamesFromServersLeadNowhere(t *testing.T) {
	for _, group := range []string{"../../x", "..", "a/../../../x", ".hidden", "servergroups.json", "x\\..\\y", "a\x00b", strings.Repeat("g", 300), "/etc", ""} {
		gv := schema.GroupVersion{Group: group, Version: "v1"}
		if group == "" {
			gv.Version = ".."
		}
		server := &discoverytest.Server{Versions: []discoverytest.Version{
			{GroupVersion: gv, Resources: []metav1.APIResource{{Name: "x", Kind: "X", Version: "v1"}}},
		}}
		config, parent := server.Start(t), t.TempDir()
		client := process(t, config, filepath.Join(parent, "a", "b", "c"))
		_, _, _ = client.ServerGroupsAndResources() // an error is as good an answer
		_, _ = client.ServerResourcesForGroupVersion(gv.String())
		for path := range everything(t, parent) {
			within, err := filepath.Rel(parent, path)
			require.NoError(t, err)
			assert.Contains(t, []string{"a", "a/b", "a/b/c", "a/b/c/servergroups.json"}, filepath.ToSlash(within), "%q", group)
		}
	}
}

func TestSecurityACacheHoldsSoMuch(t *testing.T) {
	server := &discoverytest.Server{}
	for i := range 1050 {
		server.Versions = append(server.Versions, discoverytest.Version{
			GroupVersion: schema.GroupVersion{Group: fmt.Sprintf("g%d", i), Version: "v1"},
			Resources:    []metav1.APIResource{{Name: "x", Kind: "X"}},
		})
	}
	config, folder := server.Start(t), t.TempDir()
	_, lists, err := process(t, config, folder).ServerGroupsAndResources()
	require.NoError(t, err)
	assert.Len(t, lists, 1050)
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Equal(t, 1000, len(entries), "groups and one file for all of them") //nolint:testifylint // nobody wants to see them

	large := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"paths":{"told to":{"serverRelativeURL":"/"}}}`)
		for range 33 {
			_, _ = w.Write([]byte(strings.Repeat(" ", 1<<20)))
		}
	})
	folder = t.TempDir()
	answerFor(t, discoverytest.Serve(t, large), folder)
	assert.Empty(t, everything(t, folder))
}
