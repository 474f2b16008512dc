package gentype_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/gentype"
	"github.com/typewright/typewright/runtime/gentype/internal/sample/applyconfiguration"
	applyv1 "github.com/typewright/typewright/runtime/gentype/internal/sample/applyconfiguration/sample/v1"
	"github.com/typewright/typewright/runtime/gentype/internal/sample/clientset/versioned"
	"github.com/typewright/typewright/runtime/gentype/internal/sample/clientset/versioned/fake"
	"github.com/typewright/typewright/runtime/gentype/internal/sample/clientset/versioned/scheme"
	listersv1 "github.com/typewright/typewright/runtime/gentype/internal/sample/listers/sample/v1"
	samplev1 "github.com/typewright/typewright/runtime/gentype/internal/sample/v1"
	"github.com/typewright/typewright/runtime/rest"
	fakes "github.com/typewright/typewright/runtime/testing"
)

// clientsets returns clientsets as client-gen of Kubernetes emits them: for a server, with a tracker, and with a tracker
// that has server-side apply.
func clientsets(t *testing.T) map[string]versioned.Interface {
	t.Helper()
	server := apitest.Start(t, apitest.Options{
		Scheme: scheme.Scheme, TypeConverter: applyconfiguration.NewTypeConverter(scheme.Scheme),
	})
	served, err := versioned.NewForConfig(server.Config())
	require.NoError(t, err)
	return map[string]versioned.Interface{"server": served, "fake": fake.NewClientset()}
}

func TestGeneratedClients(t *testing.T) {
	for name, clientset := range clientsets(t) {
		t.Run(name, func(t *testing.T) {
			ctx, client := t.Context(), clientset.SampleV1().Gadgets("default")
			w, err := client.Watch(ctx, metav1.ListOptions{})
			require.NoError(t, err)
			defer w.Stop()

			gadget := &samplev1.Gadget{ObjectMeta: metav1.ObjectMeta{Name: "one", Labels: map[string]string{"a": "b"}}, Spec: samplev1.GadgetSpec{Size: 1}}
			created, err := client.Create(ctx, gadget, metav1.CreateOptions{})
			require.NoError(t, err)
			assert.Equal(t, int32(1), created.Spec.Size)
			event := <-w.ResultChan()
			assert.Equal(t, watch.Added, event.Type)
			assert.Equal(t, "one", event.Object.(*samplev1.Gadget).Name)

			created.Spec.Size = 2
			updated, err := client.Update(ctx, created, metav1.UpdateOptions{})
			require.NoError(t, err)
			updated.Status.Ready = true
			_, err = client.UpdateStatus(ctx, updated, metav1.UpdateOptions{})
			require.NoError(t, err)
			patched, err := client.Patch(ctx, "one", types.MergePatchType, []byte(`{"metadata":{"labels":{"c":"d"}}}`), metav1.PatchOptions{})
			require.NoError(t, err)
			assert.Equal(t, map[string]string{"a": "b", "c": "d"}, patched.Labels)

			applied, err := client.Apply(ctx, applyv1.Gadget("two", "default").WithSpec(applyv1.GadgetSpec().WithSize(5)), metav1.ApplyOptions{FieldManager: "test"})
			require.NoError(t, err)
			assert.Equal(t, int32(5), applied.Spec.Size)
			_, err = client.ApplyStatus(ctx, applyv1.Gadget("two", "default").WithStatus(applyv1.GadgetStatus().WithReady(true)), metav1.ApplyOptions{FieldManager: "test"})
			require.NoError(t, err)
			_, err = client.Apply(ctx, nil, metav1.ApplyOptions{})
			require.Error(t, err)
			_, err = client.Apply(ctx, &applyv1.GadgetApplyConfiguration{}, metav1.ApplyOptions{})
			require.Error(t, err)

			list, err := client.List(ctx, metav1.ListOptions{LabelSelector: "a=b"})
			require.NoError(t, err)
			require.Len(t, list.Items, 1)
			assert.Equal(t, int32(2), list.Items[0].Spec.Size)
			list, err = client.List(ctx, metav1.ListOptions{})
			require.NoError(t, err)
			assert.Len(t, list.Items, 2)

			require.NoError(t, client.Delete(ctx, "one", metav1.DeleteOptions{}))
			_, err = client.Get(ctx, "one", metav1.GetOptions{})
			assert.True(t, apierrors.IsNotFound(err))
			require.NoError(t, client.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{}))
		})
	}
}

func TestGeneratedListers(t *testing.T) {
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	for _, namespace := range []string{"x", "y"} {
		require.NoError(t, indexer.Add(&samplev1.Gadget{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "one"}}))
	}
	lister := listersv1.NewGadgetLister(indexer)
	all, err := lister.List(labels.Everything())
	require.NoError(t, err)
	assert.Len(t, all, 2)
	one, err := lister.Gadgets("y").Get("one")
	require.NoError(t, err)
	assert.Equal(t, "y", one.Namespace)
	_, err = lister.Gadgets("z").Get("one")
	require.EqualError(t, err, `gadget.sample.typewright.dev "one" not found`)
}

// TestFakesForTests uses what tests of generated clients use: reactors, actions, and what expansions call.
func TestFakesForTests(t *testing.T) {
	clientset := fake.NewSimpleClientset()
	clientset.PrependReactor("get", "gadgets", func(fakes.Action) (bool, runtime.Object, error) {
		return true, nil, apierrors.NewForbidden(samplev1.Resource("gadgets"), "one", nil)
	})
	_, err := clientset.SampleV1().Gadgets("default").Get(t.Context(), "one", metav1.GetOptions{})
	assert.True(t, apierrors.IsForbidden(err))
	require.Len(t, clientset.Actions(), 1)
	assert.True(t, clientset.Actions()[0].Matches("get", "gadgets"))

	resource, kind := samplev1.SchemeGroupVersion.WithResource("gadgets"), samplev1.SchemeGroupVersion.WithKind("Gadget") //nolint:staticcheck // as emitted clients have it
	newGadget := func() *samplev1.Gadget { return &samplev1.Gadget{} }
	plain := gentype.NewFakeClient(&clientset.Fake, "x", resource, kind, newGadget)
	assert.Equal(t, "x", plain.Namespace())
	assert.Equal(t, kind, plain.Kind())
	assert.Equal(t, resource, plain.Resource())
	_, err = plain.Invokes(fakes.NewGetAction(resource, "x", "one"), newGadget())
	assert.True(t, apierrors.IsForbidden(err))
	applying := gentype.NewFakeClientWithApply[*samplev1.Gadget, *applyv1.GadgetApplyConfiguration](&clientset.Fake, "x", resource, kind, newGadget)
	_, err = applying.Apply(t.Context(), applyv1.Gadget("one", "x"), metav1.ApplyOptions{FieldManager: "test", Force: true})
	require.Error(t, err, "a simple clientset has no server-side apply")
	listing := gentype.NewFakeClientWithList(&clientset.Fake, "x", resource, kind, newGadget,
		func() *samplev1.GadgetList { return &samplev1.GadgetList{} },
		func(into, from *samplev1.GadgetList) { into.ListMeta = from.ListMeta },
		func(list *samplev1.GadgetList) []*samplev1.Gadget { return gentype.ToPointerSlice(list.Items) },
		func(list *samplev1.GadgetList, items []*samplev1.Gadget) {
			list.Items = gentype.FromPointerSlice(items)
		})
	list, err := listing.List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	assert.Empty(t, list.Items)
}

// TestOtherClients checks the clients that the sample clientset does not have.
func TestOtherClients(t *testing.T) {
	var accepts string
	server := apitest.Start(t, apitest.Options{Scheme: scheme.Scheme})
	config := server.Config()
	config.APIPath, config.GroupVersion, config.NegotiatedSerializer = "/apis", &schema.GroupVersion{Group: "sample.typewright.dev", Version: "v1"}, scheme.Codecs
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			accepts = r.Header.Get("Accept")
			return next.RoundTrip(r)
		})
	})
	client, err := rest.RESTClientFor(config)
	require.NoError(t, err)
	newGadget := func() *samplev1.Gadget { return &samplev1.Gadget{} }
	plain := gentype.NewClient("gadgets", client, scheme.ParameterCodec, "x", newGadget, gentype.PrefersProtobuf[*samplev1.Gadget]())
	assert.Equal(t, "x", plain.GetNamespace())
	assert.Equal(t, client, plain.GetClient())
	_, err = plain.Get(t.Context(), "one", metav1.GetOptions{})
	assert.True(t, apierrors.IsNotFound(err))
	assert.Contains(t, accepts, "protobuf")
	_, err = plain.List(t.Context(), metav1.ListOptions{})
	require.ErrorContains(t, err, "no list type")

	applying := gentype.NewClientWithApply[*samplev1.Gadget, *applyv1.GadgetApplyConfiguration]("gadgets", client, scheme.ParameterCodec, "x", newGadget)
	_, err = applying.Apply(t.Context(), nil, metav1.ApplyOptions{})
	require.Error(t, err)
	listing := gentype.NewClientWithList("gadgets", client, scheme.ParameterCodec, "", newGadget, func() *samplev1.GadgetList { return &samplev1.GadgetList{} })
	list, err := listing.List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	assert.Empty(t, list.Items)
	assert.NotContains(t, accepts, "protobuf")
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestSlices(t *testing.T) {
	values := []int{1, 2}
	pointers := gentype.ToPointerSlice(values)
	assert.Same(t, &values[1], pointers[1])
	assert.Equal(t, values, gentype.FromPointerSlice(pointers))
	assert.Nil(t, gentype.ToPointerSlice[int](nil))
	assert.Nil(t, gentype.FromPointerSlice[int](nil))
}
