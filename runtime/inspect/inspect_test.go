package inspect_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
	"github.com/typewright/typewright/runtime/inspect"
	"github.com/typewright/typewright/runtime/inspect/collector"
	"github.com/typewright/typewright/runtime/sharding"
	"github.com/typewright/typewright/runtime/workqueue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	robots = schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"}
	tools  = schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "tools"}
)

func robot(name string) *unstructured.Unstructured {
	obj := &unstructured.Unstructured{}
	obj.SetGroupVersionKind(robots.GroupVersion().WithKind("Robot"))
	obj.SetNamespace("default")
	obj.SetName(name)
	return obj
}

// elector is a candidate that always reports the same leader.
type elector struct{ self, leader string }

func (e elector) IsLeader() bool    { return e.self == e.leader }
func (e elector) GetLeader() string { return e.leader }

// member is a member of a group that always holds the same.
type member struct{ status sharding.Status }

func (m member) Status() sharding.Status { return m.status }

// Follow and the other methods make it the shards of an informer.
func (m member) Field() string { return string(sharding.ByUID) }

func (m member) Follow(func(gained, lost sharding.Set, released func())) (held sharding.Set, stop func()) {
	return m.status.Held, func() {}
}

func (m member) Enter(hash uint64) (leave func(), ok bool) {
	return func() {}, m.status.Held.Contains(hash)
}

// program returns an inspector of a controller of robots, an informer of a kind that the server does not have, a queue and
// two elections.
func program(t *testing.T) *inspect.Inspector {
	t.Helper()
	server := apitest.Start(t, apitest.Options{
		Resources: []apitest.Resource{{GroupVersionKind: robots.GroupVersion().WithKind("Robot")}},
		Objects:   []runtime.Object{robot("ada"), robot("bo")}, InMemory: true,
	})
	client, err := dynamic.NewForConfig(server.Config())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	factory := dynamicinformer.NewFactory(client, dynamicinformer.Options{})
	lost := dynamicinformer.NewFactory(client, dynamicinformer.Options{})
	lost.ForResource(tools)
	fail := func(_ context.Context, robot *unstructured.Unstructured) (controller.Result, error) {
		if robot.GetName() == "bo" {
			return controller.Result{}, controller.Terminal(errors.New("<b>no battery</b>"))
		}
		return controller.Result{}, nil
	}
	robotController, err := controller.New(factory, fail, controller.Options[*unstructured.Unstructured]{
		Name: "robots", For: cache.NewTypedSharedIndexInformer[*unstructured.Unstructured](factory.ForResource(robots).Informer()),
	})
	require.NoError(t, err)
	queue := workqueue.NewTyped[string]()
	t.Cleanup(queue.ShutDown)
	queue.Add("job")
	queue.Add("another")
	_, _ = queue.Get()

	ended := make(chan error)
	factory.StartWithContext(ctx)
	lost.StartWithContext(ctx)
	go func() { ended <- robotController.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		factory.Shutdown()
		lost.Shutdown()
		assert.NoError(t, <-ended)
	})
	page, err := inspect.New(inspect.Options{
		Title: "fleet <manager>", Factories: []inspect.Factory{factory, lost}, Controllers: []inspect.Controller{robotController},
		Queues:   []inspect.Queue{inspect.QueueOf("jobs", queue), inspect.QueueOf("jobs", queue)},
		Electors: map[string]inspect.Elector{"main": elector{"a", "a"}, "other": elector{"a", "b"}},
		Members:  map[string]inspect.Member{"robots": half(t)},
	})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		report := page.Report()
		return len(report.Informers) == 2 && report.Informers[0].State == inspect.StateSynced && report.Informers[1].State == inspect.StateFailing &&
			len(report.Controllers) == 1 && report.Controllers[0].Success == 1 && report.Controllers[0].Errors == 1
	}, time.Minute, time.Millisecond)
	return page
}

// half is a member that holds half of the hashes.
func half(t *testing.T) member {
	t.Helper()
	set, err := sharding.ParseSet("0000-7fff")
	require.NoError(t, err)
	return member{sharding.Status{Held: set, Members: []string{"a", "b"}, Err: errors.New("no <lease>")}}
}

func get(t *testing.T, page http.Handler, target, accept string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, http.NoBody)
	request.Header.Set("Accept", accept)
	answer := httptest.NewRecorder()
	page.ServeHTTP(answer, request)
	return answer
}

func TestReport(t *testing.T) {
	page := program(t)
	answer := get(t, page, "/debug?format=json", "text/html")
	require.Equal(t, http.StatusOK, answer.Code)
	assert.Equal(t, "application/json", answer.Header().Get("Content-Type"))
	var report inspect.Report
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &report))

	assert.Equal(t, "fleet <manager>", report.Title)
	good, bad := report.Informers[0], report.Informers[1]
	assert.Equal(t, 2, good.Objects)
	assert.NotEmpty(t, good.ResourceVersion)
	assert.Empty(t, good.Error)
	ada, err := json.Marshal(robot("ada"))
	require.NoError(t, err)
	require.NotNil(t, good.EstimatedBytes)
	assert.Greater(t, *good.EstimatedBytes, int64(2*len(ada)), "the server adds a uid and a version")
	assert.Less(t, *good.EstimatedBytes, int64(20*len(ada)))
	assert.Nil(t, good.Shards)
	require.Len(t, good.Handlers, 1, "the controller's")
	assert.True(t, good.Handlers[0].Synced)
	assert.Equal(t, string(cache.ReasonNotFound), bad.Reason)
	assert.Contains(t, bad.Error, "the server has no")
	assert.Positive(t, bad.Failures)
	assert.WithinDuration(t, report.Time, *bad.Since, time.Minute)

	assert.Equal(t, "<b>no battery</b>", report.Controllers[0].LastError)
	assert.True(t, report.Controllers[0].Running)
	names := make([]string, len(report.Queues))
	for i, q := range report.Queues {
		names[i] = q.Name
	}
	assert.Equal(t, []string{"jobs", "jobs (2)", "robots"}, names)
	assert.Equal(t, 1, report.Queues[0].Queued)
	assert.Equal(t, 1, report.Queues[0].Processing)
	assert.EqualValues(t, 2, report.Queues[2].Adds)
	assert.Equal(t, []inspect.Election{{Name: "main", Leader: "a", Leads: true}, {Name: "other", Leader: "b"}}, report.Elections)
	assert.Equal(t, []inspect.Membership{
		{Name: "robots", Held: 0.5, Ranges: "0000-7fff", Members: []string{"a", "b"}, Error: "no <lease>"},
	}, report.Memberships)
}

// The report of an informer that holds a part of the objects has the part, and its size in bytes.
func TestShards(t *testing.T) {
	var objects []runtime.Object
	for i := range 100 {
		objects = append(objects, robot(fmt.Sprintf("robot-%03d", i)))
	}
	server := apitest.Start(t, apitest.Options{
		Resources: []apitest.Resource{{GroupVersionKind: robots.GroupVersion().WithKind("Robot")}}, Objects: objects, InMemory: true,
	})
	client, err := dynamic.NewForConfig(server.Config())
	require.NoError(t, err)
	factory := dynamicinformer.NewFactory(client, dynamicinformer.Options{FollowOptions: cache.FollowOptions{Shards: half(t)}})
	informer := factory.ForResource(robots).Informer()
	ctx, cancel := context.WithCancel(t.Context())
	defer func() { cancel(); factory.Shutdown() }()
	factory.StartWithContext(ctx)
	require.NoError(t, cache.WaitForSync(ctx, informer))
	page, err := inspect.New(inspect.Options{Informers: []cache.SharedInformer{informer}})
	require.NoError(t, err)

	report := page.Report().Informers[0]
	assert.Equal(t, &inspect.InformerShards{Held: 0.5, Listed: 0.5, Ranges: "0000-7fff", Filtered: report.Shards.Filtered}, report.Shards)
	sum := 0
	for _, obj := range informer.GetStore().List() {
		text, err := json.Marshal(obj)
		require.NoError(t, err)
		sum += len(text)
	}
	assert.Less(t, report.Objects, 100)
	assert.Greater(t, report.Objects, 20, "a sample stands for all of them")
	assert.InEpsilon(t, sum, *report.EstimatedBytes, 0.05)
	assert.Contains(t, get(t, page, "/", "text/html").Body.String(), "50.0 % of the hashes")
	count, err := testutil.GatherAndCount(registryOf(t, page), "typewright_informer_shard_held_ratio", "typewright_informer_shard_listed_ratio")
	require.NoError(t, err)
	assert.Equal(t, 2, count)
}

func registryOf(t *testing.T, page *inspect.Inspector) *prometheus.Registry {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	require.NoError(t, registry.Register(collector.New(page)))
	return registry
}

func TestPage(t *testing.T) {
	page := program(t)
	answer := get(t, page, "/debug?refresh=5", "text/html,application/json")
	require.Equal(t, http.StatusOK, answer.Code)
	assert.Equal(t, "text/html; charset=utf-8", answer.Header().Get("Content-Type"))
	assert.Equal(t, "no-store", answer.Header().Get("Cache-Control"))
	text := answer.Body.String()
	for _, want := range []string{
		"<h1>fleet &lt;manager&gt;</h1>", "1 of 2 informers synced", "1 failing", "2 objects", `http-equiv="refresh" content="5"`,
		"NotFound for ", "the server has no", "up to date", "&lt;b&gt;no battery&lt;/b&gt;", "jobs (2)", "this one", " as JSON.", "no &lt;lease&gt;", "a, b",
	} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "<b>no battery")
	assert.NotContains(t, text, "<script")
	assert.Equal(t, strings.Count(text, "<td"), strings.Count(text, "</td>"))

	for target, want := range map[string]bool{"/": false, "/?refresh=0": false, "/?refresh=-3": false, "/?refresh=x": false, "/?refresh=9999999": true} {
		assert.Equal(t, want, strings.Contains(get(t, page, target, "*/*").Body.String(), `http-equiv="refresh"`), target)
	}
	assert.Contains(t, get(t, page, "/?refresh=9999999", "").Body.String(), `content="3600"`)
}

func TestBadRequests(t *testing.T) {
	page, err := inspect.New(inspect.Options{})
	require.NoError(t, err)
	answer := get(t, page, "/?format=xml", "")
	assert.Equal(t, http.StatusBadRequest, answer.Code)
	assert.Contains(t, answer.Body.String(), `there is no format "xml": use html or json`)
	for _, method := range []string{http.MethodPost, http.MethodDelete, http.MethodPut} {
		answer = httptest.NewRecorder()
		page.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), method, "/", http.NoBody))
		assert.Equal(t, http.StatusMethodNotAllowed, answer.Code)
		assert.Equal(t, "GET, HEAD", answer.Header().Get("Allow"))
	}
	assert.Contains(t, get(t, page, "/", "application/json").Body.String(), `"informers": []`)
	assert.Contains(t, get(t, page, "/", "").Body.String(), ">none</td>")
}

type wrapped struct{ inspect.Factory }

func TestAFactoryWithoutAListOfItsInformers(t *testing.T) {
	_, err := inspect.New(inspect.Options{Factories: []inspect.Factory{wrapped{}}})
	assert.EqualError(t, err, "inspect: factory 0, a inspect_test.wrapped, does not tell its informers: pass them as Options.Informers")
}

func TestMetrics(t *testing.T) {
	page := program(t)
	registry := registryOf(t, page)
	problems, err := testutil.GatherAndLint(registry)
	require.NoError(t, err)
	assert.Empty(t, problems)
	informers := page.Report().Informers
	require.NoError(t, testutil.GatherAndCompare(registry, strings.NewReader(`
# HELP typewright_informer_objects Objects in the informer's store.
# TYPE typewright_informer_objects gauge
typewright_informer_objects{informer="`+informers[0].Name+`"} 2
typewright_informer_objects{informer="`+informers[1].Name+`"} 0
# HELP typewright_controller_reconciles_total Reconciles by their results.
# TYPE typewright_controller_reconciles_total counter
typewright_controller_reconciles_total{controller="robots",result="error"} 1
typewright_controller_reconciles_total{controller="robots",result="success"} 1
# HELP typewright_queue_queued Items that can be handed out.
# TYPE typewright_queue_queued gauge
typewright_queue_queued{queue="jobs"} 1
typewright_queue_queued{queue="jobs (2)"} 1
typewright_queue_queued{queue="robots"} 0
# HELP typewright_election_leads Whether this candidate leads.
# TYPE typewright_election_leads gauge
typewright_election_leads{election="main"} 1
typewright_election_leads{election="other"} 0
`), "typewright_informer_objects", "typewright_controller_reconciles_total", "typewright_queue_queued", "typewright_election_leads"))
	count, err := testutil.GatherAndCount(registry)
	require.NoError(t, err)
	assert.Equal(t, 2*5+2*1+3*7+5+2+2, count)
}
