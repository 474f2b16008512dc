package restmapper_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/restmapper"
)

// growing is a discovery client that remembers until it is invalidated, of a server that learns new kinds.
type growing struct {
	discovery.CachedDiscoveryInterfaceWithContext

	kinds []string
	known []string
	asked int
	stale bool
}

func (g *growing) ServerGroupsAndResourcesWithContext(context.Context) ([]*metav1.APIGroup, []*metav1.APIResourceList, error) {
	if g.known == nil {
		g.known = append([]string{}, g.kinds...)
		g.asked++
	}
	gv := metav1.GroupVersionForDiscovery{GroupVersion: "example.com/v1", Version: "v1"}
	list := &metav1.APIResourceList{GroupVersion: gv.GroupVersion}
	for _, kind := range g.known {
		list.APIResources = append(list.APIResources, metav1.APIResource{Name: kind + "s", Kind: kind, SingularName: kind})
	}
	return []*metav1.APIGroup{{Name: "example.com", Versions: []metav1.GroupVersionForDiscovery{gv}, PreferredVersion: gv}},
		[]*metav1.APIResourceList{list}, nil
}

func (g *growing) FreshWithContext(context.Context) bool { return !g.stale }

func (g *growing) InvalidateWithContext(context.Context) { g.known = nil }

func TestANewKindIsFoundWithoutAReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &growing{kinds: []string{"robot"}}
		mapper := restmapper.NewDeferredDiscoveryRESTMapperWithContext(server)
		find := func(kind string) error {
			_, err := mapper.RESTMapping(schema.GroupKind{Group: "example.com", Kind: kind})
			return err
		}
		require.NoError(t, find("robot"))
		server.kinds = append(server.kinds, "fleet")
		require.True(t, meta.IsNoMatchError(find("fleet")), "the last request was a moment ago")
		assert.Equal(t, 1, server.asked)
		time.Sleep(5 * time.Second)
		require.NoError(t, find("fleet"))
		assert.Equal(t, 2, server.asked)
		_, err := mapper.ResourceFor(schema.GroupVersionResource{Resource: "fleets"})
		require.NoError(t, err)
		time.Sleep(time.Minute)
		require.NoError(t, find("robot"))
		assert.Equal(t, 2, server.asked, "a known resource needs no request")
	})
}

func TestWhatDoesNotExistIsAskedForAtABoundedRate(t *testing.T) {
	for name, stale := range map[string]bool{"fresh": false, "never fresh": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &growing{kinds: []string{"robot"}, stale: stale}
				mapper := restmapper.NewDeferredDiscoveryRESTMapperWithContext(server)
				for range 6000 {
					_, err := mapper.KindFor(schema.GroupVersionResource{Resource: "unicorns"})
					require.True(t, meta.IsNoMatchError(err))
					time.Sleep(10 * time.Millisecond)
				}
				assert.Greater(t, server.asked, 10, "a minute has twelve times five seconds")
				assert.LessOrEqual(t, server.asked, 1+5+12)
			})
		})
	}
}
