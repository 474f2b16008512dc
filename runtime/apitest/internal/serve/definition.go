package serve

import (
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// isDefinitions reports whether the request is about custom resource definitions.
func (r *request) isDefinitions() bool {
	return r.resource.Group == "apiextensions.k8s.io" && r.resource.Kind == "CustomResourceDefinition"
}

// validateDefinition returns what is wrong with a definition.
func validateDefinition(u *unstructured.Unstructured) (errs field.ErrorList) {
	d, err := kinds.ReadDefinition(u.Object)
	if err != nil {
		return field.ErrorList{field.Invalid(field.NewPath("spec"), "", err.Error())}
	}
	spec := field.NewPath("spec")
	if want := d.Spec.Names.Plural + "." + d.Spec.Group; d.Metadata.Name != want {
		errs = append(errs, field.Invalid(field.NewPath("metadata", "name"), d.Metadata.Name, "must be spec.names.plural+\".\"+spec.group"))
	}
	if d.Spec.Group == "" {
		errs = append(errs, field.Required(spec.Child("group"), ""))
	} else if !strings.Contains(d.Spec.Group, ".") {
		errs = append(errs, field.Invalid(spec.Child("group"), d.Spec.Group, "should be a domain with at least one dot"))
	}
	if d.Spec.Scope != "Cluster" && d.Spec.Scope != "Namespaced" {
		errs = append(errs, field.NotSupported(spec.Child("scope"), d.Spec.Scope, []string{"Cluster", "Namespaced"}))
	}
	if d.Spec.Names.Kind == "" {
		errs = append(errs, field.Required(spec.Child("names", "kind"), ""))
	}
	for _, msg := range validation.IsDNS1035Label(d.Spec.Names.Plural) {
		errs = append(errs, field.Invalid(spec.Child("names", "plural"), d.Spec.Names.Plural, msg))
	}
	return append(errs, validateVersions(d, spec.Child("versions"))...)
}

func validateVersions(d *kinds.Definition, at *field.Path) (errs field.ErrorList) {
	stored := 0
	for i, v := range d.Spec.Versions {
		if v.Storage {
			stored++
		}
		for _, msg := range validation.IsDNS1035Label(v.Name) {
			errs = append(errs, field.Invalid(at.Index(i).Child("name"), v.Name, msg))
		}
		if v.Schema.OpenAPIV3Schema == nil {
			errs = append(errs, field.Required(at.Index(i).Child("schema", "openAPIV3Schema"), "schemas are required"))
		} else if v.Schema.OpenAPIV3Schema["type"] != "object" {
			errs = append(errs, field.Invalid(at.Index(i).Child("schema", "openAPIV3Schema", "type"), fmt.Sprint(v.Schema.OpenAPIV3Schema["type"]), "must be object at the root"))
		}
	}
	if stored != 1 {
		errs = append(errs, field.Invalid(at, len(d.Spec.Versions), "must have exactly one version marked as storage version"))
	}
	if _, err := d.Resources(); err != nil {
		errs = append(errs, field.Invalid(at, "", err.Error()))
	}
	return errs
}

// serveDefinition serves what a definition says, and has its status say so.
func (a *API) serveDefinition(o *Object) error {
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
func (a *API) establish(o *Object, d *kinds.Definition) error {
	_, err := a.storage.Update(kinds.Definitions().GroupResource(), keyOf(&o.Unstructured), func(current *Object) (*Object, error) {
		if current == nil {
			return nil, nil
		}
		next := current.DeepCopy()
		next.Object["status"] = definitionStatus(d, conditionsOf(current))
		if sameContent(&current.Unstructured, next) {
			return current, nil
		}
		return stored(next), nil
	})
	return err
}

func conditionsOf(o *Object) []any {
	conditions, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	return conditions
}

func definitionStatus(d *kinds.Definition, conditions []any) map[string]any {
	if len(conditions) == 0 {
		at := now().UTC().Format("2006-01-02T15:04:05Z")
		condition := func(name, reason, message string) any {
			return map[string]any{"type": name, "status": "True", "reason": reason, "message": message, "lastTransitionTime": at}
		}
		conditions = []any{
			condition("NamesAccepted", "NoConflicts", "no conflicts found"),
			condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
		}
	}
	var storedVersions []any
	for _, v := range d.Spec.Versions {
		if v.Storage {
			storedVersions = append(storedVersions, v.Name)
		}
	}
	names := d.Spec.Names
	accepted := map[string]any{"plural": names.Plural, "singular": names.Singular, "kind": names.Kind, "listKind": names.ListKind}
	if len(names.ShortNames) > 0 {
		accepted["shortNames"] = anys(names.ShortNames)
	}
	if len(names.Categories) > 0 {
		accepted["categories"] = anys(names.Categories)
	}
	return map[string]any{"conditions": conditions, "acceptedNames": accepted, "storedVersions": storedVersions}
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, each := range list {
		out[i] = each
	}
	return out
}

// dropDefinition deletes the objects of a definition that is gone and serves them no longer.
func (a *API) dropDefinition(r *request, o *Object) error {
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
	one := *r
	one.resource, one.subresource = resources[at], ""
	for o := range snapshot.Objects {
		if err := a.removeAs(&one, keyOf(&o.Unstructured), &metav1.DeleteOptions{}); err != nil {
			return err
		}
	}
	a.registry.Replace(d.Metadata.Name, nil)
	return nil
}

// defaultDefinition fills in what a definition may leave out.
func defaultDefinition(u *unstructured.Unstructured) {
	spec, _ := u.Object["spec"].(map[string]any)
	names, _ := spec["names"].(map[string]any)
	kind, _ := names["kind"].(string)
	if names == nil {
		return
	}
	if names["singular"] == nil || names["singular"] == "" {
		names["singular"] = strings.ToLower(kind)
	}
	if names["listKind"] == nil || names["listKind"] == "" {
		names["listKind"] = kind + "List"
	}
	if spec["conversion"] == nil {
		spec["conversion"] = map[string]any{"strategy": "None"}
	}
}
