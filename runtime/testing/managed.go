package testing

import (
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/meta/testrestmapper"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"

	"github.com/typewright/typewright/runtime/internal/merging"
)

// NewFieldManagedObjectTracker returns a tracker with managed fields: every write records which manager has set which
// fields, and Apply is server-side apply, with conflicts, and creates missing objects. Create sets the kind of an
// object. Writes change the caller's object, as in client-go. Objects stored by Add have no managed fields.
//
// Pass the type converter of the API's apply configurations, or managedfields.NewDeducedTypeConverter if there is none.
// Kinds that the converter does not know, such as those without apply configurations, are merged field by field, and
// whole lists are replaced.
func NewFieldManagedObjectTracker(
	scheme *runtime.Scheme, decoder runtime.Decoder, typeConverter managedfields.TypeConverter,
) ObjectTracker {
	return &managedTracker{
		tracker:   newTracker(scheme, decoder),
		types:     scheme,
		converter: merging.Documents{TypeConverter: merging.Fallback{First: typeConverter, Second: managedfields.NewDeducedTypeConverter()}},
		managers:  map[schema.GroupVersionResource]manager{},
	}
}

type managedTracker struct {
	*tracker

	types     *runtime.Scheme
	converter managedfields.TypeConverter

	mu       sync.Mutex
	managers map[schema.GroupVersionResource]manager
}

// manager computes the managed fields of a resource.
type manager struct {
	*managedfields.FieldManager

	kind schema.GroupVersionKind
}

// manager returns the manager of a resource, and creates it at first use, because it searches the whole scheme for the
// kind.
func (t *managedTracker) manager(gvr schema.GroupVersionResource) (manager, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if m, ok := t.managers[gvr]; ok {
		return m, nil
	}
	kind, ok := t.kindOf(gvr)
	if !ok {
		var err error
		if kind, err = testrestmapper.TestOnlyStaticRESTMapper(t.types).KindFor(gvr); err != nil {
			return manager{}, err
		}
	}
	fields, err := managedfields.NewDefaultFieldManager(
		t.converter, merging.Scheme{Scheme: t.types}, noDefaults{}, t.types, kind, kind.GroupVersion(), "", nil,
	)
	if err != nil {
		return manager{}, err
	}
	t.managers[gvr] = manager{FieldManager: fields, kind: kind}
	return t.managers[gvr], nil
}

// noDefaults is a [runtime.ObjectDefaulter] that sets no defaults.
type noDefaults struct{}

func (noDefaults) Default(runtime.Object) {}

// live returns the stored object, or an empty object of the kind if there is none.
func (t *managedTracker) live(m manager, gvr schema.GroupVersionResource, ns, name string) (obj runtime.Object, exists bool, err error) {
	obj, err = t.tracker.Get(gvr, ns, name)
	if !apierrors.IsNotFound(err) {
		return obj, true, err
	}
	if obj, err = t.types.New(m.kind); err != nil {
		return nil, false, err
	}
	obj.GetObjectKind().SetGroupVersionKind(m.kind)
	return obj, false, nil
}

// Create implements [ObjectTracker].
func (t *managedTracker) Create(gvr schema.GroupVersionResource, obj runtime.Object, ns string, opts ...metav1.CreateOptions) error {
	options, err := optional(opts)
	if err != nil {
		return err
	}
	m, err := t.manager(gvr)
	if err != nil {
		return err
	}
	obj.GetObjectKind().SetGroupVersionKind(m.kind)
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return err
	}
	live, _, err := t.live(m, gvr, ns, accessor.GetName())
	if err != nil {
		return err
	}
	if obj, err = m.Update(live, obj, options.FieldManager); err != nil {
		return err
	}
	return t.tracker.Create(gvr, obj, ns, options)
}

// Update implements [ObjectTracker].
func (t *managedTracker) Update(gvr schema.GroupVersionResource, obj runtime.Object, ns string, opts ...metav1.UpdateOptions) error {
	options, err := optional(opts)
	if err != nil {
		return err
	}
	return t.replace(gvr, obj, ns, options.FieldManager)
}

// Patch implements [ObjectTracker].
func (t *managedTracker) Patch(gvr schema.GroupVersionResource, obj runtime.Object, ns string, opts ...metav1.PatchOptions) error {
	options, err := optional(opts)
	if err != nil {
		return err
	}
	return t.replace(gvr, obj, ns, options.FieldManager)
}

// replace stores obj, and records the fields that it changes as those of the manager called name.
func (t *managedTracker) replace(gvr schema.GroupVersionResource, obj runtime.Object, ns, name string) error {
	m, err := t.manager(gvr)
	if err != nil {
		return err
	}
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return err
	}
	live, err := t.tracker.Get(gvr, ns, accessor.GetName())
	if err != nil {
		return err
	}
	if obj, err = m.Update(live, obj, name); err != nil {
		return err
	}
	return t.tracker.Update(gvr, obj, ns)
}

// Apply implements [ObjectTracker].
func (t *managedTracker) Apply(
	gvr schema.GroupVersionResource, applyConfiguration runtime.Object, ns string, opts ...metav1.PatchOptions,
) error {
	options, err := optional(opts)
	if err != nil {
		return err
	}
	m, err := t.manager(gvr)
	if err != nil {
		return err
	}
	accessor, err := meta.Accessor(applyConfiguration)
	if err != nil {
		return err
	}
	live, exists, err := t.live(m, gvr, ns, accessor.GetName())
	if err != nil {
		return err
	}
	force := options.Force != nil && *options.Force
	obj, err := m.Apply(live, applyConfiguration, options.FieldManager, force)
	if err != nil {
		return err
	}
	if exists {
		return t.tracker.Update(gvr, obj, ns)
	}
	return t.tracker.Create(gvr, obj, ns)
}
