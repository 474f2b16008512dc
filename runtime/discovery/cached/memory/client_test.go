package memory_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/discovery/cached/memory"
	"github.com/typewright/typewright/runtime/internal/testutil/discoverytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func connect(t *testing.T, server *discoverytest.Server) discovery.CachedDiscoveryInterface {
	t.Helper()
	live, err := discovery.NewDiscoveryClientForConfig(server.Start(t))
	require.NoError(t, err)
	return memory.NewMemCacheClient(live)
}

func TestEverythingIsAskedForOnce(t *testing.T) {
	for mode, legacy := range map[string]bool{"aggregated": false, "legacy": true} {
		t.Run(mode, func(t *testing.T) {
			server := &discoverytest.Server{Versions: discoverytest.Cluster(), Legacy: legacy}
			client := connect(t, server)
			assert.False(t, client.Fresh())

			groups, err := client.ServerGroups()
			require.NoError(t, err)
			assert.Len(t, groups.Groups, 3)
			asked := map[bool]int{false: 2, true: 6}[legacy]
			assert.Len(t, server.Requests(), asked)
			assert.True(t, client.Fresh())

			for range 2 {
				list, err := client.ServerResourcesForGroupVersion("apps/v1")
				require.NoError(t, err)
				assert.Len(t, list.APIResources, 2)
				_, resources, err := client.ServerGroupsAndResources()
				require.NoError(t, err)
				assert.Len(t, resources, 4)
				preferred, err := client.ServerPreferredNamespacedResources()
				require.NoError(t, err)
				assert.Len(t, preferred, 3)
			}
			_, err = client.ServerResourcesForGroupVersion("apps/v2")
			require.ErrorIs(t, err, memory.ErrCacheNotFound)
			assert.Empty(t, server.Requests())

			client.Invalidate()
			assert.False(t, client.Fresh())
			_, err = client.ServerPreferredResources()
			require.NoError(t, err)
			assert.Len(t, server.Requests(), asked)
		})
	}
}

func TestAPassingFailureIsAskedForAgain(t *testing.T) {
	gv := schema.GroupVersion{Group: "metrics.example.com", Version: "v1alpha1"}
	server := &discoverytest.Server{Versions: discoverytest.Cluster(), Legacy: true, Down: map[schema.GroupVersion]bool{gv: true}}
	client := connect(t, server)
	_, _, err := client.ServerGroupsAndResources()
	require.True(t, discovery.IsGroupDiscoveryFailedError(err))
	server.Requests()

	_, err = client.ServerResourcesForGroupVersion(gv.String())
	assert.True(t, apierrors.IsServiceUnavailable(err))
	assert.Equal(t, []string{"/apis/" + gv.String()}, server.Requests())
	delete(server.Down, gv)
	for range 2 {
		list, err := client.ServerResourcesForGroupVersion(gv.String())
		require.NoError(t, err)
		assert.Len(t, list.APIResources, 1)
	}
	assert.Equal(t, []string{"/apis/" + gv.String()}, server.Requests())
}

func TestAStaleGroupIsReportedUntilInvalidated(t *testing.T) {
	gv := schema.GroupVersion{Group: "metrics.example.com", Version: "v1alpha1"}
	server := &discoverytest.Server{Versions: discoverytest.Cluster(), Down: map[schema.GroupVersion]bool{gv: true}}
	client := connect(t, server)
	_, resources, err := client.ServerGroupsAndResources()
	failed, ok := discovery.GroupDiscoveryFailedErrorGroups(err)
	require.True(t, ok)
	assert.ErrorAs(t, failed[gv], new(discovery.StaleGroupVersionError))
	assert.Len(t, resources, 3)

	delete(server.Down, gv)
	client.Invalidate()
	_, resources, err = client.ServerGroupsAndResources()
	require.NoError(t, err)
	assert.Len(t, resources, 4)
}

func TestAnEmptyGroupVersionIsNoErrorAndMayGrow(t *testing.T) {
	gv := schema.GroupVersion{Group: "empty", Version: "v1"}
	server := &discoverytest.Server{Versions: append(discoverytest.Cluster(), discoverytest.Version{GroupVersion: gv}), Legacy: true}
	client := connect(t, server)
	list, err := client.ServerResourcesForGroupVersion("empty/v1")
	require.NoError(t, err)
	assert.Empty(t, list.APIResources)
	_, _, err = client.ServerGroupsAndResources()
	require.NoError(t, err)
	assert.True(t, client.Fresh())

	server.Versions[len(server.Versions)-1].Resources = []metav1.APIResource{{Name: "x", Kind: "X"}}
	list, err = client.ServerResourcesForGroupVersion("empty/v1")
	require.NoError(t, err)
	assert.Len(t, list.APIResources, 1)
	server.Requests()
	_, err = client.ServerResourcesForGroupVersion("empty/v1")
	require.NoError(t, err)
	assert.Empty(t, server.Requests())
}

// TestABrokenConnectionIsNotRemembered breaks the answer about one group-version in the ways in which real connections
// break, and then lets it through. (One that is closed before any answer fails alike, after twenty seconds of retries.)
func TestABrokenConnectionIsNotRemembered(t *testing.T) {
	hijack := func(w http.ResponseWriter, answer string) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_, _ = conn.Write([]byte(answer))
			_ = conn.Close()
		}
	}
	for name, sever := range map[string]http.HandlerFunc{
		"half a head": func(w http.ResponseWriter, _ *http.Request) { hijack(w, "HTTP/1.1 200 O") },
		"half a body": func(w http.ResponseWriter, _ *http.Request) {
			hijack(w, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"kind\":")
		},
		"half a chunk": func(w http.ResponseWriter, _ *http.Request) {
			hijack(w, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"kind\":")
		},
		"a bad gateway": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"too many":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
	} {
		t.Run(name, func(t *testing.T) {
			server := &discoverytest.Server{Versions: discoverytest.Cluster(), Legacy: true}
			var broken atomic.Bool
			broken.Store(true)
			live, err := discovery.NewDiscoveryClientForConfig(discoverytest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/apis/apps/v1" && broken.Load() {
					sever(w, r)
					return
				}
				server.ServeHTTP(w, r)
			})))
			require.NoError(t, err)
			client := memory.NewMemCacheClient(live)
			_, err = client.ServerResourcesForGroupVersion("apps/v1")
			require.Error(t, err)
			assert.False(t, client.Fresh(), "not all is known")
			broken.Store(false)
			list, err := client.ServerResourcesForGroupVersion("apps/v1")
			require.NoError(t, err)
			assert.Len(t, list.APIResources, 2)
			assert.True(t, client.Fresh())
		})
	}
}

func TestAServerThatDoesNotAnswerIsNotRemembered(t *testing.T) {
	client := connect(t, &discoverytest.Server{Versions: discoverytest.Cluster()})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	withContext := client.(discovery.CachedDiscoveryInterfaceWithContext)
	_, err := withContext.ServerGroupsWithContext(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.False(t, client.Fresh())
	_, err = client.ServerGroups()
	require.NoError(t, err)
}

// blocking waits until it is released, and then answers with as many groups as it has had calls before.
type blocking struct {
	discovery.DiscoveryInterfaceWithContext

	lock    sync.Mutex
	asked   int
	release chan error
}

func (b *blocking) ServerGroupsWithContext(ctx context.Context) (*metav1.APIGroupList, error) {
	b.lock.Lock()
	b.asked++
	groups := make([]metav1.APIGroup, b.asked)
	b.lock.Unlock()
	select {
	case err := <-b.release:
		return &metav1.APIGroupList{Groups: groups}, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func TestManyWhoWaitAskOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		delegate := &blocking{release: make(chan error)}
		client := memory.NewMemCacheClientWithContext(delegate)
		var waiting sync.WaitGroup
		for range 5 {
			waiting.Go(func() {
				groups, err := client.ServerGroupsWithContext(t.Context())
				assert.NoError(t, err)
				assert.Len(t, groups.Groups, 1)
			})
		}
		synctest.Wait()
		impatient := errors.New("impatient")
		ctx, cancel := context.WithCancelCause(t.Context())
		var impatiently sync.WaitGroup
		impatiently.Go(func() {
			_, err := client.ServerGroupsWithContext(ctx)
			assert.ErrorIs(t, err, impatient)
		})
		synctest.Wait()
		cancel(impatient)
		impatiently.Wait()
		synctest.Wait()
		delegate.release <- nil
		waiting.Wait()
		assert.Equal(t, 1, delegate.asked)
	})
}

func TestAnAnswerOlderThanInvalidateIsNotRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		delegate := &blocking{release: make(chan error)}
		client := memory.NewMemCacheClientWithContext(delegate)
		var asking sync.WaitGroup
		asking.Go(func() { _, _ = client.ServerGroupsWithContext(t.Context()) })
		synctest.Wait()
		client.InvalidateWithContext(t.Context())
		delegate.release <- nil
		asking.Wait()
		assert.False(t, client.FreshWithContext(t.Context()))

		asking.Go(func() {
			groups, err := client.ServerGroupsWithContext(t.Context())
			assert.NoError(t, err)
			assert.Len(t, groups.Groups, 2)
		})
		delegate.release <- nil
		asking.Wait()
	})
}

func TestDocumentsAreRememberedUntilInvalidate(t *testing.T) {
	server := &discoverytest.Server{Handle: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"paths":{"apis/apps/v1":{"serverRelativeURL":"/openapi/v3/apis/apps/v1?hash=A"}}}`)
	}}
	client := connect(t, server)
	for range 2 {
		paths, err := client.OpenAPIV3().Paths()
		require.NoError(t, err)
		_, err = paths["apis/apps/v1"].Schema("application/json")
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"/openapi/v3", "/openapi/v3/apis/apps/v1"}, server.Requests())
	client.Invalidate()
	_, err := client.OpenAPIV3().Paths()
	require.NoError(t, err)
	assert.Equal(t, []string{"/openapi/v3"}, server.Requests())
	assert.Same(t, client, client.WithLegacy())
	assert.NotNil(t, client.RESTClient())
}
