package encode

import (
	"reflect"
	"sync"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// ownScheme has the Go types that every server has: reviews, the bodies of built-in subresources, and namespaces.
var ownScheme = sync.OnceValue(func() *runtime.Scheme {
	scheme := runtime.NewScheme()
	scheme.AddKnownTypes(schema.GroupVersion{Group: "authentication.k8s.io", Version: "v1"},
		&authenticationv1.TokenRequest{}, &authenticationv1.TokenReview{}, &authenticationv1.SelfSubjectReview{})
	scheme.AddKnownTypes(schema.GroupVersion{Group: "authorization.k8s.io", Version: "v1"},
		&authorizationv1.SelfSubjectAccessReview{}, &authorizationv1.SelfSubjectRulesReview{},
		&authorizationv1.SubjectAccessReview{}, &authorizationv1.LocalSubjectAccessReview{})
	scheme.AddKnownTypes(schema.GroupVersion{Group: "autoscaling", Version: "v1"}, &autoscalingv1.Scale{})
	scheme.AddKnownTypes(schema.GroupVersion{Group: "policy", Version: "v1"}, &policyv1.Eviction{})
	scheme.AddKnownTypes(schema.GroupVersion{Version: "v1"}, &corev1.Binding{}, &corev1.Namespace{}, &corev1.NamespaceList{})
	return scheme
})

// OwnType returns the Go type of a kind that every server has, nil for other kinds.
func OwnType(gvk schema.GroupVersionKind) reflect.Type { return ownScheme().AllKnownTypes()[gvk] }

// Types creates objects of Go types. It uses the first of several schemes that has a kind.
type Types []*runtime.Scheme

// NewTypes returns the types of a scheme, which may be nil, and those that every server knows.
func NewTypes(scheme *runtime.Scheme) Types {
	if scheme == nil {
		return Types{ownScheme()}
	}
	return Types{scheme, ownScheme()}
}

// New implements runtime.ObjectCreater.
func (t Types) New(gvk schema.GroupVersionKind) (obj runtime.Object, err error) {
	for _, scheme := range t {
		if obj, err = scheme.New(gvk); err == nil {
			return obj, nil
		}
	}
	return nil, err
}

// ObjectKinds implements runtime.ObjectTyper.
func (t Types) ObjectKinds(obj runtime.Object) (gvks []schema.GroupVersionKind, unversioned bool, err error) {
	for _, scheme := range t {
		if gvks, unversioned, err = scheme.ObjectKinds(obj); err == nil {
			return gvks, unversioned, nil
		}
	}
	return nil, false, err
}

// Recognizes implements runtime.ObjectTyper.
func (t Types) Recognizes(gvk schema.GroupVersionKind) bool {
	for _, scheme := range t {
		if scheme.Recognizes(gvk) {
			return true
		}
	}
	return false
}
