package serve

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// In a cluster controllers finish deletions: they empty namespaces that are being deleted, and delete or orphan the dependents of a
// deleted object. A kube-apiserver alone does not, and neither does this server unless Options.Collect is set. Then it does so as part of
// the deletion.

// emptyNamespace deletes the objects in a namespace that is being deleted.
func (a *API) emptyNamespace(r *request) error {
	if !a.opts.Collect {
		return nil
	}
	return a.each(func(resource *kinds.Resource, o *encode.Object) error {
		if resource.ClusterScoped || o.GetNamespace() != r.name {
			return nil
		}
		return a.removeFor(r, resource, o)
	})
}

// each calls do for every object, once although several versions of a resource show it.
func (a *API) each(do func(*kinds.Resource, *encode.Object) error) error {
	seen := map[string]bool{}
	for _, resource := range a.registry.Now().All() {
		name := resource.GroupResource().String()
		if seen[name] {
			continue
		}
		seen[name] = true
		snapshot, err := a.storage.List(resource.GroupResource(), storage.Query{})
		if err != nil {
			return err
		}
		for o := range snapshot.Objects {
			if err := do(resource, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// afterDelete stops serving the resources of a deleted definition. With Options.Collect it deletes the dependents of the object.
func (a *API) afterDelete(r *request, last *encode.Object) error {
	if builtin.IsDefinitions(r.resource) {
		return a.dropDefinition(r, last)
	}
	if !a.opts.Collect {
		return nil
	}
	return a.removeDependents(r, last.GetUID())
}

// removeDependents deletes the dependents of an owner that have no other owner left.
func (a *API) removeDependents(r *request, owner types.UID) error {
	alive := a.uids()
	return a.each(func(resource *kinds.Resource, o *encode.Object) error {
		refs := o.GetOwnerReferences()
		belongs := slices.ContainsFunc(refs, func(ref metav1.OwnerReference) bool { return ref.UID == owner })
		owned := slices.ContainsFunc(refs, func(ref metav1.OwnerReference) bool { return ref.UID != owner && alive[ref.UID] })
		if !belongs || owned {
			return nil
		}
		return a.removeFor(r, resource, o)
	})
}

// uids are those of all objects.
func (a *API) uids() map[types.UID]bool {
	alive := map[types.UID]bool{}
	_ = a.each(func(_ *kinds.Resource, o *encode.Object) error {
		alive[o.GetUID()] = true
		return nil
	})
	return alive
}

// finishDeletion does the garbage collector's part of a deletion, as the finalizers of the object ask for, and finishes the deletion of
// an empty namespace. It returns the new state of the object and whether it is gone.
func (a *API) finishDeletion(r *request, last *encode.Object) (o *encode.Object, gone bool, err error) {
	if last == nil || last.GetDeletionTimestamp() == nil {
		return last, false, nil
	}
	finalizers := last.GetFinalizers()
	switch {
	case slices.Contains(finalizers, metav1.FinalizerDeleteDependents):
		err = a.removeDependents(r, last.GetUID())
	case slices.Contains(finalizers, metav1.FinalizerOrphanDependents):
		err = a.orphan(last.GetUID())
	case !builtin.IsNamespaces(r.resource) || !a.isEmpty(last.GetName()):
		return last, false, nil
	}
	if err != nil {
		return last, false, err
	}
	o, err = a.storage.Update(r.groupResource(), r.key(), func(current *encode.Object) (*encode.Object, error) {
		if current == nil || current.GetDeletionTimestamp() == nil {
			return current, nil
		}
		next := &unstructured.Unstructured{Object: withOwnMetadata(current.Object)}
		next.SetFinalizers(slices.DeleteFunc(slices.Clone(current.GetFinalizers()), func(name string) bool {
			return name == metav1.FinalizerDeleteDependents || name == metav1.FinalizerOrphanDependents
		}))
		if gone = mayGo(&current.Unstructured, next); gone {
			return nil, nil
		}
		return encode.NewObject(next), nil
	})
	return o, gone, err
}

// isEmpty reports whether nothing is left in a namespace.
func (a *API) isEmpty(namespace string) bool {
	left := false
	_ = a.each(func(resource *kinds.Resource, o *encode.Object) error {
		left = left || !resource.ClusterScoped && o.GetNamespace() == namespace
		return nil
	})
	return !left
}

// orphan removes the references to an owner from its dependents.
func (a *API) orphan(owner types.UID) error {
	is := func(ref metav1.OwnerReference) bool { return ref.UID == owner }
	return a.each(func(resource *kinds.Resource, o *encode.Object) error {
		if !slices.ContainsFunc(o.GetOwnerReferences(), is) {
			return nil
		}
		_, err := a.storage.Update(resource.GroupResource(), keyOf(&o.Unstructured), func(current *encode.Object) (*encode.Object, error) {
			if current == nil {
				return nil, nil
			}
			next := &unstructured.Unstructured{Object: withOwnMetadata(current.Object)}
			next.SetOwnerReferences(slices.DeleteFunc(current.GetOwnerReferences(), is))
			return encode.NewObject(next), nil
		})
		return err
	})
}
