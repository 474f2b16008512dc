package serve

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// serveDefinition serves the resources of a definition, and sets its status.
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
	a.addRules(d, resources)
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

// addRules gives the resources of a definition the rules in CEL of their versions.
func (a *API) addRules(d *kinds.Definition, resources []*kinds.Resource) {
	if a.opts.Rules == nil {
		return
	}
	for _, r := range resources {
		i := slices.IndexFunc(d.Spec.Versions, func(v kinds.DefinitionVersion) bool { return v.Name == r.Version })
		r.Rules, _ = a.opts.Rules(d.Spec.Versions[i].Schema.OpenAPIV3Schema) // checkRules has reported the errors
	}
}

// checkRules returns the errors of rules of a definition that cannot be evaluated.
func (a *API) checkRules(u *unstructured.Unstructured) (errs field.ErrorList) {
	d, err := kinds.ReadDefinition(u.Object)
	if err != nil || a.opts.Rules == nil {
		return nil // builtin.Validate reports the error
	}
	for i, v := range d.Spec.Versions {
		at, again := d.SchemaPath(i)
		if again {
			continue
		}
		_, found := a.opts.Rules(v.Schema.OpenAPIV3Schema)
		for _, err := range found {
			if err.Field != "" {
				err.Field = "." + err.Field
			}
			err.Field = at.String() + err.Field
			errs = append(errs, err)
		}
	}
	return errs
}

// evaluateRules returns the CEL rules that an object breaks. As in the real server, rules are not evaluated if there are errors about
// required fields, types or lengths, on which they rely.
func (r *request) evaluateRules(errs field.ErrorList, u, old *unstructured.Unstructured) field.ErrorList {
	if r.resource.Rules == nil {
		return nil
	}
	blocks := func(err *field.Error) bool {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return true
		}
		return false
	}
	if slices.ContainsFunc(errs, blocks) {
		return field.ErrorList{field.Invalid(nil, nil,
			"some validation rules were not checked because the object was invalid; correct the existing errors to complete validation")}
	}
	var before map[string]any
	if old != nil {
		before = old.Object
	}
	return r.resource.Rules(r.http.Context(), u.Object, before)
}
