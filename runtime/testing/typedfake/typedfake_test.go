package typedfake

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	clienttesting "github.com/typewright/typewright/runtime/testing"
)

// config is an apply configuration of a pod.
type config struct {
	Name string `json:"name,omitempty"`
}

func (c *config) GetName() *string {
	if c.Name == "" {
		return nil
	}
	return &c.Name
}

type podClient = ApplyClient[*corev1.Pod, *corev1.PodList, *config]

var (
	pods = corev1.SchemeGroupVersion.WithResource("pods")
	kind = corev1.SchemeGroupVersion.WithKind("Pod")
)

func newPods(fake *clienttesting.Fake) *podClient {
	return NewApplyClient[*corev1.Pod, *corev1.PodList, *config](Options[*corev1.Pod, *corev1.PodList]{
		Fake: fake, Namespace: "ns", Resource: pods, Kind: kind,
		New:     func() *corev1.Pod { return &corev1.Pod{} },
		NewList: func() *corev1.PodList { return &corev1.PodList{} },
	})
}

func pod(name string, labels map[string]string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: name, Labels: labels}}
}

// TestEveryVerbIsAnAction compares what each call records with what client-go's generated fakes record.
func TestEveryVerbIsAnAction(t *testing.T) {
	p, force := pod("p", nil), false
	applied := metav1.PatchOptions{FieldManager: "me", Force: &force}
	for name, test := range map[string]struct {
		call func(context.Context, *podClient) (any, error)
		want clienttesting.Action
	}{
		"create": {func(ctx context.Context, c *podClient) (any, error) { return c.Create(ctx, p, metav1.CreateOptions{}) }, clienttesting.NewCreateAction(pods, "ns", p)},
		"update": {func(ctx context.Context, c *podClient) (any, error) { return c.Update(ctx, p, metav1.UpdateOptions{}) }, clienttesting.NewUpdateAction(pods, "ns", p)},
		"updateStatus": {func(ctx context.Context, c *podClient) (any, error) {
			return c.UpdateStatus(ctx, p, metav1.UpdateOptions{})
		}, clienttesting.NewUpdateSubresourceAction(pods, "status", "ns", p)},
		"get": {func(ctx context.Context, c *podClient) (any, error) { return c.Get(ctx, "p", metav1.GetOptions{}) }, clienttesting.NewGetAction(pods, "ns", "p")},
		"delete": {
			func(ctx context.Context, c *podClient) (any, error) {
				return &corev1.Pod{}, c.Delete(ctx, "p", metav1.DeleteOptions{})
			},
			clienttesting.NewDeleteAction(pods, "ns", "p"),
		},
		"deleteCollection": {
			func(ctx context.Context, c *podClient) (any, error) {
				return &corev1.Pod{}, c.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "a=b"})
			},
			clienttesting.NewDeleteCollectionAction(pods, "ns", metav1.ListOptions{LabelSelector: "a=b"}),
		},
		"patch": {
			func(ctx context.Context, c *podClient) (any, error) {
				return c.Patch(ctx, "p", types.MergePatchType, []byte("{}"), metav1.PatchOptions{}, "a", "b")
			},
			clienttesting.NewPatchSubresourceAction(pods, "ns", "p", types.MergePatchType, []byte("{}"), "a/b"),
		},
		"apply": {
			func(ctx context.Context, c *podClient) (any, error) {
				return c.Apply(ctx, &config{Name: "p"}, metav1.ApplyOptions{FieldManager: "me"})
			},
			clienttesting.NewPatchActionWithOptions(pods, "ns", "p", types.ApplyPatchType, []byte(`{"name":"p"}`), applied),
		},
		"applyStatus": {
			func(ctx context.Context, c *podClient) (any, error) {
				return c.ApplyStatus(ctx, &config{Name: "p"}, metav1.ApplyOptions{FieldManager: "me"})
			},
			clienttesting.NewPatchSubresourceActionWithOptions(pods, "ns", "p", types.ApplyPatchType, []byte(`{"name":"p"}`), applied, "status"),
		},
		"get subresource": {
			func(ctx context.Context, c *podClient) (any, error) {
				return SubresourceGet[corev1.Pod](ctx, c.At("p", "sub"), metav1.GetOptions{})
			},
			clienttesting.NewGetSubresourceAction(pods, "ns", "sub", "p"),
		},
		"create subresource": {
			func(ctx context.Context, c *podClient) (any, error) {
				return SubresourceCreate[corev1.Pod](ctx, c.At("p", "sub"), p, metav1.CreateOptions{})
			},
			clienttesting.NewCreateSubresourceAction(pods, "p", "sub", "ns", p),
		},
		"update subresource": {
			func(ctx context.Context, c *podClient) (any, error) {
				return SubresourceUpdate[corev1.Pod](ctx, c.At("p", "sub"), p, metav1.UpdateOptions{})
			},
			clienttesting.NewUpdateSubresourceAction(pods, "sub", "ns", p),
		},
		"delete subresource": {
			func(ctx context.Context, c *podClient) (any, error) {
				return &corev1.Pod{}, SubresourceDelete(ctx, c.At("p", "sub"), metav1.DeleteOptions{})
			},
			clienttesting.NewDeleteSubresourceAction(pods, "sub", "ns", "p"),
		},
		"patch subresource": {
			func(ctx context.Context, c *podClient) (any, error) {
				return SubresourcePatch[corev1.Pod](ctx, c.At("p", "sub"), types.JSONPatchType, []byte("[]"), metav1.PatchOptions{})
			},
			clienttesting.NewPatchSubresourceAction(pods, "ns", "p", types.JSONPatchType, []byte("[]"), "sub"),
		},
		"apply subresource": {
			func(ctx context.Context, c *podClient) (any, error) {
				return SubresourceApply[corev1.Pod](ctx, c.At("p", "sub"), &config{}, metav1.ApplyOptions{FieldManager: "me"})
			},
			clienttesting.NewPatchSubresourceActionWithOptions(pods, "ns", "p", types.ApplyPatchType, []byte(`{}`), applied, "sub"),
		},
		"apply the named": {
			func(ctx context.Context, c *podClient) (any, error) {
				return SubresourceApply[corev1.Pod](ctx, c.At(""), &config{Name: "p"}, metav1.ApplyOptions{FieldManager: "me"})
			},
			clienttesting.NewPatchActionWithOptions(pods, "ns", "p", types.ApplyPatchType, []byte(`{"name":"p"}`), applied),
		},
	} {
		t.Run(name, func(t *testing.T) {
			fake := &clienttesting.Fake{}
			got, err := test.call(t.Context(), newPods(fake))
			require.NoError(t, err)
			assert.Equal(t, &corev1.Pod{}, got, "what is returned where nothing answers")
			assert.Equal(t, []clienttesting.Action{test.want}, fake.Actions())
		})
	}
}

func TestListSelectsByLabels(t *testing.T) {
	fake := &clienttesting.Fake{}
	answer := &corev1.PodList{
		TypeMeta: metav1.TypeMeta{Kind: "PodList"}, ListMeta: metav1.ListMeta{ResourceVersion: "7", Continue: "more"},
		Items: []corev1.Pod{*pod("a", map[string]string{"x": "1"}), *pod("b", map[string]string{"x": "2"})},
	}
	fake.AddReactor("list", "pods", func(clienttesting.Action) (bool, runtime.Object, error) { return true, answer, nil })
	meta := metav1.ListMeta{ResourceVersion: "7", Continue: "more"}
	for selector, want := range map[string]*corev1.PodList{
		"":    {ListMeta: meta, Items: answer.Items},
		"x=2": {ListMeta: meta, Items: answer.Items[1:]},
		"x=3": {ListMeta: meta},
	} {
		got, err := newPods(fake).List(t.Context(), metav1.ListOptions{LabelSelector: selector})
		require.NoError(t, err)
		assert.Equal(t, want, got, selector)
	}
	assert.Len(t, answer.Items, 2)
}

func TestWatch(t *testing.T) {
	fake := &clienttesting.Fake{}
	mine := watch.NewFake()
	fake.AddWatchReactor("pods", clienttesting.DefaultWatchReactor(mine, nil))
	for _, call := range []func() (watch.Interface, error){
		func() (watch.Interface, error) { return newPods(fake).Watch(t.Context(), metav1.ListOptions{}) },
		func() (watch.Interface, error) {
			return SubresourceWatch(t.Context(), newPods(fake).At(""), metav1.ListOptions{})
		},
	} {
		got, err := call()
		require.NoError(t, err)
		assert.Same(t, mine, got)
	}
	assert.True(t, fake.Actions()[0].(clienttesting.WatchActionImpl).ListOptions.Watch)
}

func TestAnswersOfAnotherType(t *testing.T) {
	fake := &clienttesting.Fake{}
	fake.AddReactor("get", "pods", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, &corev1.Node{}, nil
	})
	got, err := SubresourceGet[corev1.Pod](t.Context(), newPods(fake).At("p", "sub"), metav1.GetOptions{})
	require.EqualError(t, err, "the fake responded to get pods/sub with a *v1.Node instead of a *v1.Pod: "+
		"add a reactor for it, or test with a clientset made by NewServerBacked")
	assert.Equal(t, &corev1.Pod{}, got)
}

func TestApplyNeedsAName(t *testing.T) {
	c := newPods(&clienttesting.Fake{})
	for name, call := range map[string]func(*config) (*corev1.Pod, error){
		"client": func(cfg *config) (*corev1.Pod, error) { return c.Apply(t.Context(), cfg, metav1.ApplyOptions{}) },
		"target": func(cfg *config) (*corev1.Pod, error) {
			return SubresourceApply[corev1.Pod](t.Context(), c.At(""), cfg, metav1.ApplyOptions{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := call(nil)
			require.EqualError(t, err, "configuration provided to Apply must not be nil")
			assert.Nil(t, got)
			got, err = call(&config{})
			require.EqualError(t, err, "configuration.Name must be provided to Apply")
			assert.Nil(t, got)
		})
	}
}
