package builtin

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	apischema "github.com/typewright/typewright/runtime/apitest/internal/schema"
)

// IsDefinitions reports whether a resource is the custom resource definitions.
func IsDefinitions(r *kinds.Resource) bool {
	return r.Group == "apiextensions.k8s.io" && r.Kind == "CustomResourceDefinition"
}

// validateDefinition returns what is wrong with a new definition.
func validateDefinition(u *unstructured.Unstructured) (errs field.ErrorList) {
	d, err := kinds.ReadDefinition(u.Object)
	if err != nil {
		return unreadable(err)
	}
	if want := d.Spec.Names.Plural + "." + d.Spec.Group; d.Metadata.Name != want {
		errs = append(errs, field.Invalid(field.NewPath("metadata", "name"), d.Metadata.Name, "must be spec.names.plural+\".\"+spec.group"))
	}
	return append(append(errs, validateContent(d)...), validateApproval(d)...)
}

func unreadable(err error) field.ErrorList {
	return field.ErrorList{field.Invalid(field.NewPath("spec"), "", err.Error())}
}

// validateContent returns what makes a definition impossible to serve.
func validateContent(d *kinds.Definition) (errs field.ErrorList) {
	spec := field.NewPath("spec")
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
			continue
		}
		if at, again := d.SchemaPath(i); !again {
			errs = append(errs, checkSchema(v.Schema.OpenAPIV3Schema, at)...)
		}
	}
	if stored != 1 {
		errs = append(errs, field.Invalid(at, len(d.Spec.Versions), "must have exactly one version marked as storage version"))
	}
	return errs
}

func checkSchema(document map[string]any, at *field.Path) field.ErrorList {
	s, err := apischema.NewStructural(document)
	if err != nil {
		return field.ErrorList{field.Invalid(at, "", err.Error())}
	}
	return s.Check(at)
}

// validateApproval checks that a definition in a group of the Kubernetes community has the approval annotation.
func validateApproval(d *kinds.Definition) field.ErrorList {
	const annotation = "api-approved.kubernetes.io"
	protected := slices.ContainsFunc([]string{"k8s.io", "kubernetes.io"}, func(domain string) bool {
		return d.Spec.Group == domain || strings.HasSuffix(d.Spec.Group, "."+domain)
	})
	approval := d.Metadata.Annotations[annotation]
	address, err := url.ParseRequestURI(approval)
	at, see := field.NewPath("metadata", "annotations").Key(annotation), "see https://github.com/kubernetes/enhancements/pull/1111"
	switch {
	case !protected, strings.HasPrefix(approval, "unapproved"), err == nil && address.Host != "" && address.Scheme != "":
		return nil
	case approval == "":
		return field.ErrorList{field.Required(at, fmt.Sprintf("protected groups must have approval annotation %q, %s", annotation, see))}
	}
	return field.ErrorList{field.Invalid(at, approval,
		fmt.Sprintf("protected groups must have approval annotation %q with either a URL or a reason starting with \"unapproved\", %s", annotation, see))}
}

// validateDefinitionUpdate returns errors of next, and of changes since current that are not allowed.
func validateDefinitionUpdate(current, next *unstructured.Unstructured) field.ErrorList {
	d, err := kinds.ReadDefinition(next.Object)
	if err != nil {
		return unreadable(err)
	}
	errs := validateContent(d)
	for _, path := range [][]string{{"spec", "scope"}, {"spec", "names", "kind"}, {"spec", "group"}, {"spec", "names", "plural"}} {
		was, _, _ := unstructured.NestedFieldNoCopy(current.Object, path...)
		is, _, _ := unstructured.NestedFieldNoCopy(next.Object, path...)
		errs = append(errs, immutable(field.NewPath(path[0], path[1:]...), was, is)...)
	}
	return errs
}

// DefinitionStatus returns the status of a definition whose names are accepted and whose resources are served since a time. It keeps
// existing conditions.
func DefinitionStatus(d *kinds.Definition, conditions []any, since time.Time) map[string]any {
	if len(conditions) == 0 {
		at := since.UTC().Format("2006-01-02T15:04:05Z")
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
