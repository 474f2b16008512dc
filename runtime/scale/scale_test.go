package scale_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	appsv1beta1 "k8s.io/api/apps/v1beta1"
	appsv1beta2 "k8s.io/api/apps/v1beta2"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	extensionsv1beta1 "k8s.io/api/extensions/v1beta1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/internal/testutil/discoverytest"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/restmapper"
	"github.com/typewright/typewright/runtime/scale"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scalable is a group-version with a resource "things" whose scale is of the kind's version.
func scalable(gv, scaleVersion schema.GroupVersion) discoverytest.Version {
	return discoverytest.Version{GroupVersion: gv, Resources: []metav1.APIResource{
		discoverytest.Resource(gv, "Thing", "things", true),
		discoverytest.Resource(scaleVersion, "Scale", "things/scale", true),
	}}
}

// oldScale is a Scale as servers with that version of it send it.
func oldScale(version schema.GroupVersion, replicas int) string {
	selector := `"selector":"app=web"`
	if version != autoscalingv1.SchemeGroupVersion {
		selector = `"selector":{"app":"web"},"targetSelector":"app=web"`
	}
	return fmt.Sprintf(`{"kind":"Scale","apiVersion":%q,"metadata":{"name":"web","namespace":"shop","resourceVersion":"5"},"spec":{"replicas":%d},"status":{"replicas":2,%s}}`,
		version, replicas, selector)
}

// connect serves a resource with a scale of that version and returns a client.
func connect(t *testing.T, version schema.GroupVersion, handle http.HandlerFunc) scale.ScalesGetter {
	t.Helper()
	gv := schema.GroupVersion{Group: "g.example.com", Version: "v1"}
	server := &discoverytest.Server{Versions: []discoverytest.Version{scalable(gv, version)}, Handle: handle}
	config := server.Start(t)
	live, err := discovery.NewDiscoveryClientForConfig(config)
	require.NoError(t, err)
	groups, err := restmapper.GetAPIGroupResources(live)
	require.NoError(t, err)
	scales, err := scale.NewForConfig(config, restmapper.NewDiscoveryRESTMapper(groups), dynamic.LegacyAPIPathResolverFunc, scale.NewDiscoveryScaleKindResolver(live))
	require.NoError(t, err)
	assert.Nil(t, config.NegotiatedSerializer, "the caller's configuration is not changed")
	return scales
}

var things = schema.GroupResource{Group: "g.example.com", Resource: "things"}

func versions() []schema.GroupVersion { return scale.NewScaleConverter().ScaleVersions() }

func TestGetUpdateAndPatchInEveryVersion(t *testing.T) {
	for _, version := range versions() {
		t.Run(version.String(), func(t *testing.T) {
			scales := connect(t, version, func(w http.ResponseWriter, req *http.Request) {
				assert.Equal(t, "/apis/g.example.com/v1/namespaces/shop/things/web/scale", req.URL.Path)
				w.Header().Set("Content-Type", "application/json")
				replicas := 2
				switch req.Method {
				case http.MethodPut:
					var sent struct {
						metav1.TypeMeta
						Metadata metav1.ObjectMeta
						Spec     struct{ Replicas int }
					}
					assert.NoError(t, json.NewDecoder(req.Body).Decode(&sent))
					assert.Equal(t, version.String(), sent.APIVersion)
					assert.Equal(t, "Scale", sent.Kind)
					assert.Equal(t, "5", sent.Metadata.ResourceVersion)
					assert.Equal(t, "application/json", req.Header.Get("Content-Type"))
					replicas = sent.Spec.Replicas
				case http.MethodPatch:
					assert.Equal(t, "application/merge-patch+json", req.Header.Get("Content-Type"))
					replicas = 9
				}
				_, _ = fmt.Fprint(w, oldScale(version, replicas))
			}).Scales("shop")

			current, err := scales.Get(t.Context(), things, "web", metav1.GetOptions{})
			require.NoError(t, err)
			assert.Equal(t, int32(2), current.Spec.Replicas)
			assert.Equal(t, "app=web", current.Status.Selector)
			current.Spec.Replicas = 7
			updated, err := scales.Update(t.Context(), things, current, metav1.UpdateOptions{FieldManager: "me"})
			require.NoError(t, err)
			assert.Equal(t, int32(7), updated.Spec.Replicas)
			patched, err := scales.Patch(t.Context(), things.WithVersion("v1"), "web", types.MergePatchType, []byte(`{"spec":{"replicas":9}}`), metav1.PatchOptions{})
			require.NoError(t, err)
			assert.Equal(t, int32(9), patched.Spec.Replicas)
		})
	}
}

func TestErrors(t *testing.T) {
	scales := connect(t, autoscalingv1.SchemeGroupVersion, func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch req.URL.Path {
		case "/apis/g.example.com/v1/namespaces/shop/things/web/scale":
			w.WriteHeader(http.StatusConflict)
			status := apierrors.NewConflict(things, "web", errors.New("changed")).Status()
			status.Kind, status.APIVersion = "Status", "v1"
			_ = json.NewEncoder(w).Encode(status)
		case "/apis/g.example.com/v1/namespaces/shop/things/odd/scale":
			_, _ = fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Success"}`)
		default:
			_, _ = fmt.Fprint(w, `{"kind":"Thing","apiVersion":"g.example.com/v1"}`)
		}
	}).Scales("shop")
	ctx := t.Context()

	_, err := scales.Update(ctx, things, &autoscalingv1.Scale{ObjectMeta: metav1.ObjectMeta{Name: "web"}}, metav1.UpdateOptions{})
	assert.True(t, apierrors.IsConflict(err), "%v", err)
	_, err = scales.Get(ctx, things, "odd", metav1.GetOptions{})
	require.ErrorContains(t, err, "not convertible")
	_, err = scales.Get(ctx, things, "other", metav1.GetOptions{})
	require.ErrorContains(t, err, "is not a Scale")
	_, err = scales.Get(ctx, schema.GroupResource{Resource: "unicorns"}, "web", metav1.GetOptions{})
	require.ErrorContains(t, err, "unicorns")
	_, err = scales.Update(ctx, schema.GroupResource{Resource: "unicorns"}, &autoscalingv1.Scale{}, metav1.UpdateOptions{})
	require.ErrorContains(t, err, "unicorns")
	_, err = scales.Update(ctx, things, nil, metav1.UpdateOptions{})
	require.ErrorContains(t, err, "nil")
	_, err = scales.Get(ctx, things, "../x", metav1.GetOptions{})
	require.Error(t, err)
	ended, cancel := context.WithCancel(ctx)
	cancel()
	_, err = scales.Get(ended, things, "web", metav1.GetOptions{})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestResolver(t *testing.T) {
	gv := schema.GroupVersion{Group: "g.example.com", Version: "v1"}
	silent := scalable(gv, schema.GroupVersion{})
	server := &discoverytest.Server{Legacy: true, Versions: []discoverytest.Version{
		silent,
		scalable(schema.GroupVersion{Group: "g.example.com", Version: "v2"}, autoscalingv1.SchemeGroupVersion),
	}}
	live, err := discovery.NewDiscoveryClientForConfig(server.Start(t))
	require.NoError(t, err)
	resolver := scale.NewDiscoveryScaleKindResolver(live)
	for range 2 {
		kind, err := resolver.ScaleForResource(things.WithVersion("v2"))
		require.NoError(t, err)
		assert.Equal(t, autoscalingv1.SchemeGroupVersion.WithKind("Scale"), kind)
		kind, err = resolver.ScaleForResource(things.WithVersion("v1"))
		require.NoError(t, err)
		assert.Equal(t, gv.WithKind("Scale"), kind, "a server that does not name the scale's version means the resource's")
	}
	assert.Len(t, server.Requests(), 2)
	_, err = resolver.ScaleForResource(gv.WithResource("others"))
	require.ErrorContains(t, err, "could not find scale subresource")
	_, err = resolver.ScaleForResource(things.WithVersion("v9"))
	assert.True(t, apierrors.IsNotFound(err), "%v", err)
}

// Each version turns into each other, and back, without loss.
func TestConverter(t *testing.T) {
	converter := scale.NewScaleConverter()
	for _, from := range versions() {
		for _, to := range versions() {
			t.Run(from.String()+" to "+to.String(), func(t *testing.T) {
				in, err := runtime.Decode(converter.Codecs().UniversalDeserializer(), []byte(oldScale(from, 3)))
				require.NoError(t, err)
				out, err := converter.ConvertToVersion(in, to)
				require.NoError(t, err)
				assert.Equal(t, to.WithKind("Scale"), out.GetObjectKind().GroupVersionKind())
				assert.True(t, converter.Scheme().Recognizes(to.WithKind("Scale")))
				back, err := converter.ConvertToVersion(out, from)
				require.NoError(t, err)
				assert.Equal(t, in, back)
			})
		}
	}
}

func TestSelectors(t *testing.T) {
	converter := scale.NewScaleConverter()
	tests := map[string]struct {
		in      runtime.Object
		to      schema.GroupVersion
		want    runtime.Object
		invalid bool
	}{
		"labels alone": {
			in:   &extensionsv1beta1.Scale{Status: extensionsv1beta1.ScaleStatus{Selector: map[string]string{"a": "1", "b": "2"}}},
			to:   autoscalingv1.SchemeGroupVersion,
			want: &autoscalingv1.Scale{Status: autoscalingv1.ScaleStatus{Selector: "a=1,b=2"}},
		},
		"the text wins over the labels": {
			in:   &appsv1beta1.Scale{Status: appsv1beta1.ScaleStatus{Selector: map[string]string{"a": "1"}, TargetSelector: "a in (1,2)"}},
			to:   autoscalingv1.SchemeGroupVersion,
			want: &autoscalingv1.Scale{Status: autoscalingv1.ScaleStatus{Selector: "a in (1,2)"}},
		},
		"expressions fit into the text only": {
			in:   &autoscalingv1.Scale{Status: autoscalingv1.ScaleStatus{Selector: "a in (1,2)"}},
			to:   appsv1beta2.SchemeGroupVersion,
			want: &appsv1beta2.Scale{Status: appsv1beta2.ScaleStatus{TargetSelector: "a in (1,2)"}},
		},
		"none": {
			in:   &appsv1beta2.Scale{},
			to:   extensionsv1beta1.SchemeGroupVersion,
			want: &extensionsv1beta1.Scale{},
		},
		"a malformed text":      {in: &appsv1beta2.Scale{Status: appsv1beta2.ScaleStatus{TargetSelector: "((("}}, to: autoscalingv1.SchemeGroupVersion, invalid: true},
		"a malformed new text":  {in: &autoscalingv1.Scale{Status: autoscalingv1.ScaleStatus{Selector: "((("}}, to: appsv1beta1.SchemeGroupVersion, invalid: true},
		"malformed labels":      {in: &appsv1beta2.Scale{Status: appsv1beta2.ScaleStatus{Selector: map[string]string{"/": "/"}}}, to: autoscalingv1.SchemeGroupVersion, invalid: true},
		"something else":        {in: &corev1.Pod{}, to: autoscalingv1.SchemeGroupVersion, invalid: true},
		"to an unknown version": {in: &autoscalingv1.Scale{}, to: schema.GroupVersion{Group: "x", Version: "v1"}, invalid: true},
	}
	for what, tc := range tests {
		t.Run(what, func(t *testing.T) {
			out, err := converter.ConvertToVersion(tc.in, tc.to)
			if tc.invalid {
				require.Error(t, err)
				assert.Nil(t, out)
				return
			}
			require.NoError(t, err)
			tc.want.GetObjectKind().SetGroupVersionKind(tc.to.WithKind("Scale"))
			assert.Equal(t, tc.want, out)
		})
	}
}

func ExampleNew() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, oldScale(autoscalingv1.SchemeGroupVersion, 3))
	}))
	defer server.Close()
	client, err := rest.RESTClientFor(&rest.Config{Host: server.URL, ContentConfig: rest.ContentConfig{
		GroupVersion:         &schema.GroupVersion{},
		NegotiatedSerializer: scale.NewScaleConverter().Codecs().WithoutConversion(),
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{{Group: "apps", Version: "v1"}})
	mapper.Add(schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}, meta.RESTScopeNamespace)
	scales := scale.New(client, mapper, dynamic.LegacyAPIPathResolverFunc, nil)
	web, err := scales.Scales("shop").Get(context.Background(), schema.GroupResource{Group: "apps", Resource: "deployments"}, "web", metav1.GetOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(web.Name, web.Spec.Replicas)
	// Output: web 3
}
