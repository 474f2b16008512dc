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

// noReplicas stands in a scale for replicas that a custom object does not have, so that a request that says nothing of them is
// told apart from one that asks for none.
const noReplicas = int64(-1 << 31)

// newScales returns the resource of which scales are: they have the kind Scale, whatever they scale.
func newScales() *kinds.Resource {
	r := &kinds.Resource{GroupVersionKind: encode.ScaleKind()}
	r.Default()
	r.Traits = kinds.TraitsOf(r.GroupResource())
	r.Type = encode.OwnType(r.GroupVersionKind)
	r.DescribeType(apischema.NewTypes())
	return r
}

// scale shows and changes how many replicas an object is to have. Changes are those of an object of kind Scale, which is made from
// the scaled object and written back to it.
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
	o := r.api.storage.Get(r.groupResource(), r.key())
	if o == nil {
		return r.notFound()
	}
	if !r.hasReplicas(&o.Unstructured) && r.resource.Definition != "" {
		return apierrors.NewInternalError(fmt.Errorf("the spec replicas field %q does not exist", r.replicasPath()))
	}
	return s.reply(http.StatusOK, r.scaleOf(&o.Unstructured))
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
		return r.changed(current, func(current *unstructured.Unstructured) (*unstructured.Unstructured, error) {
			return r.rescaled(current, run)
		})
	})
	if err != nil {
		return err
	}
	return s.reply(http.StatusOK, r.scaleOf(&updated.Unstructured))
}

// rescaled returns the object with what a transform of its scale makes: the replicas, who owns them, and the version, which is
// checked later.
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

// checkScale refuses a scale that cannot be that of the object. Whether a custom object may have so many replicas is checked with
// the rest of it.
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
	for _, version := range r.api.registry.Now().All() {
		if version.GroupResource() != r.groupResource() || version.Scale == nil {
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

// errUnownedScale is what the real server says of an apply to the scale of a custom object whose replicas nobody owns. It has no
// Status, so the answer is 500.
var errUnownedScale = errors.New("failed to create manager for existing fields: failed to convert live object (/; autoscaling/v1, Kind=Scale) to proper version: request to convert CR to an invalid group/version: autoscaling/v1")

// errAppliedScale is what the real server says of any other apply to the scale of a custom object that is no conflict.
func errAppliedScale(scale *unstructured.Unstructured) error {
	return fmt.Errorf("failed to convert new object (%s/%s; autoscaling/v1, Kind=Scale) to proper version: request to convert CR to an invalid group/version: autoscaling/v1", scale.GetNamespace(), scale.GetName())
}

// errUnfitScale is what the real server says of a scale of a custom object that cannot be decoded.
func errUnfitScale() error {
	return apierrors.NewBadRequest(`no kind is registered for the type v1.Scale in scheme "pkg/registry/customresource"`)
}
