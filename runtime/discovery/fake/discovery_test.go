package fake

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/version"

	"github.com/typewright/typewright/runtime/apitest"
	clienttesting "github.com/typewright/typewright/runtime/testing"
)

func resources() []*metav1.APIResourceList {
	return []*metav1.APIResourceList{
		{GroupVersion: "v1", APIResources: []metav1.APIResource{{Name: "pods", Kind: "Pod", Namespaced: true}, {Name: "nodes", Kind: "Node"}}},
		{GroupVersion: "apps/v1", APIResources: []metav1.APIResource{{Name: "deployments", Kind: "Deployment", Namespaced: true}}},
		{GroupVersion: "apps/v1beta1", APIResources: []metav1.APIResource{{Name: "deployments", Kind: "Deployment", Namespaced: true}, {Name: "old", Kind: "Old"}}},
	}
}

func names(lists []*metav1.APIResourceList) []string {
	all := []string{}
	for _, list := range lists {
		for _, r := range list.APIResources {
			all = append(all, list.GroupVersion+"/"+r.Name)
		}
	}
	return all
}

func TestFakeDiscovery(t *testing.T) {
	c := &FakeDiscovery{Fake: &clienttesting.Fake{Resources: resources()}}
	groups, all, err := c.ServerGroupsAndResources()
	require.NoError(t, err)
	require.Len(t, groups, 2)
	assert.Empty(t, groups[0].Name)
	assert.Equal(t, "apps/v1", groups[1].PreferredVersion.GroupVersion)
	assert.Len(t, groups[1].Versions, 2)
	assert.Equal(t, resources(), all)

	list, err := c.ServerResourcesForGroupVersion("apps/v1")
	require.NoError(t, err)
	assert.Equal(t, resources()[1], list)
	_, err = c.ServerResourcesForGroupVersion("cats/v1")
	assert.True(t, apierrors.IsNotFound(err))
	require.EqualError(t, err, `the server could not find the requested resource, GroupVersion "cats/v1" not found`)

	asked := len(c.Actions())
	preferred, err := c.ServerPreferredResources()
	require.NoError(t, err)
	assert.Equal(t, []string{"v1/pods", "v1/nodes", "apps/v1/deployments", "apps/v1beta1/old"}, names(preferred))
	namespaced, err := c.ServerPreferredNamespacedResources()
	require.NoError(t, err)
	assert.Equal(t, []string{"v1/pods", "apps/v1/deployments"}, names(namespaced))
	assert.Len(t, c.Actions(), asked, "these are no actions")

	info, err := c.ServerVersion()
	require.NoError(t, err)
	assert.Contains(t, info.GitVersion, "fake")
	c.FakedServerVersion = &version.Info{Major: "1", Minor: "99"}
	info, err = c.ServerVersion()
	require.NoError(t, err)
	assert.Same(t, c.FakedServerVersion, info)

	paths, err := c.WithLegacy().OpenAPIV3().Paths()
	require.NoError(t, err)
	assert.Empty(t, paths)
}

func TestReactorsMakeDiscoveryFail(t *testing.T) {
	fire := errors.New("on fire")
	for _, what := range []string{"group", "resource", "version"} {
		t.Run(what, func(t *testing.T) {
			c := &FakeDiscovery{Fake: &clienttesting.Fake{}}
			c.AddReactor("get", what, func(clienttesting.Action) (bool, runtime.Object, error) { return true, nil, fire })
			_, groups := c.ServerGroups()
			_, _, everything := c.ServerGroupsAndResources()
			_, list := c.ServerResourcesForGroupVersion("v1")
			_, info := c.ServerVersion()
			assert.Equal(t, what == "group", errors.Is(groups, fire))
			assert.Equal(t, what != "version", errors.Is(everything, fire))
			assert.Equal(t, what == "resource", errors.Is(list, fire))
			assert.Equal(t, what == "version", errors.Is(info, fire))
		})
	}
}

func TestServerBacked(t *testing.T) {
	client := NewServerBacked(t, apitest.Options{InMemory: true})
	list, err := client.ServerResourcesForGroupVersion("v1")
	require.NoError(t, err)
	assert.Contains(t, names([]*metav1.APIResourceList{list}), "v1/namespaces")
}
