package serve

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/google/uuid"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/internal/storage"
)

func now() metav1.Time { return metav1.NewTime(time.Now().Truncate(time.Second)) }

// wipeSystemFields removes the metadata of a new object that the server alone sets.
func wipeSystemFields(u *unstructured.Unstructured) {
	for _, name := range []string{"creationTimestamp", "uid", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"} {
		unstructured.RemoveNestedField(u.Object, "metadata", name)
	}
}

// matchNamespace refuses an object in another namespace than the path's. It sets the namespace if the object has none.
func (r *request) matchNamespace(u *unstructured.Unstructured) error {
	switch have := u.GetNamespace(); {
	case have == r.namespace:
	case have == "" || r.namespace == "":
		u.SetNamespace(r.namespace)
	default:
		return apierrors.NewBadRequest("the namespace of the provided object does not match the namespace sent on the request")
	}
	return nil
}

// matchName refuses an object that has no name, or another than the path's.
func (r *request) matchName(u *unstructured.Unstructured) error {
	switch name := u.GetName(); name {
	case r.name:
		return nil
	case "":
		return apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s based on URL) was undeterminable: name must be provided", r.name))
	default:
		return apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s) does not match the name on the URL (%s)", name, r.name))
	}
}

// checkNamespace refuses a new object in a namespace that does not exist or is being deleted.
func (r *request) checkNamespace() error {
	if r.namespace == "" {
		return nil
	}
	ns := r.api.storage.Get(builtin.Namespaces(), storage.Key{Name: r.namespace})
	if ns == nil {
		return apierrors.NewNotFound(builtin.Namespaces(), r.namespace)
	}
	if ns.GetDeletionTimestamp() == nil {
		return nil
	}
	err := apierrors.NewForbidden(r.groupResource(), r.name,
		fmt.Errorf("unable to create new content in namespace %s because it is being terminated", r.namespace))
	err.ErrStatus.Details.Causes = append(err.ErrStatus.Details.Causes, metav1.StatusCause{
		Type:    "NamespaceTerminating",
		Message: fmt.Sprintf("namespace %s is being terminated", r.namespace),
		Field:   "metadata.namespace",
	})
	return err
}

// errVersionOnCreate has no Status, so the answer is 500, as the real server's is.
var errVersionOnCreate = errors.New("resourceVersion should not be set on objects to be created")

// prepareCreate turns the object that a client has sent into the one that is stored: it sets the fields that the server decides, and
// validates the result.
func (r *request) prepareCreate(u *unstructured.Unstructured) error {
	u.SetUID(types.UID(uuid.NewString()))
	u.SetCreationTimestamp(now())
	if u.GetName() == "" && u.GetGenerateName() != "" {
		u.SetName(generateName(u.GetGenerateName()))
	}
	if err := r.matchNamespace(u); err != nil {
		return err
	}
	if r.resource.Generation {
		u.SetGeneration(1)
	}
	if r.resource.Status && !r.resource.StatusFromBirth {
		r.clearStatus(u)
	}
	builtin.SetDefaults(r.resource, u) // the name may be new
	if err := r.admitPriority(u); err != nil {
		return err
	}
	builtin.SetFirstStatus(r.resource, u)
	if err := r.allocate(nil, u); err != nil {
		return err
	}
	if err := r.invalid(u.GetName(), r.validate(u, nil)...); err != nil {
		return err
	}
	version, err := strconv.ParseUint(u.GetResourceVersion(), 10, 64)
	if err == nil && version > 0 && !r.write.dryRun { // the storage looks at it
		return errVersionOnCreate
	}
	r.warnOfFinalizers(u, nil)
	r.warnings = append(r.warnings, builtin.Warnings(r.resource, nil, u)...)
	r.fillIn(u)
	return nil
}

// warnOfFinalizers warns of new finalizers of a custom object whose names may clash with those of others.
func (r *request) warnOfFinalizers(u *unstructured.Unstructured, had []string) {
	if r.resource.Definition == "" {
		return
	}
	added := slices.Compact(slices.Sorted(slices.Values(u.GetFinalizers())))
	for _, name := range added {
		if slices.Contains(had, name) {
			continue
		}
		for _, msg := range validation.IsQualifiedName(name) {
			r.warnings = append(r.warnings, fmt.Sprintf("metadata.finalizers: %q: %s", name, msg))
		}
		path := ""
		if strings.Contains(name, ".") {
			path = " including a path (/)"
		}
		if !strings.Contains(name, "/") && !builtin.IsFinalizer(name) {
			r.warnings = append(r.warnings, fmt.Sprintf("metadata.finalizers: %q: prefer a domain-qualified finalizer name%s to avoid accidental conflicts with other finalizer writers", name, path))
		}
	}
}

// fillIn sets the defaults of fields of a valid custom object that the server has removed, such as the status. The real server does this
// whenever it reads an object from its storage.
func (r *request) fillIn(u *unstructured.Unstructured) {
	if r.resource.Schema == nil {
		return
	}
	_, had := u.Object["status"]
	r.resource.Schema.Default(u.Object)
	_, has := u.Object["status"]
	r.filled = has && !had
}

// object returns what is stored of an object that is prepared.
func (r *request) object(u *unstructured.Unstructured) *encode.Object {
	o := encode.NewObject(u)
	o.Filled = r.filled
	return o
}

// generateName returns base with a random suffix, in the real server's format.
func generateName(base string) string {
	const most, random = 63, 5
	if len(base) > most-random {
		base = base[:most-random]
	}
	return base + rand.String(random)
}

func (r *request) validateMetadata(u *unstructured.Unstructured) field.ErrorList {
	return apivalidation.ValidateObjectMetaAccessor(u, !r.resource.ClusterScoped, r.resource.ValidName, field.NewPath("metadata"))
}

// validate returns the rules that an object breaks. old is the object before an update, nil for a new one.
func (r *request) validate(u, old *unstructured.Unstructured) field.ErrorList {
	errs := r.validateMetadata(u)
	if r.resource.Schema != nil {
		errs = append(errs, r.validateSchema(u)...)
		errs = append(errs, r.resource.Schema.ValidateLists(u.Object)...)
		errs = append(errs, r.evaluateRules(errs, u, old)...)
	}
	if r.seeded && !builtin.IsDefinitions(r.resource) {
		return errs
	}
	if builtin.IsDefinitions(r.resource) {
		errs = append(errs, r.api.checkRules(u)...)
	}
	return append(errs, builtin.Validate(r.resource, u)...)
}

// validateSchema returns the violations of a custom resource's schema, and what makes its scale useless. A change of the status is only asked
// for those of the status.
func (r *request) validateSchema(u *unstructured.Unstructured) field.ErrorList {
	s, scale := r.resource.Schema, r.resource.Scale
	if r.subresource == "status" {
		errs := s.ValidateStatus(u.Object)
		if scale != nil {
			errs = append(errs, scale.ValidateStatus(u.Object)...)
		}
		return errs
	}
	errs := s.Validate(u.Object)
	if scale != nil {
		errs = append(errs, scale.Validate(u.Object)...)
	}
	return append(errs, s.ValidateEmbedded(u.Object)...)
}

// prepareUpdate turns next, the client's new version of current, into the object that is stored: it restores what the request may not
// change, and validates the result. It changes next, and not current.
func (r *request) prepareUpdate(current, next *unstructured.Unstructured) error {
	if err := r.matchNamespace(next); err != nil {
		return err
	}
	next.SetGeneration(current.GetGeneration())
	r.keepTheRest(current, next)
	if err := r.allocate(current, next); err != nil {
		return err
	}
	if r.resource.Generation && r.subresource != "status" && (contentChanged(current.Object, next.Object, !r.resource.Status) || builtin.CountsAnnotations(r.resource) && !maps.Equal(current.GetAnnotations(), next.GetAnnotations())) {
		next.SetGeneration(current.GetGeneration() + 1)
	}
	if next.GetUID() == "" {
		next.SetUID(current.GetUID())
	}
	next.SetCreationTimestamp(current.GetCreationTimestamp())
	if gone := current.GetDeletionTimestamp(); gone != nil {
		next.SetDeletionTimestamp(gone)
	}
	if next.GetDeletionGracePeriodSeconds() == nil {
		next.SetDeletionGracePeriodSeconds(current.GetDeletionGracePeriodSeconds())
	}
	errs := apivalidation.ValidateObjectMetaAccessorUpdate(next, current, field.NewPath("metadata"))
	if r.resource.Definition != "" { // the real server reports these twice
		errs = append(errs, errs...)
	}
	if r.resource.Definition != "" || r.resource.Custom() {
		errs = append(errs, r.validate(next, current)...)
	} else {
		errs = r.validateChange(current, next, errs)
	}
	if err := r.invalid(next.GetName(), errs...); err != nil {
		return err
	}
	r.warnOfFinalizers(next, current.GetFinalizers())
	if r.subresource == "" || r.subresource == "scale" {
		r.warnings = append(r.warnings, builtin.Warnings(r.resource, current, next)...)
	}
	r.fillIn(next)
	return nil
}

// validateChange adds the rules that a change of a built-in object breaks to errs, which are about metadata. It reports each once, and
// leaves out those that the object broke before.
func (r *request) validateChange(current, next *unstructured.Unstructured, errs field.ErrorList) field.ErrorList {
	metadata := r.validateMetadata(next)
	switch r.subresource {
	case "status":
		errs = append(errs, builtin.ValidateStatusUpdate(r.resource, current, next)...)
	case "ephemeralcontainers", "resize":
		errs = append(append(metadata, errs...), builtin.ValidatePodChange(r.subresource, current, next)...)
	default: // the real server begins with the metadata as it is
		errs = append(append(metadata, errs...), builtin.ValidateUpdate(r.resource, current, next)...)
		if builtin.IsDefinitions(r.resource) {
			errs = append(errs, r.api.checkRules(next)...)
		}
	}
	if len(errs) == 0 {
		return nil
	}
	seen := map[string]bool{}
	for _, err := range builtin.Validate(r.resource, current) { // only an object that was there from the beginning breaks rules
		seen[err.Error()] = true
	}
	return slices.DeleteFunc(errs, func(err *field.Error) bool {
		twice := seen[err.Error()]
		seen[err.Error()] = true
		return twice
	})
}

// dedupOwners removes repeated owner references, and warns of them as the real server does.
func (r *request) dedupOwners(u *unstructured.Unstructured) {
	refs := u.GetOwnerReferences()
	var kept []metav1.OwnerReference
	var twice []string
	for _, ref := range refs {
		if slices.ContainsFunc(kept, func(have metav1.OwnerReference) bool { return reflect.DeepEqual(have, ref) }) {
			twice = append(twice, string(ref.UID))
			continue
		}
		kept = append(kept, ref)
	}
	if len(twice) == 0 {
		return
	}
	u.SetOwnerReferences(kept)
	r.warnings = append(r.warnings, ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: "+strings.Join(twice, ", "))
}
