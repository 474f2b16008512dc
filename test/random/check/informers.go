package check

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/typewright/typewright/runtime/cache"
)

// informers checks that stored objects arrive in an informer, that listers find them in their namespaces, and that deleted objects
// disappear.
func informers(t *testing.T, s *subject) {
	if !slices.Contains(s.kind.Verbs, "list") || !slices.Contains(s.kind.Verbs, "watch") || !slices.Contains(s.kind.Verbs, "create") {
		return
	}
	clientset := s.ServerBacked(t)
	factory := s.Factory(clientset)
	access := s.informer(reflect.ValueOf(factory))
	require.True(t, access.IsValid(), "the factory has no informer of %v", s.goType)
	informer, ok := reflect.TypeAssert[cache.SharedIndexInformer](access.MethodByName("Informer").Call(nil)[0])
	require.True(t, ok)
	ctx, cancel := context.WithCancel(context.Background())
	f, ok := factory.(interface {
		StartWithContext(ctx context.Context)
		Shutdown()
	})
	require.True(t, ok)
	f.StartWithContext(ctx)
	defer f.Shutdown()
	defer cancel()
	i := &informed{subject: s, t: t, clientset: clientset, informer: informer, lister: access.MethodByName("Lister").Call(nil)[0]}
	i.check()
}

// informer finds the informer of the kind in a factory: the one whose lister returns its type.
func (s *subject) informer(factory reflect.Value) reflect.Value {
	for _, group := range accessors(factory) {
		for _, version := range accessors(group) {
			for _, kind := range accessors(version) {
				lister := kind.MethodByName("Lister")
				if !lister.IsValid() || lister.Type().NumOut() != 1 {
					continue
				}
				list, ok := lister.Type().Out(0).MethodByName("List")
				if ok && list.Type.Out(0).Elem() == reflect.PointerTo(s.goType) {
					return kind
				}
			}
		}
	}
	return reflect.Value{}
}

// accessors calls all methods without parameters that return one interface, and returns the results.
func accessors(of reflect.Value) []reflect.Value {
	var all []reflect.Value
	for i := range of.NumMethod() {
		if m := of.Type().Method(i).Type; of.Method(i).Type().NumIn() == 0 && m.NumOut() == 1 && m.Out(0).Kind() == reflect.Interface {
			all = append(all, of.Method(i).Call(nil)[0])
		}
	}
	return all
}

// informed is a running informer.
type informed struct {
	*subject

	t         *testing.T
	clientset any
	informer  cache.SharedIndexInformer
	lister    reflect.Value
}

func (i *informed) check() {
	namespaces := []string{""}
	if i.kind.Namespaced {
		namespaces = []string{"default", "kube-public"}
	}
	f := i.filler()
	want := map[string]map[string]any{}
	for _, ns := range namespaces {
		c, ok := i.client(i.t, i.clientset, ns)
		require.True(i.t, ok)
		l := &lifecycle{subject: i.subject, t: i.t, client: c, fill: f}
		obj := l.object("one")
		reflect.ValueOf(obj).Elem().FieldByName("ObjectMeta").FieldByName("Namespace").SetString(ns)
		want[ns] = content(i.t, c.must("Create", obj, metav1.CreateOptions{}))
	}
	i.eventually(func() bool { return i.informer.HasSynced() && len(i.list(i.lister)) == len(namespaces) }, "objects arrive")
	for _, ns := range namespaces {
		lister := i.in(ns)
		assert.Len(i.t, i.list(lister), 1, "List of the lister in namespace %q", ns)
		out := lister.MethodByName("Get").Call([]reflect.Value{reflect.ValueOf("one")})
		require.Nil(i.t, out[1].Interface(), "Get of the lister")
		assert.Equal(i.t, want[ns], content(i.t, out[0].Interface()), "the lister in namespace %q", ns)
	}
	if slices.Contains(i.kind.Verbs, "delete") {
		c, _ := i.client(i.t, i.clientset, namespaces[0])
		c.mustDelete("one")
		i.eventually(func() bool { return len(i.list(i.lister)) == len(namespaces)-1 }, "the deletion arrives")
	}
}

func (c client) mustDelete(name string) {
	c.t.Helper()
	_, err := c.call("Delete", name, metav1.DeleteOptions{})
	require.NoError(c.t, err)
}

// in returns the lister of a namespace.
func (i *informed) in(ns string) reflect.Value {
	if !i.kind.Namespaced {
		return i.lister
	}
	for _, m := range i.lister.Methods() {
		if m.Type().NumIn() == 1 && m.Type().In(0).Kind() == reflect.String && m.Type().NumOut() == 1 {
			return m.Call([]reflect.Value{reflect.ValueOf(ns)})[0]
		}
	}
	require.Fail(i.t, "the lister knows no namespaces")
	return reflect.Value{}
}

func (i *informed) list(lister reflect.Value) []any {
	i.t.Helper()
	out := lister.MethodByName("List").Call([]reflect.Value{reflect.ValueOf(labels.Everything())})
	require.Nil(i.t, out[1].Interface())
	var all []any
	for n := range out[0].Len() {
		all = append(all, out[0].Index(n).Interface())
	}
	return all
}

func (i *informed) eventually(done func() bool, what string) {
	i.t.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			require.Fail(i.t, "waited for nothing", what)
		}
	}
}
