package kinds

import (
	"reflect"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	apischema "github.com/typewright/typewright/runtime/apitest/internal/schema"
)

// FromScheme returns the resources of a scheme: each kind with object metadata that has a list kind beside it, and those that are only
// created: questions, and bindings of pods.
// clusterScoped names those that belong to no namespace, as "sites" or "sites.example.com"; built-in kinds are known.
func FromScheme(scheme *runtime.Scheme, clusterScoped []string, types *apischema.Types) []*Resource {
	var all []*Resource
	for gvk, goType := range scheme.AllKnownTypes() {
		question, binding := isQuestion(gvk), gvk.Group == "" && gvk.Kind == "Binding"
		if gvk.Version == runtime.APIVersionInternal || !question && !binding && !scheme.Recognizes(gvk.GroupVersion().WithKind(gvk.Kind+"List")) {
			continue
		}
		if !reflect.PointerTo(goType).Implements(reflect.TypeFor[metav1.Object]()) {
			continue
		}
		r := &Resource{GroupVersionKind: gvk, Type: goType}
		r.Default()
		r.Traits = TraitsOf(r.GroupResource())
		r.ClusterScoped = apischema.ClusterScoped(goType.PkgPath(), goType.Name()) ||
			slices.Contains(clusterScoped, r.Name) || slices.Contains(clusterScoped, r.GroupResource().String())
		_, r.Status = goType.FieldByName("Status")
		if question || binding {
			r.Status, r.CreateOnly, r.ClusterScoped = false, true, !binding && r.Kind != "LocalSubjectAccessReview"
		}
		r.Scale = scaleOf(r.GroupResource())
		r.describeForKubectl()
		r.DescribeType(types)
		all = append(all, r)
	}
	return all
}

// Complete sets fields that follow from the resource's kind and are not set: the Go type, if the scheme has it, and for a built-in kind
// the traits, the scale and the short names.
func (r *Resource) Complete(scheme *runtime.Scheme, types *apischema.Types) {
	r.Default()
	r.Traits = TraitsOf(r.GroupResource())
	if r.Scale == nil {
		r.Scale = scaleOf(r.GroupResource())
	}
	if r.ShortNames == nil {
		r.describeForKubectl()
	}
	if scheme != nil {
		r.Type = scheme.AllKnownTypes()[r.GroupVersionKind]
	}
	r.DescribeType(types)
}

// isQuestion reports whether a built-in kind is a review, such as SubjectAccessReview. Such kinds have no lists.
func isQuestion(gvk schema.GroupVersionKind) bool {
	switch gvk.Group {
	case "authorization.k8s.io", "authentication.k8s.io":
		return gvk.Kind != "TokenRequest" && strings.HasSuffix(gvk.Kind, "Review")
	}
	return false
}

// scaleOf returns the scale subresource of a built-in kind, nil if it has none.
func scaleOf(resource schema.GroupResource) *Scale {
	switch resource.String() {
	case "deployments.apps", "replicasets.apps", "statefulsets.apps", "replicationcontrollers":
		return &Scale{SpecReplicas: []string{"spec", "replicas"}, StatusReplicas: []string{"status", "replicas"}}
	}
	return nil
}
