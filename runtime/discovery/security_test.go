package discovery_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/internal/testutil/discoverytest"
)

// What a server calls its groups leads no request out of the server's path, which a proxy may share with others.
func TestSecurityGroupsStayBelowTheServer(t *testing.T) {
	hostile := []string{"../../../../v3", "%2e%2e/%2e%2e/v3", `..\..\v3`, "..;"}
	var mu sync.Mutex
	var seen []string
	config := discoverytest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen = append(seen, r.URL.Path)
		mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/k8s/c-1/api":
			fmt.Fprint(w, `{"kind":"APIVersions","versions":["v1","../../v3"]}`)
		case "/k8s/c-1/apis":
			var groups []string
			for _, name := range append(hostile, "apps") {
				groups = append(groups, fmt.Sprintf(`{"name":%q,"versions":[{"groupVersion":%q,"version":"v1"}]}`, name, name+"/v1"))
			}
			fmt.Fprintf(w, `{"kind":"APIGroupList","groups":[%s]}`, strings.Join(groups, ","))
		default:
			fmt.Fprint(w, `{"kind":"APIResourceList","resources":[{"name":"pods"}]}`)
		}
	}))
	config.Host += "/k8s/c-1"
	client, err := discovery.NewDiscoveryClientForConfig(config)
	require.NoError(t, err)
	_, lists, err := client.ServerGroupsAndResources()
	failed, ok := discovery.GroupDiscoveryFailedErrorGroups(err)
	require.True(t, ok, "%v", err)
	assert.Len(t, lists, 2, "v1 and apps/v1")
	for _, group := range hostile {
		assert.ErrorContains(t, failed[schema.GroupVersion{Group: group, Version: "v1"}], "leads out of the path")
	}
	mu.Lock()
	defer mu.Unlock()
	for _, path := range seen {
		assert.Contains(t, []string{"/k8s/c-1/api", "/k8s/c-1/apis", "/k8s/c-1/api/v1", "/k8s/c-1/apis/apps/v1"}, path)
	}
}

// A document of a few megabytes does not have a client send a million requests.
func TestSecurityGroupsAreNotAskedWithoutEnd(t *testing.T) {
	var requests atomic.Int32
	client := connectTo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/apis" {
			fmt.Fprintf(w, `{"groups":[{"name":"x","versions":[%s{}]}]}`, strings.Repeat("{},", 1_000_000))
			return
		}
		fmt.Fprint(w, `{"versions":[]}`)
	}))
	_, _, err := client.ServerGroupsAndResources()
	require.ErrorContains(t, err, "the server lists 1000001 group-versions")
	assert.EqualValues(t, 2, requests.Load())
}
