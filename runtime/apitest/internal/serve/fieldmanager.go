package serve

import (
	"bytes"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	"github.com/typewright/typewright/runtime/internal/merging"
)

// managerKey is the key of a field manager. It has a pointer to the resource, because a changed definition has new resources, which need
// new managers.
type managerKey struct {
	resource    *kinds.Resource
	subresource string
}

type fieldManager = managedfields.FieldManager

// fieldManager returns the field manager of the resource, which tracks the owners of fields.
func (r *request) fieldManager() (*fieldManager, error) {
	key := managerKey{r.resource, r.managedSubresource()}
	if have, ok := r.api.managers.Load(key); ok {
		return have.(*fieldManager), nil
	}
	made, err := r.api.newFieldManager(key)
	if err != nil {
		return nil, err
	}
	have, _ := r.api.managers.LoadOrStore(key, made)
	return have.(*fieldManager), nil
}

// managedSubresource is the subresource that an entry of the managed fields names for a change.
func (r *request) managedSubresource() string {
	switch r.subresource {
	case "status", "ephemeralcontainers", "resize", "approval", "scale", "finalize":
		return r.subresource
	}
	return ""
}

func (a *API) newFieldManager(key managerKey) (*fieldManager, error) {
	converter, err := key.resource.Converter()
	if err != nil {
		return nil, err
	}
	if a.opts.TypeConverter != nil {
		converter = merging.Fallback{First: a.opts.TypeConverter, Second: converter}
	}
	gvk := key.resource.GroupVersionKind
	construct := managedfields.NewDefaultFieldManager
	if key.resource.Custom() {
		construct = managedfields.NewDefaultCRDFieldManager
	}
	helper := untyped{a, key.resource}
	return construct(converter, helper, helper, helper, gvk, gvk.GroupVersion(), key.subresource, a.resetFields(key))
}

// resetFields returns the fields that a request cannot change, and therefore cannot own, in all versions of the resource.
func (a *API) resetFields(key managerKey) map[fieldpath.APIVersion]fieldpath.Filter {
	set := fieldpath.NewSet()
	switch {
	case key.subresource == "status":
		set.Insert(fieldpath.MakePathOrDie("spec"))
		for _, path := range keptByStatus(key.resource) {
			set.Insert(path)
		}
	case key.subresource == "approval":
		set.Insert(fieldpath.MakePathOrDie("spec"))
		set.Insert(fieldpath.MakePathOrDie("status", "certificate"))
	case key.resource.Status && key.subresource != "ephemeralcontainers" && key.subresource != "resize": // for which the real server has none
		set.Insert(fieldpath.MakePathOrDie("status"))
	default:
		return nil
	}
	sets := map[fieldpath.APIVersion]*fieldpath.Set{fieldpath.APIVersion(key.resource.GroupVersion().String()): set}
	for _, version := range a.registry.Now().Versions(key.resource.GroupResource()) {
		sets[fieldpath.APIVersion(version.GroupVersion().String())] = set
	}
	return fieldpath.NewExcludeFilterSetMap(sets)
}

// keptByStatus returns the metadata that a change of the status does not change.
func keptByStatus(r *kinds.Resource) []fieldpath.Path {
	switch {
	case r.StatusKeepsMeta:
		return []fieldpath.Path{fieldpath.MakePathOrDie("metadata")}
	case r.StatusKeepsLabels:
		return []fieldpath.Path{fieldpath.MakePathOrDie("metadata", "labels")}
	case r.Graceful:
		return []fieldpath.Path{fieldpath.MakePathOrDie("metadata", "deletionTimestamp"), fieldpath.MakePathOrDie("metadata", "ownerReferences")}
	}
	return nil
}

// untyped creates, converts and defaults objects for a field manager. The objects have no Go type, and their fields are the same in all
// versions.
type untyped struct {
	api      *API
	resource *kinds.Resource
}

// New returns an empty object. For a kind with a Go type it has the fields of an encoded zero value.
func (c untyped) New(kind schema.GroupVersionKind) (runtime.Object, error) {
	u := &unstructured.Unstructured{Object: map[string]any{}}
	if !c.resource.Custom() {
		u.Object = runtime.DeepCopyJSON(c.api.emptyObject(c.resource.Type))
	}
	u.SetGroupVersionKind(kind)
	return u, nil
}

// Default fills in the defaults of custom resources, as the real server does after an apply.
func (c untyped) Default(obj runtime.Object) {
	if u, ok := obj.(*unstructured.Unstructured); ok && c.resource.Schema != nil {
		c.resource.Schema.Default(u.Object)
	}
}

func (untyped) ConvertToVersion(in runtime.Object, gv runtime.GroupVersioner) (runtime.Object, error) {
	u, ok := in.(*unstructured.Unstructured)
	if !ok {
		return nil, fmt.Errorf("convert %T: not unstructured", in)
	}
	gvk := u.GroupVersionKind()
	target, ok := gv.KindForGroupVersionKinds([]schema.GroupVersionKind{gvk})
	if !ok {
		return nil, fmt.Errorf("convert %s: no such version", gvk)
	}
	if target == gvk {
		return u, nil
	}
	out := &unstructured.Unstructured{Object: withOwnMetadata(u.Object)}
	out.SetGroupVersionKind(target)
	return out, nil
}

func (untyped) Convert(in, out, _ any) error {
	return fmt.Errorf("convert %T into %T: not supported", in, out)
}

func (untyped) ConvertFieldLabel(_ schema.GroupVersionKind, label, value string) (newLabel, newValue string, err error) {
	return label, value, nil
}

// trackUpdate records in next's managed fields what the request's manager has changed. Live is the object until now.
func (r *request) trackUpdate(live, next *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	manager, err := r.fieldManager()
	if err != nil {
		return nil, err
	}
	tracked, err := manager.Update(live, next, r.write.manager)
	if err != nil { // next violates its schema and is refused later; the owners stay the same until then
		next.SetManagedFields(live.GetManagedFields())
		return next, nil //nolint:nilerr // as the comment says
	}
	return tracked.(*unstructured.Unstructured), nil // the result is next
}

// nothing returns the live object for a creation: an empty object of the resource's Go type. Every object has its fields, such as an
// empty spec, so they get no owner.
func (r *request) nothing() *unstructured.Unstructured {
	empty, _ := untyped{r.api, r.resource}.New(r.resource.GroupVersionKind) // never fails
	return empty.(*unstructured.Unstructured)
}

// keepTimes restores the times in the managed fields of next if nothing else has changed. Otherwise a request without changes would make
// a new resource version.
func keepTimes(current, next *unstructured.Unstructured) {
	was, is := current.GetManagedFields(), next.GetManagedFields()
	if len(was) != len(is) || len(is) == 0 {
		return
	}
	for i := range is {
		entry := is[i]
		entry.Time = was[i].Time
		if !sameEntry(was[i], entry) {
			return
		}
		is[i] = entry
	}
	candidate := &unstructured.Unstructured{Object: withOwnMetadata(next.Object)}
	candidate.SetManagedFields(is)
	candidate.SetResourceVersion(current.GetResourceVersion())
	if sameContent(current, candidate) {
		next.SetManagedFields(is)
	}
}

// sameEntry reports whether two entries of managed fields say the same.
func sameEntry(a, b metav1.ManagedFieldsEntry) bool {
	var aFields, bFields []byte
	if a.FieldsV1 != nil {
		aFields = a.FieldsV1.GetRawBytes()
	}
	if b.FieldsV1 != nil {
		bFields = b.FieldsV1.GetRawBytes()
	}
	return a.Manager == b.Manager && a.Operation == b.Operation && a.APIVersion == b.APIVersion && a.Subresource == b.Subresource &&
		a.FieldsType == b.FieldsType && a.Time.Equal(b.Time) && bytes.Equal(aFields, bFields)
}
