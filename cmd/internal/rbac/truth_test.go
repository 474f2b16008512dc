package rbac_test

import (
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/cmd/internal/rbac"
	"github.com/typewright/typewright/examples/controller/plain"
	"github.com/typewright/typewright/examples/controller/sites"
	"github.com/typewright/typewright/examples/controller/small"
	"github.com/typewright/typewright/generated/applyconfiguration"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/rest"
)

var update = flag.Bool("update", false, "write testdata/controller.yaml")

// recorder records the requests that pass through it, as "verb resource.group".
type recorder struct {
	mu   sync.Mutex
	seen map[string]bool
}

// roundTripper records, and sends through next.
type roundTripper struct {
	recorder *recorder
	next     http.RoundTripper
}

func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) {
	r.recorder.mu.Lock()
	r.recorder.seen[requested(request)] = true
	r.recorder.mu.Unlock()
	return r.next.RoundTrip(request)
}

// requested returns a request as a server authorizes it: verb, resource and group.
func requested(request *http.Request) string {
	parts := strings.Split(strings.Trim(request.URL.Path, "/"), "/")
	group := ""
	if parts[0] == "apis" {
		group, parts = "."+parts[1], parts[1:]
	}
	parts = parts[2:]
	if parts[0] == "namespaces" && len(parts) > 2 {
		parts = parts[2:]
	}
	resource := parts[0]
	if len(parts) > 2 {
		resource += "/" + parts[2]
	}
	verb := map[string]string{"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "GET": "get"}[request.Method]
	if len(parts) == 1 {
		switch {
		case request.URL.Query().Get("watch") != "":
			verb = "watch"
		case verb == "get":
			verb = "list"
		case verb == "delete":
			verb = "deletecollection"
		}
	}
	return verb + " " + resource + group
}

// run runs a replica of the example that keeps a site with a robot, and then deletes both.
func (r *recorder) run(t *testing.T, controller sites.New) {
	t.Helper()
	all := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, corev1.AddToScheme, coordinationv1.AddToScheme} {
		require.NoError(t, add(all))
	}
	server := apitest.Start(t, apitest.Options{
		Scheme: all, Resources: fake.Resources(), TypeConverter: applyconfiguration.NewTypeConverter(scheme.Scheme), InMemory: true,
		Objects: []runtime.Object{&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "default"}}},
	})
	client, err := versioned.NewForConfig(server.Config())
	require.NoError(t, err)
	recorded := rest.CopyConfig(server.Config())
	recorded.Wrap(func(next http.RoundTripper) http.RoundTripper { return roundTripper{r, next} })
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- sites.Run(ctx, recorded, "one", controller) }()
	site := &v1beta1.Site{ObjectMeta: metav1.ObjectMeta{Name: "north"}, Spec: v1beta1.SiteSpec{Region: "eu"}}
	_, err = client.FleetV1beta1().Sites().Create(ctx, site, metav1.CreateOptions{})
	require.NoError(t, err)
	robot := &v1beta1.Robot{ObjectMeta: metav1.ObjectMeta{Name: "a"}, Spec: v1beta1.RobotSpec{Model: "carrier", SiteName: "north"}}
	_, err = client.FleetV1beta1().Robots("default").Create(ctx, robot, metav1.CreateOptions{})
	require.NoError(t, err)
	time.Sleep(time.Minute)
	require.NoError(t, client.FleetV1beta1().Sites().Delete(ctx, "north", metav1.DeleteOptions{}))
	time.Sleep(time.Minute)
	cancel()
	require.NoError(t, <-ended)
}

// TestTheExample runs the example and compares its requests with its role, which must allow these and no others.
func TestTheExample(t *testing.T) {
	r := &recorder{seen: map[string]bool{}}
	for name, run := range map[string]sites.New{"plain": plain.New, "small": small.New} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { r.run(t, run) }) })
	}
	res, err := rbac.Analyze(t.Context(), rbac.Options{Dir: "../../..", Patterns: []string{"./examples/controller"}})
	require.NoError(t, err)
	var allowed []string
	for _, u := range res.Uses {
		allowed = append(allowed, strings.TrimSuffix(u.Verb+" "+u.Resource+"."+u.Group, "."))
	}
	slices.Sort(allowed)
	allowed = slices.Compact(allowed)
	// Requests that this run does not make: repeated events are patched, and a server without streamed lists gets a list.
	for _, request := range []string{"patch events", "list robots.fleet.typewright.dev", "list sites.fleet.typewright.dev"} {
		r.seen[request] = true
	}
	var sent []string
	for request := range r.seen {
		sent = append(sent, request)
	}
	slices.Sort(sent)
	assert.Equal(t, sent, allowed)

	golden := filepath.Join("testdata", "controller.yaml")
	got := res.YAML("controller", false)
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
	d, err := res.Compare(want, false)
	require.NoError(t, err)
	assert.Equal(t, rbac.Difference{Missing: []string{}, Needless: []string{}}, d)
}
