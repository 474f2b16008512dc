package serve

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	apischema "github.com/typewright/typewright/runtime/apitest/internal/schema"
)

// noReplicas is the number of replicas in the scale of a custom object that has none set. It tells a request without replicas from one
// for zero replicas.
const noReplicas = int64(-1 << 31)

// newScales returns the resource of all scales: they have the kind Scale for every scaled kind.
func newScales() *kinds.Resource {
	r := &kinds.Resource{GroupVersionKind: encode.ScaleKind()}
	r.Default()
	r.Traits = kinds.TraitsOf(r.GroupResource())
	r.Type = encode.OwnType(r.GroupVersionKind)
	r.DescribeType(apischema.NewTypes())
	return r
}

// scalesCustom reports whether a request is for the scale of a custom object.
func (r *request) scalesCustom() bool { return r.scaled != nil && r.scaled.resource.Definition != "" }

// scale serves the subresource scale. It makes an object of kind Scale from the scaled object, applies a change to it, and writes the
// replicas back.
func (r *request) scale() error {
	s := &request{
		api: r.api, w: r.w, http: r.http, resource: r.api.scales, namespace: r.namespace, name: r.name, subresource: r.subresource, scaled: r,
	}
	var err error
	switch r.http.Method {
	case http.MethodGet:
		err = r.getScale(s)
	case http.MethodPut:
		err = s.update()
	case http.MethodPatch:
		err = s.patch()
	default:
		err = r.methodNotAllowed()
	}
	r.warnings = append(r.warnings, s.warnings...)
	return err
}

func (r *request) getScale(s *request) error {
	encoder, err := s.negotiate()
	if err != nil {
		return err
	}
	o := r.api.storage.Get(r.groupResource(), r.key())
	if o == nil {
		return r.notFound()
	}
	if !r.hasReplicas(&o.Unstructured) && r.resource.Definition != "" {
		return apierrors.NewInternalError(fmt.Errorf("the spec replicas field %q does not exist", r.replicasPath()))
	}
	s.sendWarnings()
	return encoder.WriteObject(s.w, http.StatusOK, r.scaleOf(&o.Unstructured))
}

func (r *request) scaleOf(u *unstructured.Unstructured) *encode.Object {
	return encode.NewObject(&unstructured.Unstructured{Object: encode.ScaleOf(r.resource, u)})
}

func (r *request) hasReplicas(u *unstructured.Unstructured) bool {
	_, found, _ := unstructured.NestedInt64(u.Object, r.resource.Scale.SpecReplicas...)
	return found
}

// replicasPath is the path of the replicas as a definition writes it.
func (r *request) replicasPath() string {
	return "." + strings.Join(r.resource.Scale.SpecReplicas, ".")
}

// changeScale gives the object the replicas that a transform of its scale makes, and answers with the scale of the result.
func (r *request) changeScale(s *request, run transform) error {
	updated, err := r.commit(r.key(), func(current *encode.Object) (*encode.Object, error) {
		if current == nil {
			return nil, r.notFound()
		}
		r.warnings = nil
		return r.changed(current, func(current *unstructured.Unstructured) (*unstructured.Unstructured, error) {
			return r.rescaled(current, run)
		})
	})
	if err != nil {
		return err
	}
	s.warnings = append(s.warnings, r.warnings...)
	r.warnings = nil
	return s.reply(http.StatusOK, r.scaleOf(&updated.Unstructured))
}

// rescaled applies a transform to the scale of an object, and returns the object with the resulting replicas, their owners, and the
// resource version, which is checked later.
func (r *request) rescaled(current *unstructured.Unstructured, run transform) (*unstructured.Unstructured, error) {
	owners := managedfields.NewScaleHandler(current.GetManagedFields(), r.resource.GroupVersion(), r.replicasPaths())
	entries, err := owners.ToSubresource()
	if err != nil {
		return nil, err
	}
	scale := &r.scaleOf(current).Unstructured
	if !r.hasReplicas(current) && r.resource.Definition != "" {
		_ = unstructured.SetNestedField(scale.Object, noReplicas, "spec", "replicas")
	}
	scale.SetManagedFields(entries)
	wanted, err := run(scale)
	if err != nil {
		return nil, err
	}
	replicas, _, _ := unstructured.NestedInt64(wanted.Object, "spec", "replicas")
	if err := r.checkScale(current, wanted, replicas); err != nil {
		return nil, err
	}
	next := current.DeepCopy()
	if err := unstructured.SetNestedField(next.Object, replicas, r.resource.Scale.SpecReplicas...); err != nil {
		return nil, err
	}
	if version := wanted.GetResourceVersion(); version != "" || r.resource.Unconditional {
		next.SetResourceVersion(version)
	}
	if entries, err = owners.ToParent(wanted.GetManagedFields()); err != nil {
		return nil, err
	}
	next.SetManagedFields(entries)
	return next, nil
}

// checkScale refuses a scale that is not valid for the object. The number of replicas of a custom object is validated with the rest of
// the object.
func (r *request) checkScale(current, scale *unstructured.Unstructured, replicas int64) error {
	switch {
	case r.resource.Definition != "" && replicas == noReplicas:
		return apierrors.NewBadRequest(fmt.Sprintf("the spec replicas field %q cannot be empty", r.replicasPath()))
	case r.resource.Definition != "":
		return nil
	case replicas < 0:
		return apierrors.NewInvalid(encode.ScaleKind().GroupKind(), r.name, field.ErrorList{
			field.Invalid(field.NewPath("spec", "replicas"), replicas, "must be greater than or equal to 0"),
		})
	}
	if uid := scale.GetUID(); uid != "" && uid != current.GetUID() {
		resource := r.groupResource()
		resource.Resource += "/scale"
		return apierrors.NewConflict(resource, r.name,
			//nolint:staticcheck // the real server begins it so
			fmt.Errorf("Precondition failed: UID in precondition: %v, UID in object meta: %v", uid, current.GetUID()))
	}
	return nil
}

// replicasPaths are the paths of the replicas in all versions of the resource.
func (r *request) replicasPaths() managedfields.ResourcePathMappings {
	paths := managedfields.ResourcePathMappings{}
	for _, version := range r.api.registry.Now().Versions(r.groupResource()) {
		if version.Scale == nil {
			continue
		}
		parts := make([]any, len(version.Scale.SpecReplicas))
		for i, part := range version.Scale.SpecReplicas {
			parts[i] = part
		}
		if path, err := fieldpath.MakePath(parts...); err == nil {
			paths[version.GroupVersion().String()] = path
		}
	}
	return paths
}

// errUnownedScale is the real server's error for an apply to the scale of a custom object whose replicas have no owner. It has no Status,
// so the code is 500.
var errUnownedScale = errors.New("failed to create manager for existing fields: failed to convert live object (/; autoscaling/v1, Kind=Scale) to proper version: request to convert CR to an invalid group/version: autoscaling/v1")

// errAppliedScale is the real server's error for any other apply to the scale of a custom object without a conflict, if it has a spec.
func errAppliedScale(scale *unstructured.Unstructured) error {
	return fmt.Errorf("failed to convert new object (%s/%s; autoscaling/v1, Kind=Scale) to proper version: request to convert CR to an invalid group/version: autoscaling/v1", scale.GetNamespace(), scale.GetName())
}

// errUnfitScale is the real server's error for a scale of a custom object that cannot be decoded.
func errUnfitScale() error {
	return apierrors.NewBadRequest(`no kind is registered for the type v1.Scale in scheme "pkg/registry/customresource"`)
}
