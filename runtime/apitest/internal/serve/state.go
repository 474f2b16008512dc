package serve

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	"github.com/typewright/typewright/runtime/internal/document"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// State is the complete state of an API at one time, without its history.
type State = storage.State[*encode.Object]

// Save returns the current state.
func (a *API) Save() State { return a.storage.Save() }

// Restore replaces the current state with an earlier one, including the custom resources that are served.
func (a *API) Restore(state State) error {
	for _, r := range a.registry.Now().All() {
		if r.Definition != "" {
			a.registry.Replace(r.Definition, nil)
		}
	}
	a.storage.Restore(state)
	snapshot, err := a.storage.List(kinds.Definitions().GroupResource(), storage.Query{})
	if err != nil {
		return err
	}
	for o := range snapshot.Objects {
		if err := a.serveDefinition(o); err != nil {
			return err
		}
	}
	return nil
}

// Seed stores the initial objects with their status. It creates the namespaces that every cluster has, and those of the objects. It
// stores definitions first, because the other objects may be of their kinds.
func (a *API) Seed(objects []runtime.Object) error {
	for _, name := range []string{"default", "kube-node-lease", "kube-public", "kube-system"} {
		if err := a.seedNamespace(name); err != nil {
			return err
		}
	}
	var later []*unstructured.Unstructured
	for _, obj := range objects {
		u, err := a.untyped(obj)
		if err != nil {
			return err
		}
		if u.GroupVersionKind() != kinds.Definitions().GroupVersionKind {
			later = append(later, u)
			continue
		}
		if err := a.seed(u); err != nil {
			return err
		}
	}
	for _, u := range later {
		if err := a.seed(u); err != nil {
			return err
		}
	}
	return nil
}

func (a *API) seedNamespace(name string) error {
	u := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Namespace"}}
	u.SetName(name)
	if a.storage.Get(builtin.Namespaces(), storage.Key{Name: name}) != nil {
		return nil
	}
	return a.seed(u)
}

// untyped returns an object without its Go type. If the object does not say of which kind it is, the scheme does.
func (a *API) untyped(obj runtime.Object) (*unstructured.Unstructured, error) {
	content, err := document.Of(obj)
	if err != nil {
		return nil, fmt.Errorf("object %T: %w", obj, err)
	}
	u := &unstructured.Unstructured{Object: content}
	if u.GroupVersionKind().Kind != "" {
		return u, nil
	}
	if a.opts.Scheme == nil {
		return nil, fmt.Errorf("object %T has no kind: set it, or give Options.Scheme", obj)
	}
	gvks, _, err := a.opts.Scheme.ObjectKinds(obj)
	if err != nil {
		return nil, fmt.Errorf("object %T: %w", obj, err)
	}
	u.SetGroupVersionKind(gvks[0])
	return u, nil
}

// seed stores an object as it is. The server fills in what is missing, such as a uid.
func (a *API) seed(u *unstructured.Unstructured) error {
	resource := a.registry.Now().ByKind(u.GroupVersionKind())
	if resource == nil {
		return fmt.Errorf("object %s of kind %s: no such kind is served", u.GetName(), u.GroupVersionKind())
	}
	r := &request{api: a, resource: resource, namespace: u.GetNamespace(), name: u.GetName(), seeded: true}
	if !resource.ClusterScoped {
		if r.namespace == "" {
			return fmt.Errorf("object %s of kind %s has no namespace", u.GetName(), u.GroupVersionKind())
		}
		if err := a.seedNamespace(r.namespace); err != nil {
			return err
		}
	}
	uid, status := u.GetUID(), u.Object["status"]
	u.SetResourceVersion("")
	if err := r.prepareCreate(u); err != nil {
		return err
	}
	if uid != "" {
		u.SetUID(uid)
	}
	if status != nil {
		u.Object["status"] = status
	}
	o, err := a.storage.Update(resource.GroupResource(), r.key(), func(*encode.Object) (*encode.Object, error) { return encode.NewObject(u), nil })
	if err != nil {
		return err
	}
	return r.afterWrite(o)
}
