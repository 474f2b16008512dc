package clients_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
)

// object has the methods of all API types.
type object interface {
	metav1.Object
	runtime.Object
}

// verbs are the methods of every client under test. The interfaces below have the optional ones.
type verbs[T object, L runtime.Object] interface {
	Create(ctx context.Context, obj T, opts metav1.CreateOptions) (T, error)
	Update(ctx context.Context, obj T, opts metav1.UpdateOptions) (T, error)
	Delete(ctx context.Context, name string, opts metav1.DeleteOptions) error
	Get(ctx context.Context, name string, opts metav1.GetOptions) (T, error)
	List(ctx context.Context, opts metav1.ListOptions) (L, error)
	Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
}

type patcher[T object] interface {
	Patch(ctx context.Context, name string, pt types.PatchType, data []byte, opts metav1.PatchOptions, subresources ...string) (T, error)
}

type applier[T object, A any] interface {
	Apply(ctx context.Context, obj A, opts metav1.ApplyOptions) (T, error)
}

type statusUpdater[T object] interface {
	UpdateStatus(ctx context.Context, obj T, opts metav1.UpdateOptions) (T, error)
}

type collectionDeleter interface {
	DeleteCollection(ctx context.Context, opts metav1.DeleteOptions, listOpts metav1.ListOptions) error
}

// kind has a client of a kind, and functions that make and change objects.
type kind[T object, L runtime.Object, A any] struct {
	resource string // for kubectl
	ns       string // empty for cluster-scoped kinds
	client   verbs[T, L]
	make     func(name string) T
	change   func(T)             // changes a field that is stored
	status   func(T)             // changes the status; nil if there is none
	apply    func(name string) A // sets the label applied=here; nil if there is no Apply

	noCollectionDelete bool // the client cannot delete collections
	partlyStored       bool // some fields of this version are not stored

	prefix string // of the names of objects; set by lifecycle
}

// labelled returns an object that selector selects.
func (k kind[T, L, A]) labelled(name string) T {
	obj := k.make(name)
	obj.SetLabels(map[string]string{"e2e": k.prefix})
	return obj
}

func (k kind[T, L, A]) selector() string { return "e2e=" + k.prefix }

// lifecycle calls every method of the client.
func (k kind[T, L, A]) lifecycle(t *testing.T, prefix string) {
	t.Helper()
	k.prefix = prefix
	ctx, name := t.Context(), prefix+"-a"
	listed, err := k.client.List(ctx, metav1.ListOptions{LabelSelector: k.selector()})
	require.NoError(t, err)
	assert.Empty(t, names(t, listed))
	seen := k.watchFrom(t, listed)

	_, err = k.client.Get(ctx, name, metav1.GetOptions{})
	require.True(t, apierrors.IsNotFound(err), "%v", err)
	created, err := k.client.Create(ctx, k.labelled(name), metav1.CreateOptions{FieldManager: "creator"})
	require.NoError(t, err)
	assert.NotEmpty(t, created.GetUID())
	_, err = k.client.Create(ctx, k.labelled(name), metav1.CreateOptions{})
	require.True(t, apierrors.IsAlreadyExists(err), "%v", err)
	got, err := k.client.Get(ctx, name, metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, created, got)

	k.update(t, got)
	k.patch(t, name)
	k.applied(t, name)
	k.statusChanges(t, name)
	k.assertSameAsKubectl(t, name)

	listed, err = k.client.List(ctx, metav1.ListOptions{LabelSelector: k.selector()})
	require.NoError(t, err)
	assert.Equal(t, []string{name}, names(t, listed))
	k.remove(t, name, created.GetUID())
	k.removeAll(t)
	k.assertEvents(t, seen, name)
}

func (k kind[T, L, A]) update(t *testing.T, old T) {
	t.Helper()
	next, _ := old.DeepCopyObject().(T)
	k.change(next)
	updated, err := k.client.Update(t.Context(), next, metav1.UpdateOptions{})
	require.NoError(t, err)
	assert.NotEqual(t, old.GetResourceVersion(), updated.GetResourceVersion())
	_, err = k.client.Update(t.Context(), next, metav1.UpdateOptions{})
	require.True(t, apierrors.IsConflict(err), "%v", err)
	if k.partlyStored {
		return
	}
	again, err := k.client.Update(t.Context(), updated, metav1.UpdateOptions{DryRun: []string{metav1.DryRunAll}})
	require.NoError(t, err)
	assert.Equal(t, updated, again)
}

func (k kind[T, L, A]) patch(t *testing.T, name string) {
	t.Helper()
	client, ok := k.client.(patcher[T])
	if !ok {
		return
	}
	for patchType, data := range map[types.PatchType]string{
		types.MergePatchType: `{"metadata":{"annotations":{"merge":"1"}}}`,
		types.JSONPatchType:  `[{"op":"add","path":"/metadata/labels/json","value":"1"}]`,
	} {
		_, err := client.Patch(t.Context(), name, patchType, []byte(data), metav1.PatchOptions{})
		require.NoError(t, err, "%s", patchType)
	}
	patched, err := k.client.Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, "1", patched.GetAnnotations()["merge"])
	assert.Equal(t, "1", patched.GetLabels()["json"])
	_, err = client.Patch(t.Context(), name, types.MergePatchType, []byte(`{"metadata":{"name":"other"}}`), metav1.PatchOptions{})
	require.True(t, apierrors.IsBadRequest(err), "%v", err)
}

func (k kind[T, L, A]) applied(t *testing.T, name string) {
	t.Helper()
	client, ok := k.client.(applier[T, A])
	if !ok || k.apply == nil {
		return
	}
	applied, err := client.Apply(t.Context(), k.apply(name), metav1.ApplyOptions{FieldManager: "one"})
	require.NoError(t, err)
	assert.Equal(t, "here", applied.GetLabels()["applied"])
	other, ok := k.client.(patcher[T])
	if !ok {
		return
	}
	data := `{"metadata":{"labels":{"applied":"there"}}}`
	_, err = other.Patch(t.Context(), name, types.MergePatchType, []byte(data), metav1.PatchOptions{FieldManager: "two"})
	require.NoError(t, err)
	_, err = client.Apply(t.Context(), k.apply(name), metav1.ApplyOptions{FieldManager: "one"})
	require.True(t, apierrors.IsConflict(err), "%v", err)
	require.ErrorContains(t, err, `conflict with "two"`)
	applied, err = client.Apply(t.Context(), k.apply(name), metav1.ApplyOptions{FieldManager: "one", Force: true})
	require.NoError(t, err)
	assert.Equal(t, "here", applied.GetLabels()["applied"])
}

func (k kind[T, L, A]) statusChanges(t *testing.T, name string) {
	t.Helper()
	client, ok := k.client.(statusUpdater[T])
	if !ok || k.status == nil {
		return
	}
	current, err := k.client.Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	k.status(current)
	updated, err := client.UpdateStatus(t.Context(), current, metav1.UpdateOptions{})
	require.NoError(t, err)
	assert.NotEqual(t, current.GetResourceVersion(), updated.GetResourceVersion(), "the status has changed")
	assert.Equal(t, current.GetGeneration(), updated.GetGeneration(), "a change of the status keeps the generation")
}

// assertSameAsKubectl checks that the client decodes exactly the object that kubectl prints.
func (k kind[T, L, A]) assertSameAsKubectl(t *testing.T, name string) {
	t.Helper()
	args := []string{"get", k.resource, name, "-o", "json", "--show-managed-fields"}
	if k.ns != "" {
		args = append(args, "-n", k.ns)
	}
	var want T
	require.NoError(t, json.Unmarshal([]byte(kubectl(t, args...)), &want))
	got, err := k.client.Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	wantJSON, err := json.Marshal(want)
	require.NoError(t, err)
	gotJSON, err := json.Marshal(withKind(got, want))
	require.NoError(t, err)
	assert.JSONEq(t, string(wantJSON), string(gotJSON))
}

// withKind returns a copy of obj with the kind of other: kubectl's objects have it, objects of typed clients may not.
func withKind[T object](obj, other T) runtime.Object {
	c := obj.DeepCopyObject()
	c.GetObjectKind().SetGroupVersionKind(other.GetObjectKind().GroupVersionKind())
	return c
}

func (k kind[T, L, A]) remove(t *testing.T, name string, uid types.UID) {
	t.Helper()
	other := types.UID("other")
	err := k.client.Delete(t.Context(), name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &other}})
	require.True(t, apierrors.IsConflict(err), "%v", err)
	require.NoError(t, k.client.Delete(t.Context(), name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}}))
	left, err := k.client.Get(t.Context(), name, metav1.GetOptions{})
	if k.resource == "namespaces" { // no controller finishes the deletion here
		require.NoError(t, err)
		assert.NotNil(t, left.GetDeletionTimestamp())
		return
	}
	require.True(t, apierrors.IsNotFound(err), "%v", err)
}

func (k kind[T, L, A]) removeAll(t *testing.T) {
	t.Helper()
	client, ok := k.client.(collectionDeleter)
	if !ok || k.noCollectionDelete {
		return
	}
	for _, name := range []string{"-b", "-c"} {
		_, err := k.client.Create(t.Context(), k.labelled(k.prefix+name), metav1.CreateOptions{})
		require.NoError(t, err)
	}
	require.NoError(t, client.DeleteCollection(t.Context(), metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: k.selector()}))
	left, err := k.client.List(t.Context(), metav1.ListOptions{LabelSelector: k.selector()})
	require.NoError(t, err)
	assert.Empty(t, names(t, left))
}

// watchFrom opens a watch from the resource version of a list.
func (k kind[T, L, A]) watchFrom(t *testing.T, from L) watch.Interface {
	t.Helper()
	list, err := meta.ListAccessor(from)
	require.NoError(t, err)
	w, err := k.client.Watch(t.Context(), metav1.ListOptions{LabelSelector: k.selector(), ResourceVersion: list.GetResourceVersion(), AllowWatchBookmarks: true})
	require.NoError(t, err)
	t.Cleanup(w.Stop)
	return w
}

// assertEvents checks that a watch reports the events of an object in order, as typed objects.
func (k kind[T, L, A]) assertEvents(t *testing.T, w watch.Interface, name string) {
	t.Helper()
	var events []watch.EventType
	for {
		select {
		case event, ok := <-w.ResultChan():
			require.True(t, ok, "the watch ended after %v", events)
			if event.Type == watch.Bookmark {
				continue
			}
			obj, ok := event.Object.(T)
			require.True(t, ok, "%T", event.Object)
			if obj.GetName() != name {
				continue
			}
			events = append(events, event.Type)
			last := event.Type == watch.Deleted || k.resource == "namespaces" && obj.GetDeletionTimestamp() != nil
			if !last {
				continue
			}
			require.Greater(t, len(events), 2)
			assert.Equal(t, watch.Added, events[0])
			for _, eventType := range events[1 : len(events)-1] {
				assert.Equal(t, watch.Modified, eventType)
			}
			return
		case <-time.After(10 * time.Second):
			require.Fail(t, "the watch is silent", "after %v", events)
		}
	}
}

func names(t *testing.T, list runtime.Object) []string {
	t.Helper()
	var all []string
	require.NoError(t, meta.EachListItem(list, func(item runtime.Object) error {
		accessor, err := meta.Accessor(item)
		if err == nil {
			all = append(all, accessor.GetName())
		}
		return err
	}))
	return all
}
