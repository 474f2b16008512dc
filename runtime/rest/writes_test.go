package rest_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/rest"
)

// writesClient returns a client of a server with the given faults.
func writesClient(t *testing.T, faults ...apitest.Fault) *rest.RESTClient {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	server := apitest.Start(t, apitest.Options{Scheme: scheme, InMemory: true})
	for _, fault := range faults {
		server.Inject(fault)
	}
	config := server.Config()
	config.APIPath, config.GroupVersion = "/api", &corev1.SchemeGroupVersion
	config.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	client, err := rest.RESTClientFor(config)
	require.NoError(t, err)
	return client
}

// written holds the fields of a write that a test can predict.
type written struct {
	resource, namespace, name, version string
	deleted, unknown, hasUID           bool
}

func TestObserveWrites(t *testing.T) {
	object := []byte(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"items":"no list","details":1}`)
	answer := func(code int, body string) apitest.Fault {
		return apitest.Fault{Do: apitest.Answer(code, "application/json", body)}
	}
	stored := `{"kind":"ConfigMap","items":3,"details":"none","metadata":{"name":"a","namespace":"default","uid":"u","resourceVersion":"7"}}`
	for name, test := range map[string]struct {
		fault apitest.Fault
		send  func(c *rest.RESTClient) *rest.Request
		want  []written
	}{
		"created": {
			answer(http.StatusCreated, stored),
			func(c *rest.RESTClient) *rest.Request { return c.Post().Namespace("default").Resource("configmaps") },
			[]written{{"configmaps", "default", "a", "7", false, false, true}},
		},
		"status": {
			answer(http.StatusOK, stored),
			func(c *rest.RESTClient) *rest.Request {
				return c.Put().Namespace("default").Resource("configmaps").Name("a").SubResource("status")
			},
			[]written{{"configmaps", "default", "a", "7", false, false, true}},
		},
		"by an absolute path": {
			answer(http.StatusOK, stored),
			func(c *rest.RESTClient) *rest.Request {
				return c.Patch("application/merge-patch+json").AbsPath("/apis/apps/v1/namespaces/default/deployments/a")
			},
			[]written{{"deployments.apps", "default", "a", "7", false, false, true}},
		},
		"a namespace": {
			answer(http.StatusOK, `{"kind":"Namespace","metadata":{"name":"n","uid":"u","resourceVersion":"7"}}`),
			func(c *rest.RESTClient) *rest.Request {
				return c.Put().Resource("namespaces").Name("n").SubResource("finalize")
			},
			[]written{{"namespaces", "", "n", "7", false, false, true}},
		},
		"deleted": {
			answer(http.StatusOK, `{"kind":"Status","status":"Success","details":{"name":"a","uid":"u"}}`),
			func(c *rest.RESTClient) *rest.Request {
				return c.Delete().Namespace("default").Resource("configmaps").Name("a")
			},
			[]written{{"configmaps", "default", "a", "", true, false, true}},
		},
		"deleted, with the last state": {
			answer(http.StatusOK, stored),
			func(c *rest.RESTClient) *rest.Request {
				return c.Delete().Namespace("default").Resource("configmaps").Name("a")
			},
			[]written{{"configmaps", "default", "a", "", true, false, true}},
		},
		"being deleted": {
			answer(http.StatusOK, `{"kind":"ConfigMap","metadata":{"name":"a","uid":"u","resourceVersion":"8","deletionTimestamp":"2020-01-01T00:00:00Z"}}`),
			func(c *rest.RESTClient) *rest.Request {
				return c.Delete().Namespace("default").Resource("configmaps").Name("a")
			},
			[]written{{"configmaps", "default", "a", "8", false, false, true}},
		},
		"a collection": {
			answer(http.StatusOK, `{"kind":"ConfigMapList","metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"a","namespace":"x","uid":"u"}},{"metadata":{"name":"b","namespace":"y","uid":"v"}}]}`),
			func(c *rest.RESTClient) *rest.Request { return c.Delete().Resource("configmaps") },
			[]written{{"configmaps", "x", "a", "", true, false, true}, {"configmaps", "y", "b", "", true, false, true}},
		},
		"evicted": {
			answer(http.StatusCreated, `{"kind":"Status","status":"Success"}`),
			func(c *rest.RESTClient) *rest.Request {
				return c.Post().Namespace("default").Resource("pods").Name("p").SubResource("eviction")
			},
			[]written{{"pods", "default", "p", "", true, false, false}},
		},
		"a review":  {answer(http.StatusCreated, `{"kind":"TokenReview","metadata":{}}`), func(c *rest.RESTClient) *rest.Request { return c.Post().Resource("tokenreviews") }, nil},
		"a refusal": {answer(http.StatusConflict, `{"kind":"Status"}`), func(c *rest.RESTClient) *rest.Request { return c.Post().Resource("nodes") }, nil},
		"a read":    {answer(http.StatusOK, stored), func(c *rest.RESTClient) *rest.Request { return c.Get().Resource("nodes").Name("a") }, nil},
		"a dry run": {answer(http.StatusOK, stored), func(c *rest.RESTClient) *rest.Request { return c.Post().Resource("nodes").Param("dryRun", "All") }, nil},
		"no API":    {answer(http.StatusOK, stored), func(c *rest.RESTClient) *rest.Request { return c.Post().AbsPath("/login") }, nil},
		"a failure": {
			answer(http.StatusInternalServerError, `{"kind":"Status"}`),
			func(c *rest.RESTClient) *rest.Request { return c.Post().Namespace("default").Resource("configmaps") },
			[]written{{"configmaps", "default", "a", "", false, true, false}},
		},
		"garbage": {
			answer(http.StatusOK, `{"kind":"Conf`),
			func(c *rest.RESTClient) *rest.Request {
				return c.Put().Namespace("default").Resource("configmaps").Name("a")
			},
			[]written{{"configmaps", "default", "a", "", false, true, false}},
		},
		"a broken connection": {
			apitest.Fault{Do: apitest.Reset()},
			func(c *rest.RESTClient) *rest.Request {
				return c.Delete().Namespace("default").Resource("configmaps").Name("a")
			},
			[]written{{"configmaps", "default", "a", "", false, true, false}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var outer int
			var got []written
			ctx := rest.ObserveWrites(t.Context(), func(rest.Write) { outer++ })
			ctx = rest.ObserveWrites(ctx, func(w rest.Write) {
				got = append(got, written{w.Resource.GroupResource().String(), w.Namespace, w.Name, w.ResourceVersion, w.Deleted, w.Unknown, w.UID != ""})
			})
			request := test.send(writesClient(t, test.fault))
			if request.Error() == nil && name != "a dry run" {
				request = request.Body(object)
			}
			_, _ = request.DoRaw(ctx)
			assert.Equal(t, test.want, got)
			assert.Equal(t, len(test.want), outer)
		})
	}
}

// TestSettle looks up the state of objects after the answers to their writes were lost.
func TestSettle(t *testing.T) {
	for name, test := range map[string]struct {
		do   apitest.Effect
		body string
		want func(t *testing.T, w rest.Write)
	}{
		"written": {apitest.CutBody(0), `{"metadata":{"name":"a"}}`, func(t *testing.T, w rest.Write) {
			t.Helper()
			assert.NotEmpty(t, w.UID)
			assert.NotEmpty(t, w.ResourceVersion)
			assert.False(t, w.Deleted)
		}},
		"not written": {apitest.Reset(), `{"metadata":{"name":"a"}}`, func(t *testing.T, w rest.Write) {
			t.Helper()
			assert.True(t, w.Deleted)
		}},
		"with a name that the server generates": {apitest.CutBody(0), `{"metadata":{"generateName":"a-"}}`, func(t *testing.T, w rest.Write) {
			t.Helper()
			assert.Empty(t, w.Name)
			assert.NotEmpty(t, w.ResourceVersion)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			client := writesClient(t, apitest.Fault{Verbs: []string{"create"}, Do: test.do})
			var lost []rest.Write
			ctx := rest.ObserveWrites(t.Context(), func(w rest.Write) { lost = append(lost, w) })
			err := client.Post().Namespace("default").Resource("configmaps").SetHeader("Content-Type", "application/json").Body([]byte(test.body)).Do(ctx).Error()
			require.Error(t, err)
			require.Len(t, lost, 1)
			require.True(t, lost[0].Unknown)
			settled, err := lost[0].Settle(context.Background())
			require.NoError(t, err)
			assert.False(t, settled.Unknown)
			assert.Equal(t, schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}, settled.Resource)
			test.want(t, settled)
			again, err := settled.Settle(context.Background())
			require.NoError(t, err)
			assert.Equal(t, settled, again)
		})
	}
}

// TestSettleThatFails returns a write that is still unknown.
func TestSettleThatFails(t *testing.T) {
	client := writesClient(t, apitest.Fault{Do: apitest.Answer(http.StatusInternalServerError, "application/json", `{"kind":"Status"}`)})
	var lost rest.Write
	ctx := rest.ObserveWrites(t.Context(), func(w rest.Write) { lost = w })
	require.Error(t, client.Delete().Resource("nodes").Name("a").Body(&metav1.DeleteOptions{}).Do(ctx).Error())
	got, err := lost.Settle(t.Context())
	require.Error(t, err)
	assert.True(t, got.Unknown)
}
