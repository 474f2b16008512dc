package check

import (
	"reflect"
	"slices"
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

// lifecycle calls every method of a client on an object.
type lifecycle struct {
	*subject

	t      *testing.T
	client client
	fill   *filler
	// server is true for a client of an API server. splits is true if the status is a subresource, which other writes do not change.
	server, splits bool
	events         watch.Interface
	want           []watch.EventType
}

func serverBacked(t *testing.T, s *subject) {
	s.live(t, s.ServerBacked(t), true)
}

func fakes(t *testing.T, s *subject) { s.live(t, s.Fake(), false) }

func (s *subject) live(t *testing.T, clientset any, server bool) {
	t.Helper()
	c, ok := s.client(t, clientset, s.namespace())
	require.True(t, ok, "no client")
	l := &lifecycle{subject: s, t: t, client: c, fill: s.filler(), server: server, splits: server && s.kind.Status}
	if l.can("watch") {
		l.events, ok = c.must("Watch", metav1.ListOptions{}).(watch.Interface)
		require.True(t, ok)
		defer l.events.Stop()
	}
	if l.can("create") {
		l.changes(l.create())
	}
	if l.can("apply") {
		l.apply()
	}
	l.assertEvents()
	if l.can("deleteCollection") && server {
		l.client.must("DeleteCollection", metav1.DeleteOptions{}, metav1.ListOptions{})
		l.assertListed()
	}
}

func (s *subject) namespace() string {
	if s.kind.Namespaced {
		return "default"
	}
	return ""
}

func (l *lifecycle) can(verb string) bool { return slices.Contains(l.kind.Verbs, verb) }

// object returns an object of that name in which everything is set.
func (l *lifecycle) object(name string) runtime.Object {
	v := l.fill.value(l.goType)
	obj, ok := reflect.TypeAssert[runtime.Object](v)
	require.True(l.t, ok)
	accessor, err := meta.Accessor(obj)
	require.NoError(l.t, err)
	accessor.SetNamespace(l.namespace())
	accessor.SetName(name)
	return obj
}

// stored returns what a server stores of an object: the status is that of before if it is a subresource.
func (l *lifecycle) stored(obj, before runtime.Object) runtime.Object {
	obj = obj.DeepCopyObject()
	if l.splits {
		status := reflect.ValueOf(obj).Elem().FieldByName("Status")
		status.SetZero()
		if before != nil {
			status.Set(reflect.ValueOf(before.DeepCopyObject()).Elem().FieldByName("Status"))
		}
	}
	return obj
}

// same checks the object that a client returned, and the one that Get returns now.
func (l *lifecycle) same(want runtime.Object, got any, what string) runtime.Object {
	l.t.Helper()
	obj, ok := got.(runtime.Object)
	require.True(l.t, ok, "%s returned %T", what, got)
	require.Equal(l.t, content(l.t, want), content(l.t, obj), "%s returned something else", what)
	accessor, err := meta.Accessor(obj)
	require.NoError(l.t, err)
	if l.can("get") {
		now := l.client.must("Get", accessor.GetName(), metav1.GetOptions{})
		require.Equal(l.t, content(l.t, want), content(l.t, now), "Get after %s returned something else", what)
	}
	return obj
}

func (l *lifecycle) create() runtime.Object {
	obj := l.object("made")
	got := l.client.must("Create", obj, metav1.CreateOptions{})
	l.want = append(l.want, watch.Added)
	_, err := l.client.call("Create", obj, metav1.CreateOptions{})
	assert.True(l.t, apierrors.IsAlreadyExists(err), "Create again: %v", err)
	return l.same(l.stored(obj, nil), got, "Create")
}

// changes updates, patches and deletes the object that was created.
func (l *lifecycle) changes(obj runtime.Object) {
	if l.can("update") {
		next := l.next(obj, "")
		obj = l.same(l.stored(next, obj), l.client.must("Update", next, metav1.UpdateOptions{}), "Update")
		l.want = append(l.want, watch.Modified)
	}
	if l.can("updateStatus") {
		next := l.next(obj, "Status")
		obj = l.same(next, l.client.must("UpdateStatus", next, metav1.UpdateOptions{}), "UpdateStatus")
		l.want = append(l.want, watch.Modified)
	}
	if l.can("patch") {
		l.patches(obj)
	}
	l.assertListed("made")
	if l.can("delete") {
		require.NoError(l.t, l.remove("made"))
		l.want = append(l.want, watch.Deleted)
		l.assertListed()
		assert.True(l.t, apierrors.IsNotFound(l.remove("made")), "Delete again")
	}
}

func (l *lifecycle) remove(name string) error {
	_, err := l.client.call("Delete", name, metav1.DeleteOptions{})
	return err
}

// next returns a copy of an object with other values, except in the metadata; if field is set, only in that field.
func (l *lifecycle) next(obj runtime.Object, field string) runtime.Object {
	next, fresh := obj.DeepCopyObject(), l.object("made")
	to, from := reflect.ValueOf(next).Elem(), reflect.ValueOf(fresh).Elem()
	for i := range to.NumField() {
		name := to.Type().Field(i).Name
		if to.Field(i).CanSet() && name != "TypeMeta" && name != "ObjectMeta" && (field == "" || field == name) {
			to.Field(i).Set(from.Field(i))
		}
	}
	return next
}

func (l *lifecycle) patches(obj runtime.Object) runtime.Object {
	for _, p := range []struct {
		kind types.PatchType
		text string
		key  string
	}{
		{types.MergePatchType, `{"metadata":{"labels":{"merge":"yes"}}}`, "merge"},
		{types.JSONPatchType, `[{"op":"add","path":"/metadata/labels/json","value":"yes"}]`, "json"},
	} {
		want := obj.DeepCopyObject()
		accessor, err := meta.Accessor(want)
		require.NoError(l.t, err)
		accessor.GetLabels()[p.key] = "yes"
		got := l.client.must("Patch", "made", p.kind, []byte(p.text), metav1.PatchOptions{})
		obj = l.same(want, got, "Patch with "+string(p.kind))
		l.want = append(l.want, watch.Modified)
	}
	return obj
}

// assertListed checks which objects List returns.
func (l *lifecycle) assertListed(names ...string) {
	l.t.Helper()
	if !l.can("list") {
		return
	}
	list, ok := l.client.must("List", metav1.ListOptions{}).(runtime.Object)
	require.True(l.t, ok)
	items, err := meta.ExtractList(list)
	require.NoError(l.t, err)
	got := []string{}
	for _, item := range items {
		accessor, err := meta.Accessor(item)
		require.NoError(l.t, err)
		got = append(got, accessor.GetName())
	}
	require.ElementsMatch(l.t, names, got, "List")
}

const patience = time.Minute

// assertEvents checks the events of a watch.
func (l *lifecycle) assertEvents() {
	l.t.Helper()
	if l.events == nil {
		return
	}
	var got []watch.EventType
	for range l.want {
		select {
		case event := <-l.events.ResultChan():
			got = append(got, event.Type)
			assert.IsType(l.t, reflect.New(l.goType).Interface(), event.Object)
		case <-time.After(patience):
			require.Fail(l.t, "no event", "got %v of %v", got, l.want)
		}
	}
	assert.Equal(l.t, l.want, got, "events of a watch")
}
