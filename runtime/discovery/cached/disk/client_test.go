package disk_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/typewright/typewright/runtime/discovery/cached/disk"
	"github.com/typewright/typewright/runtime/internal/testutil/discoverytest"
	"github.com/typewright/typewright/runtime/rest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// process is a client with no memory but the folder, as another process is one.
func process(t *testing.T, config *rest.Config, folder string) *disk.CachedDiscoveryClient {
	t.Helper()
	client, err := disk.NewCachedDiscoveryClientForConfig(config, folder, "", time.Hour)
	require.NoError(t, err)
	return client
}

func discoverAll(t *testing.T, client *disk.CachedDiscoveryClient) {
	t.Helper()
	groups, resources, err := client.ServerGroupsAndResources()
	require.NoError(t, err)
	assert.Len(t, groups, 3)
	assert.Len(t, resources, 4)
}

func TestOneProcessAsksAndOthersRead(t *testing.T) {
	server := &discoverytest.Server{Versions: discoverytest.Cluster()}
	config, folder := server.Start(t), filepath.Join(t.TempDir(), "not", "there", "yet")
	first := process(t, config, folder)
	assert.True(t, first.Fresh())
	discoverAll(t, first)
	assert.Equal(t, []string{"/api", "/apis"}, server.Requests())
	discoverAll(t, first)
	assert.True(t, first.Fresh(), "what it wrote itself is fresh")
	assert.FileExists(t, filepath.Join(folder, "servergroups.json"))
	assert.FileExists(t, filepath.Join(folder, "apps", "v1", "serverresources.json"))

	second := process(t, config, folder)
	discoverAll(t, second)
	assert.Empty(t, server.Requests())
	assert.False(t, second.Fresh(), "what it found may be old")

	second.Invalidate()
	assert.True(t, second.Fresh())
	discoverAll(t, second)
	assert.Equal(t, []string{"/api", "/apis"}, server.Requests())
	assert.True(t, second.Fresh())
}

func TestFilesThatCountAsMissing(t *testing.T) {
	spoil := map[string]func(t *testing.T, file string){
		"empty":     func(t *testing.T, file string) { require.NoError(t, os.WriteFile(file, nil, 0o600)) },
		"cut short": func(t *testing.T, file string) { require.NoError(t, os.Truncate(file, 40)) },
		"noise":     func(t *testing.T, file string) { require.NoError(t, os.WriteFile(file, []byte("\x00\xff}{"), 0o600)) },
		"another kind": func(t *testing.T, file string) {
			require.NoError(t, os.WriteFile(file, []byte(`{"kind":"Status","apiVersion":"v1"}`), 0o600))
		},
		"too old": func(t *testing.T, file string) {
			old := time.Now().Add(-2 * time.Hour)
			require.NoError(t, os.Chtimes(file, old, old))
		},
		"of the future": func(t *testing.T, file string) {
			future := time.Now().Add(2 * time.Hour)
			require.NoError(t, os.Chtimes(file, future, future))
		},
	}
	for what, spoilFile := range spoil {
		for _, file := range []string{"servergroups.json", "apps/v1/serverresources.json"} {
			t.Run(what+" "+file, func(t *testing.T) {
				server := &discoverytest.Server{Versions: discoverytest.Cluster()}
				config, folder := server.Start(t), t.TempDir()
				discoverAll(t, process(t, config, folder))
				server.Requests()
				spoilFile(t, filepath.Join(folder, filepath.FromSlash(file)))

				discoverAll(t, process(t, config, folder))
				assert.Equal(t, []string{"/api", "/apis"}, server.Requests(), "asked for again")
				discoverAll(t, process(t, config, folder))
				assert.Empty(t, server.Requests(), "and written anew")
			})
		}
	}
}

func TestManyProcessesAtOnce(t *testing.T) {
	config, folder := (&discoverytest.Server{Versions: discoverytest.Cluster()}).Start(t), t.TempDir()
	var processes sync.WaitGroup
	for range 8 {
		client := process(t, config, folder)
		processes.Go(func() {
			for range 10 {
				_, resources, err := client.ServerGroupsAndResources()
				assert.NoError(t, err)
				assert.Len(t, resources, 4)
				client.Invalidate()
			}
		})
	}
	processes.Wait()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, entry := range entries {
		assert.NotContains(t, entry.Name(), ".json.", "a temporary file was left behind")
	}
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	server := &discoverytest.Server{Versions: discoverytest.Cluster()}
	discoverAll(t, process(t, server.Start(t), file))
}

func TestAGroupVersionLeadsNowhereElse(t *testing.T) {
	server := &discoverytest.Server{Versions: discoverytest.Cluster()}
	config, parent := server.Start(t), t.TempDir()
	outside := filepath.Join(parent, "serverresources.json")
	require.NoError(t, os.WriteFile(outside, []byte(`{"kind":"APIResourceList","groupVersion":"..","resources":[{"name":"x"}]}`), 0o600))
	_, err := process(t, config, filepath.Join(parent, "cache")).ServerResourcesForGroupVersion("..")
	assert.Error(t, err)
}

func TestWhatFailsIsNotWritten(t *testing.T) {
	server := &discoverytest.Server{Versions: discoverytest.Cluster(), Legacy: true}
	config, folder := server.Start(t), t.TempDir()
	client := process(t, config, folder)
	_, err := client.ServerResourcesForGroupVersion("apps/v9")
	require.Error(t, err)
	assert.False(t, apierrors.IsServiceUnavailable(err))
	assert.NoDirExists(t, filepath.Join(folder, "apps", "v9"))
	assert.NotNil(t, client.RESTClient())
	assert.Same(t, client, client.WithLegacy())
	assert.Same(t, client, client.WithLegacyWithContext(t.Context()))
}

// responses counts the requests to a server with one document that has a hash and one that has none, about which the client
// must ask.
type responses struct {
	lock                  sync.Mutex
	requests, notModified int
	header                func(http.Header)
}

func (s *responses) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.requests++
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("ETag", `"1"`)
	if s.header != nil {
		s.header(w.Header())
	}
	if req.Header.Get("If-None-Match") == `"1"` {
		s.notModified++
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = fmt.Fprintf(w, `{"paths":{"api/v1":{"serverRelativeURL":"/openapi/v3/api/v1?accept=%s"}}}`, req.Header.Get("Accept"))
}

func TestResponsesAreKept(t *testing.T) {
	tests := map[string]struct {
		header                func(http.Header)
		requests, notModified int
	}{
		"asked about":              {header: func(http.Header) {}, requests: 3, notModified: 2},
		"asked about, no-cache":    {header: func(h http.Header) { h.Set("Cache-Control", "no-cache, private") }, requests: 3, notModified: 2},
		"good for an hour":         {header: func(h http.Header) { h.Set("Cache-Control", "public, max-age=3600") }, requests: 1},
		"good until a time":        {header: func(h http.Header) { h.Set("Expires", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)) }, requests: 1},
		"good until a time of UTC": {header: func(h http.Header) { h.Set("Expires", time.Now().Add(time.Hour).UTC().Format(time.RFC1123)) }, requests: 1},
		"no longer good":           {header: func(h http.Header) { h.Set("Cache-Control", "max-age=0") }, requests: 3, notModified: 2},
		"not to be kept":           {header: func(h http.Header) { h.Set("Cache-Control", "no-store") }, requests: 3},
		"without an ETag":          {header: func(h http.Header) { h.Del("ETag") }, requests: 3},
		"with a malformed max-age": {header: func(h http.Header) { h.Set("Cache-Control", "max-age=soon") }, requests: 3, notModified: 2},
	}
	for what, tc := range tests {
		t.Run(what, func(t *testing.T) {
			server := &responses{header: tc.header}
			config, folder := discoverytest.Serve(t, server), t.TempDir()
			for range 3 {
				client, err := disk.NewCachedDiscoveryClientForConfig(config, t.TempDir(), folder, time.Hour)
				require.NoError(t, err)
				paths, err := client.OpenAPIV3().Paths()
				require.NoError(t, err)
				assert.Contains(t, paths["api/v1"].ServerRelativeURL(), "/openapi/v3/api/v1")
			}
			assert.Equal(t, tc.requests, server.requests)
			assert.Equal(t, tc.notModified, server.notModified)
		})
	}
}

func TestADamagedResponseIsFetchedAgain(t *testing.T) {
	server := &responses{}
	config, folder := discoverytest.Serve(t, server), t.TempDir()
	for round := range 3 {
		client, err := disk.NewCachedDiscoveryClientForConfig(config, t.TempDir(), folder, time.Hour)
		require.NoError(t, err)
		_, err = client.OpenAPIV3().Paths()
		require.NoError(t, err)
		kept, err := filepath.Glob(filepath.Join(folder, "*"))
		require.NoError(t, err)
		require.Len(t, kept, 1)
		require.NoError(t, os.Truncate(kept[0], int64(10+40*round)))
	}
	assert.Equal(t, 3, server.requests)
	assert.Zero(t, server.notModified)
}
