package testing

import (
	"fmt"
	"strconv"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
)

// ObjectTracker stores copies of objects by resource, namespace and name, and returns copies. It changes neither uid
// nor resource version. A missing object is a NotFound error, an existing one AlreadyExists, as from a server. Pass at
// most one set of options. Only the resource version of a watch has an effect, and with [NewFieldManagedObjectTracker]
// the field manager and force.
type ObjectTracker interface {
	// Add stores a new object, or every item of a list, under the resource of its kind: the usual plural, unless
	// [NameResource] has set another name.
	Add(obj runtime.Object) error
	// Get returns an object.
	Get(gvr schema.GroupVersionResource, ns, name string, opts ...metav1.GetOptions) (runtime.Object, error)
	// Create stores a new object.
	Create(gvr schema.GroupVersionResource, obj runtime.Object, ns string, opts ...metav1.CreateOptions) error
	// Update replaces an object.
	Update(gvr schema.GroupVersionResource, obj runtime.Object, ns string, opts ...metav1.UpdateOptions) error
	// Patch replaces an object with the result of a patch.
	Patch(gvr schema.GroupVersionResource, obj runtime.Object, ns string, opts ...metav1.PatchOptions) error
	// Apply merges an apply configuration into an object.
	Apply(gvr schema.GroupVersionResource, applyConfiguration runtime.Object, ns string, opts ...metav1.PatchOptions) error
	// List returns the objects of a namespace, or of all if ns is empty, ordered by namespace and name, in the list type
	// of gvk, which is the kind of the objects. It ignores selectors.
	List(gvr schema.GroupVersionResource, gvk schema.GroupVersionKind, ns string, opts ...metav1.ListOptions) (runtime.Object, error)
	// Delete removes an object.
	Delete(gvr schema.GroupVersionResource, ns, name string, opts ...metav1.DeleteOptions) error
	// Watch reports changes in a namespace, or in all if ns is empty. With options, it starts with the changes since
	// their resource version, which is that of a list, or with all objects if they have none. Without options, it starts
	// with the next change.
	Watch(gvr schema.GroupVersionResource, ns string, opts ...metav1.ListOptions) (watch.Interface, error)
}

// ObjectScheme is the part of a scheme that a tracker needs.
type ObjectScheme interface {
	// New returns an empty object of a kind.
	New(kind schema.GroupVersionKind) (out runtime.Object, err error)
	// ObjectKinds returns all kinds of an object's type, and whether it is unversioned.
	ObjectKinds(obj runtime.Object) ([]schema.GroupVersionKind, bool, error)
	// Recognizes reports whether a kind is registered.
	Recognizes(gvk schema.GroupVersionKind) bool
}

// NewObjectTracker returns an empty tracker for the types of a scheme. The decoder decodes list items that are still
// encoded.
//
// Its Apply merges strategically into an existing object and keeps no managed fields; [NewFieldManagedObjectTracker]
// implements the whole of server-side apply.
func NewObjectTracker(scheme ObjectScheme, decoder runtime.Decoder) ObjectTracker {
	return newTracker(scheme, decoder)
}

func newTracker(scheme ObjectScheme, decoder runtime.Decoder) *tracker {
	return &tracker{
		scheme: scheme, decoder: decoder, store: newStore(), resources: map[schema.GroupVersionKind]schema.GroupVersionResource{},
	}
}

type tracker struct {
	scheme  ObjectScheme
	decoder runtime.Decoder
	store   *store
	// resources are those of kinds whose resources are not called by the usual plural.
	resources map[schema.GroupVersionKind]schema.GroupVersionResource
}

// NameResource tells a tracker of this package the resource name of a kind where it is not the usual plural: "gateways"
// for Gateway, of which the usual rule makes "gatewaies". Call it before the tracker is used. On trackers from elsewhere it
// has no effect.
func NameResource(tracker ObjectTracker, kind schema.GroupVersionKind, resource string) {
	if t, ok := tracker.(interface {
		nameResource(kind schema.GroupVersionKind, resource string)
	}); ok {
		t.nameResource(kind, resource)
	}
}

func (t *tracker) nameResource(kind schema.GroupVersionKind, resource string) {
	t.resources[kind] = kind.GroupVersion().WithResource(resource)
}

// resourceOf is the resource under which objects of a kind are stored.
func (t *tracker) resourceOf(kind schema.GroupVersionKind) schema.GroupVersionResource {
	if gvr, ok := t.resources[kind]; ok {
		return gvr
	}
	gvr, _ := meta.UnsafeGuessKindToResource(kind)
	return gvr
}

// kindOf is the kind that was named for a resource.
func (t *tracker) kindOf(gvr schema.GroupVersionResource) (schema.GroupVersionKind, bool) {
	for kind, named := range t.resources {
		if named == gvr {
			return kind, true
		}
	}
	return schema.GroupVersionKind{}, false
}

// IsWatchListSemanticsUnSupported makes reflectors list before they watch. They look for a method with this spelling.
func (t *tracker) IsWatchListSemanticsUnSupported() bool { return true }

func (t *tracker) Add(obj runtime.Object) error {
	if meta.IsListType(obj) {
		return t.addItems(obj)
	}
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return err
	}
	kinds, err := t.kinds(obj)
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		gvr := t.resourceOf(kind)
		if gvr.Version == runtime.APIVersionInternal {
			gvr.Version = "" // resources of internal versions have none
		}
		if err := t.store.put(gvr, accessor.GetNamespace(), obj, mustBeNew); err != nil {
			return err
		}
	}
	return nil
}

// kinds returns the kinds under which an object is stored. Metadata of an object is stored under the object's kind.
func (t *tracker) kinds(obj runtime.Object) ([]schema.GroupVersionKind, error) {
	kinds, _, err := t.scheme.ObjectKinds(obj)
	if err != nil {
		return nil, err
	}
	if partial, ok := obj.(*metav1.PartialObjectMetadata); ok && partial.APIVersion != "" {
		return []schema.GroupVersionKind{partial.GroupVersionKind()}, nil
	}
	if len(kinds) == 0 {
		return nil, fmt.Errorf("no registered kinds for %v", obj)
	}
	return kinds, nil
}

func (t *tracker) addItems(list runtime.Object) error {
	items, err := meta.ExtractList(list)
	if err != nil {
		return err
	}
	if errs := runtime.DecodeList(items, t.decoder); len(errs) > 0 {
		return errs[0]
	}
	for _, item := range items {
		if err := t.Add(item); err != nil {
			return err
		}
	}
	return nil
}

func (t *tracker) Get(gvr schema.GroupVersionResource, ns, name string, opts ...metav1.GetOptions) (runtime.Object, error) {
	if _, err := optional(opts); err != nil {
		return nil, err
	}
	return t.store.get(gvr, ns, name)
}

func (t *tracker) Create(gvr schema.GroupVersionResource, obj runtime.Object, ns string, opts ...metav1.CreateOptions) error {
	if _, err := optional(opts); err != nil {
		return err
	}
	return t.store.put(gvr, ns, obj, mustBeNew)
}

func (t *tracker) Update(gvr schema.GroupVersionResource, obj runtime.Object, ns string, opts ...metav1.UpdateOptions) error {
	if _, err := optional(opts); err != nil {
		return err
	}
	return t.store.put(gvr, ns, obj, mustExist)
}

func (t *tracker) Patch(gvr schema.GroupVersionResource, obj runtime.Object, ns string, opts ...metav1.PatchOptions) error {
	if _, err := optional(opts); err != nil {
		return err
	}
	return t.store.put(gvr, ns, obj, mustExist)
}

func (t *tracker) Apply(gvr schema.GroupVersionResource, applyConfiguration runtime.Object, ns string, opts ...metav1.PatchOptions) error {
	if _, err := optional(opts); err != nil {
		return err
	}
	accessor, err := meta.Accessor(applyConfiguration)
	if err != nil {
		return err
	}
	obj, err := t.store.get(gvr, ns, accessor.GetName())
	if err != nil {
		return err
	}
	if obj, err = merge(obj, applyConfiguration); err != nil {
		return err
	}
	return t.store.put(gvr, ns, obj, mustExist)
}

func (t *tracker) List(
	gvr schema.GroupVersionResource, gvk schema.GroupVersionKind, ns string, opts ...metav1.ListOptions,
) (runtime.Object, error) {
	if _, err := optional(opts); err != nil {
		return nil, err
	}
	list, err := t.newList(gvk)
	if err != nil {
		return nil, err
	}
	objects, version, err := t.store.list(gvr, ns)
	if err != nil {
		return nil, err
	}
	if accessor, err := meta.ListAccessor(list); err == nil {
		accessor.SetResourceVersion(strconv.FormatInt(version, 10))
	}
	if objects == nil {
		return list, nil
	}
	return list, meta.SetList(list, objects)
}

// newList returns an empty list for objects of a kind. It assumes that the list's kind is the object's with the suffix
// "List".
func (t *tracker) newList(gvk schema.GroupVersionKind) (runtime.Object, error) {
	gvk.Kind += "List"
	if gvk.Version == "" {
		gvk.Version = runtime.APIVersionInternal
	}
	list, err := t.scheme.New(gvk)
	if err != nil {
		return nil, err
	}
	if !meta.IsListType(list) {
		return nil, fmt.Errorf("%q is not a list type", gvk.Kind)
	}
	return list, nil
}

func (t *tracker) Delete(gvr schema.GroupVersionResource, ns, name string, opts ...metav1.DeleteOptions) error {
	if _, err := optional(opts); err != nil {
		return err
	}
	return t.store.remove(gvr, ns, name)
}

func (t *tracker) Watch(gvr schema.GroupVersionResource, ns string, opts ...metav1.ListOptions) (watch.Interface, error) {
	options, err := optional(opts)
	if err != nil {
		return nil, err
	}
	version := int64(fromStart)
	switch {
	case len(opts) == 0:
		version = fromNow
	case options.ResourceVersion != "":
		if version, err = strconv.ParseInt(options.ResourceVersion, 10, 64); err != nil {
			return nil, fmt.Errorf("invalid ResourceVersion %q in ListOptions, must be int64: %w", options.ResourceVersion, err)
		}
	}
	watcher, err := t.store.watch(gvr, ns, version)
	if err != nil {
		return nil, err
	}
	return watcher, nil
}

// optional returns the element of opts, or the zero value if there is none.
func optional[T any](opts []T) (T, error) {
	switch len(opts) {
	case 0:
		return *new(T), nil
	case 1:
		return opts[0], nil
	default:
		return *new(T), fmt.Errorf("expected only one option argument but got %d", len(opts))
	}
}
