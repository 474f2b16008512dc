package testing

import (
	"cmp"
	"fmt"
	"reflect"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/yaml"
)

// TrackObjects makes a fake use a tracker for the actions that no earlier reactor handles: it adds [ObjectReaction] and
// [WatchReaction] for all resources. It adds the objects to the tracker first, and panics if it cannot.
func TrackObjects(fake *Fake, tracker ObjectTracker, objects ...runtime.Object) {
	for _, obj := range objects {
		if err := tracker.Add(obj); err != nil {
			panic(err)
		}
	}
	fake.AddReactor("*", "*", ObjectReaction(tracker))
	fake.AddWatchReactor("*", WatchReaction(tracker))
}

// WatchReaction returns a reaction that watches a tracker.
func WatchReaction(tracker ObjectTracker) WatchReactionFunc {
	return func(action Action) (bool, watch.Interface, error) {
		var opts metav1.ListOptions
		if action, ok := action.(WatchActionImpl); ok {
			opts = action.ListOptions
		}
		watcher, err := tracker.Watch(action.GetResource(), action.GetNamespace(), opts)
		return true, watcher, err
	}
}

// ObjectReaction returns a reaction that reads and writes a tracker: get, list, create, update, patch and delete. It
// does no defaulting, validation or conversion. As in client-go, it does not handle deletions of collections and
// actions of other types.
//
// Subresources are simple: writing an object of the resource's type to a subresource, such as "status", replaces the
// whole object; writing another type, such as an eviction or a scale, returns it and changes nothing. Reading a
// subresource returns the object itself.
func ObjectReaction(tracker ObjectTracker) ReactionFunc {
	r := reaction{tracker}
	return func(action Action) (bool, runtime.Object, error) {
		var obj runtime.Object
		var err error
		switch action := action.(type) {
		case ListActionImpl:
			obj, err = tracker.List(action.GetResource(), action.GetKind(), action.GetNamespace(), action.ListOptions)
		case GetActionImpl:
			obj, err = tracker.Get(action.GetResource(), action.GetNamespace(), action.GetName(), action.GetOptions)
		case CreateActionImpl:
			obj, err = r.create(action)
		case UpdateActionImpl:
			obj, err = r.update(action)
		case DeleteActionImpl:
			err = tracker.Delete(action.GetResource(), action.GetNamespace(), action.GetName(), action.DeleteOptions)
		case PatchActionImpl:
			obj, err = r.patch(action)
		default:
			return false, nil, fmt.Errorf("no reaction implemented for %s", action)
		}
		return true, obj, err
	}
}

type reaction struct{ tracker ObjectTracker }

func (r reaction) create(action CreateActionImpl) (runtime.Object, error) {
	accessor, err := meta.Accessor(action.Object)
	if err != nil {
		return nil, err
	}
	if action.Subresource != "" {
		return r.write(action, cmp.Or(action.Name, accessor.GetName()), action.Object, metav1.UpdateOptions{
			DryRun: action.CreateOptions.DryRun, FieldManager: action.CreateOptions.FieldManager,
			FieldValidation: action.CreateOptions.FieldValidation,
		})
	}
	if err := r.tracker.Create(action.Resource, action.Object, action.Namespace, action.CreateOptions); err != nil {
		return nil, err
	}
	return r.tracker.Get(action.Resource, action.Namespace, accessor.GetName(), metav1.GetOptions{})
}

func (r reaction) update(action UpdateActionImpl) (runtime.Object, error) {
	accessor, err := meta.Accessor(action.Object)
	if err != nil {
		return nil, err
	}
	return r.write(action, accessor.GetName(), action.Object, action.UpdateOptions)
}

// write updates the object with that name, unless the action writes another type to a subresource.
func (r reaction) write(action Action, name string, obj runtime.Object, opts metav1.UpdateOptions) (runtime.Object, error) {
	gvr, ns := action.GetResource(), action.GetNamespace()
	if action.GetSubresource() != "" {
		current, err := r.tracker.Get(gvr, ns, name, metav1.GetOptions{})
		switch {
		case err == nil && reflect.TypeOf(current) != reflect.TypeOf(obj):
			return obj, nil
		case err != nil && action.GetVerb() == "create":
			return nil, err // for an update, the tracker returns the error below
		}
	}
	if err := r.tracker.Update(gvr, obj, ns, opts); err != nil {
		return nil, err
	}
	return r.tracker.Get(gvr, ns, name, metav1.GetOptions{})
}

func (r reaction) patch(action PatchActionImpl) (runtime.Object, error) {
	if action.PatchType == types.ApplyPatchType {
		return r.apply(action)
	}
	obj, err := r.tracker.Get(action.Resource, action.Namespace, action.Name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	if obj, err = patched(obj, action.PatchType, action.Patch); err != nil {
		return nil, err
	}
	if err := r.tracker.Patch(action.Resource, obj, action.Namespace, action.PatchOptions); err != nil {
		return nil, err
	}
	return obj, nil
}

func (r reaction) apply(action PatchActionImpl) (runtime.Object, error) {
	config := &unstructured.Unstructured{Object: map[string]any{}}
	if err := yaml.Unmarshal(action.Patch, &config.Object); err != nil {
		return nil, err
	}
	config.SetName(action.Name)
	if err := r.tracker.Apply(action.Resource, config, action.Namespace, action.PatchOptions); err != nil {
		return nil, err
	}
	return r.tracker.Get(action.Resource, action.Namespace, action.Name, metav1.GetOptions{})
}
