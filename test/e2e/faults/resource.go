package faults

import (
	"context"
	"fmt"
	"maps"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	fleetv1beta1 "github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
)

// valueKey is the annotation whose value writers change.
const valueKey = "faults/value"

// client has the methods that a Harness needs of a typed client of a namespace.
type client[T typed.Object, L any] interface {
	Create(ctx context.Context, obj T, opts metav1.CreateOptions) (T, error)
	Update(ctx context.Context, obj T, opts metav1.UpdateOptions) (T, error)
	Delete(ctx context.Context, name string, opts metav1.DeleteOptions) error
	Get(ctx context.Context, name string, opts metav1.GetOptions) (T, error)
	List(ctx context.Context, opts metav1.ListOptions) (L, error)
}

// resource is a resource in one namespace: it writes objects, lists them with an independent client, and runs an informer.
type resource interface {
	name() string
	// create and update write a value, and return the new resource version. update is refused if the object has another version.
	create(ctx context.Context, name, value string) (version string, err error)
	update(ctx context.Context, name, value, version string) (newVersion string, err error)
	remove(ctx context.Context, name, version string) error
	// get returns the value and the resource version.
	get(ctx context.Context, name string) (value, version string, err error)
	// listed returns the states of objects by name from the independent client, cached from the informer's store.
	listed(ctx context.Context) (map[string]string, error)
	cached() map[string]string
	problems() []string
	synced() bool
	run(ctx context.Context)
	informer() cache.SharedIndexInformer
}

// kind is a resource of objects of type T.
type kind[T typed.Object, L any] struct {
	plural        string
	writer        client[T, L]
	independent   client[T, L]
	typedInformer cache.TypedSharedIndexInformer[T]
	eventChecker  *eventChecker[T]
	newObject     func(name string) T
	items         func(L) []T
}

func (k *kind[T, L]) name() string { return k.plural }

func (k *kind[T, L]) create(ctx context.Context, name, value string) (string, error) {
	obj := k.newObject(name)
	obj.SetAnnotations(map[string]string{valueKey: value})
	created, err := k.writer.Create(ctx, obj, metav1.CreateOptions{})
	return created.GetResourceVersion(), err
}

func (k *kind[T, L]) update(ctx context.Context, name, value, version string) (string, error) {
	obj := k.newObject(name)
	obj.SetAnnotations(map[string]string{valueKey: value})
	obj.SetResourceVersion(version)
	updated, err := k.writer.Update(ctx, obj, metav1.UpdateOptions{})
	return updated.GetResourceVersion(), err
}

func (k *kind[T, L]) remove(ctx context.Context, name, version string) error {
	return k.writer.Delete(ctx, name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{ResourceVersion: &version}})
}

func (k *kind[T, L]) get(ctx context.Context, name string) (value, version string, err error) {
	obj, err := k.writer.Get(ctx, name, metav1.GetOptions{})
	return obj.GetAnnotations()[valueKey], obj.GetResourceVersion(), err
}

func stateOf(obj metav1.Object) string {
	return obj.GetAnnotations()[valueKey] + "@" + obj.GetResourceVersion()
}

func (k *kind[T, L]) listed(ctx context.Context) (map[string]string, error) {
	list, err := k.independent.List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", k.plural, err)
	}
	states := map[string]string{}
	for _, obj := range k.items(list) {
		states[obj.GetName()] = stateOf(obj)
	}
	return states, nil
}

func (k *kind[T, L]) cached() map[string]string {
	states := map[string]string{}
	for _, obj := range k.typedInformer.GetStore().List() {
		t := obj.(T) //nolint:forcetypeassert // the store of a typed informer
		states[t.GetName()] = stateOf(t)
	}
	return states
}

func (k *kind[T, L]) problems() []string { return k.eventChecker.problems(k.cached()) }

func (k *kind[T, L]) synced() bool { return k.typedInformer.HasSynced() }

func (k *kind[T, L]) run(ctx context.Context) { k.typedInformer.RunWithContext(ctx) }

func (k *kind[T, L]) informer() cache.SharedIndexInformer { return k.typedInformer }

// eventChecker is an event handler that records events in an invalid order.
type eventChecker[T typed.Object] struct {
	mu         sync.Mutex
	last       map[string]string
	violations []string
}

func newEventChecker[T typed.Object]() *eventChecker[T] {
	return &eventChecker[T]{last: map[string]string{}}
}

func (j *eventChecker[T]) OnAdd(obj T, _ bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if was, there := j.last[obj.GetName()]; there {
		j.violations = append(j.violations, fmt.Sprintf("%s added twice: %s after %s", obj.GetName(), stateOf(obj), was))
	}
	j.last[obj.GetName()] = stateOf(obj)
}

func (j *eventChecker[T]) OnUpdate(old, obj T) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if was, there := j.last[obj.GetName()]; !there || was != stateOf(old) {
		j.violations = append(j.violations, fmt.Sprintf("%s updated from %s, but the last event had %q", obj.GetName(), stateOf(old), was))
	}
	j.last[obj.GetName()] = stateOf(obj)
}

func (j *eventChecker[T]) OnDelete(deleted cache.DeletedObject[T]) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, there := j.last[deleted.GetName()]; !there {
		j.violations = append(j.violations, deleted.GetName()+" deleted before it was added")
	}
	delete(j.last, deleted.GetName())
}

// problems returns the violations so far, and the differences between the last events and the store.
func (j *eventChecker[T]) problems(store map[string]string) []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append(append([]string(nil), j.violations...), differences("a handler", maps.Clone(j.last), "the store", store)...)
}

func newConfigMap(name string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{"some": "content"}}
}

func newRobot(name string) *fleetv1beta1.Robot {
	return &fleetv1beta1.Robot{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: fleetv1beta1.RobotSpec{Model: "m1", SiteName: "site"}}
}

func pointers[T any](items []T) []*T {
	all := make([]*T, len(items))
	for i := range items {
		all[i] = &items[i]
	}
	return all
}
