package serve

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// serveDefinition serves the resources of a definition, and says so in its status.
func (a *API) serveDefinition(o *encode.Object) error {
	if o == nil || o.GetDeletionTimestamp() != nil {
		return nil
	}
	d, err := kinds.ReadDefinition(o.Object)
	if err != nil {
		return err
	}
	resources, err := d.Resources()
	if err != nil {
		return err
	}
	a.registry.Replace(d.Metadata.Name, resources)
	return a.establish(o, d)
}

// establish writes the status of a definition that is served.
func (a *API) establish(o *encode.Object, d *kinds.Definition) error {
	_, err := a.storage.Update(kinds.Definitions().GroupResource(), keyOf(&o.Unstructured), func(current *encode.Object) (*encode.Object, error) {
		if current == nil {
			return nil, nil
		}
		next := current.DeepCopy()
		next.Object["status"] = builtin.DefinitionStatus(d, conditionsOf(current), time.Now())
		if sameContent(&current.Unstructured, next) {
			return current, nil
		}
		return encode.NewObject(next), nil
	})
	return err
}

func conditionsOf(o *encode.Object) []any {
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	return conditions
}

// dropDefinition deletes the objects of a deleted definition and stops serving their resources.
func (a *API) dropDefinition(r *request, o *encode.Object) error {
	d, err := kinds.ReadDefinition(o.Object)
	if err != nil {
		return err
	}
	snapshot, err := a.storage.List(d.GroupResource(), storage.Query{})
	if err != nil {
		return err
	}
	resources := a.registry.Now().All()
	at := slices.IndexFunc(resources, func(have *kinds.Resource) bool { return have.Definition == d.Metadata.Name })
	if at < 0 {
		return nil
	}
	for o := range snapshot.Objects {
		if err := a.removeFor(r, resources[at], o); err != nil {
			return err
		}
	}
	a.registry.Replace(d.Metadata.Name, nil)
	return nil
}
