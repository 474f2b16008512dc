package typed_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/typed"
)

type applyClient = typed.ApplyClient[*corev1.Pod, *corev1.PodList, *podConfiguration]

func TestEveryVerbOnTheWire(t *testing.T) {
	five := int64(5)
	name := "a"
	verbs := map[string]struct {
		call        func(ctx context.Context, c *applyClient) error
		method      string
		path        string
		query       map[string]string
		contentType string
		body        string
	}{
		"create": {
			call: func(ctx context.Context, c *applyClient) error {
				_, err := c.Create(ctx, newPod("ns", "a"), metav1.CreateOptions{FieldManager: "me", DryRun: []string{"All"}})
				return err
			},
			method: "POST", path: "/api/v1/namespaces/ns/pods",
			query:       map[string]string{"fieldManager": "me", "dryRun": "All"},
			contentType: "application/json", body: `"name":"a"`,
		},
		"update": {
			call: func(ctx context.Context, c *applyClient) error {
				_, err := c.Update(ctx, newPod("ns", "a"), metav1.UpdateOptions{FieldManager: "me"})
				return err
			},
			method: "PUT", path: "/api/v1/namespaces/ns/pods/a", query: map[string]string{"fieldManager": "me"},
			contentType: "application/json", body: `"name":"a"`,
		},
		"updateStatus": {
			call: func(ctx context.Context, c *applyClient) error {
				_, err := c.UpdateStatus(ctx, newPod("ns", "a"), metav1.UpdateOptions{})
				return err
			},
			method: "PUT", path: "/api/v1/namespaces/ns/pods/a/status", contentType: "application/json", body: `"name":"a"`,
		},
		"delete": {
			call: func(ctx context.Context, c *applyClient) error {
				return c.Delete(ctx, "a", metav1.DeleteOptions{GracePeriodSeconds: &five})
			},
			method: "DELETE", path: "/api/v1/namespaces/ns/pods/a", contentType: "application/json",
			body: `"gracePeriodSeconds":5`,
		},
		"deleteCollection": {
			call: func(ctx context.Context, c *applyClient) error {
				return c.DeleteCollection(ctx, metav1.DeleteOptions{GracePeriodSeconds: &five}, metav1.ListOptions{LabelSelector: "x=y", TimeoutSeconds: &five})
			},
			method: "DELETE", path: "/api/v1/namespaces/ns/pods", contentType: "application/json",
			query: map[string]string{"labelSelector": "x=y", "timeoutSeconds": "5", "timeout": "5s"},
			body:  `"gracePeriodSeconds":5`,
		},
		"get": {
			call: func(ctx context.Context, c *applyClient) error {
				_, err := c.Get(ctx, "a", metav1.GetOptions{ResourceVersion: "7"})
				return err
			},
			method: "GET", path: "/api/v1/namespaces/ns/pods/a", query: map[string]string{"resourceVersion": "7"},
		},
		"list": {
			call: func(ctx context.Context, c *applyClient) error {
				_, err := c.List(ctx, metav1.ListOptions{LabelSelector: "x=y", Limit: 3, TimeoutSeconds: &five})
				return err
			},
			method: "GET", path: "/api/v1/namespaces/ns/pods",
			query: map[string]string{"labelSelector": "x=y", "limit": "3", "timeoutSeconds": "5", "timeout": "5s"},
		},
		"watch": {
			call: func(ctx context.Context, c *applyClient) error {
				w, err := c.Watch(ctx, metav1.ListOptions{ResourceVersion: "9"})
				if err == nil {
					w.Stop()
				}
				return err
			},
			method: "GET", path: "/api/v1/namespaces/ns/pods", query: map[string]string{"watch": "true", "resourceVersion": "9"},
		},
		"patch": {
			call: func(ctx context.Context, c *applyClient) error {
				_, err := c.Patch(ctx, "a", types.MergePatchType, []byte(`{"x":1}`), metav1.PatchOptions{FieldManager: "me"}, "status")
				return err
			},
			method: "PATCH", path: "/api/v1/namespaces/ns/pods/a/status", query: map[string]string{"fieldManager": "me"},
			contentType: "application/merge-patch+json", body: `{"x":1}`,
		},
		"apply": {
			call: func(ctx context.Context, c *applyClient) error {
				_, err := c.Apply(ctx, &podConfiguration{Kind: "Pod", APIVersion: "v1", Metadata: podMetadata{Name: &name}}, metav1.ApplyOptions{FieldManager: "me", Force: true})
				return err
			},
			method: "PATCH", path: "/api/v1/namespaces/ns/pods/a", query: map[string]string{"fieldManager": "me", "force": "true"},
			contentType: "application/apply-patch+yaml", body: `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"}}`,
		},
		"applyStatus": {
			call: func(ctx context.Context, c *applyClient) error {
				_, err := c.ApplyStatus(ctx, &podConfiguration{Metadata: podMetadata{Name: &name}}, metav1.ApplyOptions{FieldManager: "me"})
				return err
			},
			method: "PATCH", path: "/api/v1/namespaces/ns/pods/a/status", query: map[string]string{"fieldManager": "me", "force": "false"},
			contentType: "application/apply-patch+yaml", body: `"name":"a"`,
		},
	}
	for verb, tc := range verbs {
		t.Run(verb, func(t *testing.T) {
			server := &recorder{answer: answering(newPod("ns", "a"))}
			if verb == "list" {
				server.answer = answering(&corev1.PodList{TypeMeta: metav1.TypeMeta{Kind: "PodList", APIVersion: "v1"}})
			}
			client := typed.NewApplyClient[*corev1.Pod, *corev1.PodList, *podConfiguration](podOptions(t, server, "ns"))
			require.NoError(t, tc.call(t.Context(), client))

			got := server.only(t)
			assert.Equal(t, tc.method, got.Method)
			assert.Equal(t, tc.path, got.Path)
			query := map[string]string{}
			for key := range got.Query {
				query[key] = got.Query.Get(key)
			}
			if tc.query == nil {
				tc.query = map[string]string{}
			}
			assert.Equal(t, tc.query, query)
			assert.Equal(t, tc.contentType, got.ContentType)
			assert.Contains(t, got.Body, tc.body)
		})
	}
}

func TestResultsAreDecoded(t *testing.T) {
	answer := newPod("ns", "a")
	answer.ResourceVersion = "42"
	client := typed.NewClient(podOptions(t, &recorder{answer: answering(answer)}, "ns"))

	created, err := client.Create(t.Context(), newPod("ns", "a"), metav1.CreateOptions{})
	require.NoError(t, err)
	assert.Equal(t, "42", created.ResourceVersion)
	got, err := client.Get(t.Context(), "a", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, "42", got.ResourceVersion)
	assert.Equal(t, "ns", client.GetNamespace())
	assert.NotNil(t, client.GetClient())
}

func TestErrorsComeWithAnEmptyObject(t *testing.T) {
	notFound := apierrors.NewNotFound(corev1.Resource("pods"), "a").Status()
	server := &recorder{answer: func(w http.ResponseWriter, req *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		answering(&notFound)(w, req)
	}}
	client := typed.NewClient(podOptions(t, server, "ns"))

	pod, err := client.Get(t.Context(), "a", metav1.GetOptions{})
	assert.True(t, apierrors.IsNotFound(err), "%v", err)
	assert.Equal(t, &corev1.Pod{}, pod)
	list, err := client.List(t.Context(), metav1.ListOptions{})
	assert.True(t, apierrors.IsNotFound(err), "%v", err)
	assert.Equal(t, &corev1.PodList{}, list)
}

func TestInvalidRequestsAreNotSent(t *testing.T) {
	server := &recorder{answer: answering(newPod("", "a"))}
	client := typed.NewApplyClient[*corev1.Pod, *corev1.PodList, *podConfiguration](podOptions(t, server, ""))
	nolist := typed.NewClient(typed.Options[*corev1.Pod, typed.NoList]{Resource: "pods", REST: client.GetClient(), New: func() *corev1.Pod { return &corev1.Pod{} }})

	requests := map[string]func() error{
		"a namespaced object without a namespace": func() error {
			_, err := client.Get(t.Context(), "a", metav1.GetOptions{})
			return err
		},
		"creating without a namespace": func() error {
			_, err := client.Create(t.Context(), newPod("", "a"), metav1.CreateOptions{})
			return err
		},
		"an object without a name": func() error {
			return client.Delete(t.Context(), "", metav1.DeleteOptions{})
		},
		"a name that leaves its segment": func() error {
			return client.Delete(t.Context(), "../secrets", metav1.DeleteOptions{})
		},
		"a nil configuration": func() error {
			pod, err := client.Apply(t.Context(), nil, metav1.ApplyOptions{})
			assert.Nil(t, pod)
			return err
		},
		"a configuration without a name": func() error {
			pod, err := client.ApplyStatus(t.Context(), &podConfiguration{}, metav1.ApplyOptions{})
			assert.Nil(t, pod)
			return err
		},
		"a list of a kind without a list type": func() error {
			list, err := nolist.List(t.Context(), metav1.ListOptions{})
			assert.Nil(t, list)
			return err
		},
	}
	for what, call := range requests {
		t.Run(what, func(t *testing.T) { assert.Error(t, call()) })
	}
	assert.Empty(t, server.requests)
}

func TestListOfAllNamespacesAndOfClusterScopedKinds(t *testing.T) {
	server := &recorder{answer: answering(&corev1.PodList{})}
	_, err := typed.NewClient(podOptions(t, server, "")).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	assert.Equal(t, "/api/v1/pods", server.only(t).Path)

	server = &recorder{answer: answering(&corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n"}})}
	nodes := typed.NewClient(typed.Options[*corev1.Node, *corev1.NodeList]{
		Resource:       "nodes",
		REST:           connect(t, server),
		ParameterCodec: runtime.NewParameterCodec(newScheme(t)),
		New:            func() *corev1.Node { return &corev1.Node{} },
	})
	_, err = nodes.Get(t.Context(), "n", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, "/api/v1/nodes/n", server.only(t).Path)
}

func TestSubresources(t *testing.T) {
	name := "a"
	calls := map[string]struct {
		call         func(ctx context.Context, c *typed.Client[*corev1.Pod, *corev1.PodList]) (runtime.Object, error)
		method, path string
		body         string
	}{
		"get": {
			call: func(ctx context.Context, c *typed.Client[*corev1.Pod, *corev1.PodList]) (runtime.Object, error) {
				return typed.SubresourceGet[corev1.Binding](ctx, c.At("a", "binding"), metav1.GetOptions{})
			},
			method: "GET", path: "/api/v1/namespaces/ns/pods/a/binding",
		},
		"list": {
			call: func(ctx context.Context, c *typed.Client[*corev1.Pod, *corev1.PodList]) (runtime.Object, error) {
				return typed.SubresourceList[corev1.PodList](ctx, c.At("a", "children"), metav1.ListOptions{})
			},
			method: "GET", path: "/api/v1/namespaces/ns/pods/a/children",
		},
		"create": {
			call: func(ctx context.Context, c *typed.Client[*corev1.Pod, *corev1.PodList]) (runtime.Object, error) {
				return typed.SubresourceCreate[corev1.Binding](ctx, c.At("a", "binding"), &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Name: "b"}}, metav1.CreateOptions{})
			},
			method: "POST", path: "/api/v1/namespaces/ns/pods/a/binding", body: `"name":"b"`,
		},
		"create without a name": {
			call: func(ctx context.Context, c *typed.Client[*corev1.Pod, *corev1.PodList]) (runtime.Object, error) {
				return typed.SubresourceCreate[corev1.Pod](ctx, c.At(""), newPod("ns", "a"), metav1.CreateOptions{})
			},
			method: "POST", path: "/api/v1/namespaces/ns/pods", body: `"name":"a"`,
		},
		"update": {
			call: func(ctx context.Context, c *typed.Client[*corev1.Pod, *corev1.PodList]) (runtime.Object, error) {
				return typed.SubresourceUpdate[corev1.Pod](ctx, c.At("a", "resize"), newPod("ns", "a"), metav1.UpdateOptions{})
			},
			method: "PUT", path: "/api/v1/namespaces/ns/pods/a/resize", body: `"name":"a"`,
		},
		"patch": {
			call: func(ctx context.Context, c *typed.Client[*corev1.Pod, *corev1.PodList]) (runtime.Object, error) {
				return typed.SubresourcePatch[corev1.Pod](ctx, c.At("a", "resize"), types.MergePatchType, []byte("{}"), metav1.PatchOptions{})
			},
			method: "PATCH", path: "/api/v1/namespaces/ns/pods/a/resize", body: "{}",
		},
		"apply": {
			call: func(ctx context.Context, c *typed.Client[*corev1.Pod, *corev1.PodList]) (runtime.Object, error) {
				return typed.SubresourceApply[corev1.Pod](ctx, c.At("x", "resize"), &podConfiguration{Metadata: podMetadata{Name: &name}}, metav1.ApplyOptions{})
			},
			method: "PATCH", path: "/api/v1/namespaces/ns/pods/x/resize", body: `"name":"a"`,
		},
		"apply to the object that the configuration names": {
			call: func(ctx context.Context, c *typed.Client[*corev1.Pod, *corev1.PodList]) (runtime.Object, error) {
				return typed.SubresourceApply[corev1.Pod](ctx, c.At(""), &podConfiguration{Metadata: podMetadata{Name: &name}}, metav1.ApplyOptions{})
			},
			method: "PATCH", path: "/api/v1/namespaces/ns/pods/a", body: `"name":"a"`,
		},
		"delete": {
			call: func(ctx context.Context, c *typed.Client[*corev1.Pod, *corev1.PodList]) (runtime.Object, error) {
				return &corev1.Pod{}, typed.SubresourceDelete(ctx, c.At("a", "lease"), metav1.DeleteOptions{})
			},
			method: "DELETE", path: "/api/v1/namespaces/ns/pods/a/lease",
		},
		"watch": {
			call: func(ctx context.Context, c *typed.Client[*corev1.Pod, *corev1.PodList]) (runtime.Object, error) {
				w, err := typed.SubresourceWatch(ctx, c.At("a", "children"), metav1.ListOptions{})
				if err == nil {
					w.Stop()
				}
				return &corev1.Pod{}, err
			},
			method: "GET", path: "/api/v1/namespaces/ns/pods/a/children",
		},
	}
	for verb, tc := range calls {
		t.Run(verb, func(t *testing.T) {
			server := &recorder{answer: answering(map[string]any{})}
			result, err := tc.call(t.Context(), typed.NewClient(podOptions(t, server, "ns")))
			if verb != "watch" {
				require.NoError(t, err)
				assert.NotNil(t, result)
			}
			got := server.only(t)
			assert.Equal(t, tc.method, got.Method)
			assert.Equal(t, tc.path, got.Path)
			assert.Contains(t, got.Body, tc.body)
		})
	}
}

func TestSubresourceApplyNeedsAConfigurationAndAName(t *testing.T) {
	server := &recorder{answer: answering(map[string]any{})}
	client := typed.NewClient(podOptions(t, server, "ns"))
	result, err := typed.SubresourceApply[authenticationv1.TokenRequest](t.Context(), client.At("a", "token"), (*podConfiguration)(nil), metav1.ApplyOptions{})
	require.Error(t, err)
	assert.Nil(t, result)
	_, err = typed.SubresourceApply[corev1.Pod](t.Context(), client.At(""), &podConfiguration{}, metav1.ApplyOptions{})
	require.ErrorContains(t, err, "WithName")
	assert.Empty(t, server.requests)
}
