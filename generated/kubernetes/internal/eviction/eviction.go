// Package eviction sends evictions, which the clients of pods and of group policy have in common.
//
// The body is JSON, written here: the client that sends it knows the types of another group, since an eviction of group
// policy goes to a subresource of the core group's pods.
package eviction

import (
	"context"
	"encoding/json"
	"fmt"

	policyv1 "k8s.io/api/policy/v1"
	policyv1beta1 "k8s.io/api/policy/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/rest"
)

// Object is an eviction of any version that names its kind.
type Object interface {
	metav1.Object
	runtime.Object
}

// V1 returns a copy that names its kind.
func V1(e *policyv1.Eviction) Object {
	return named(e.DeepCopy(), policyv1.SchemeGroupVersion)
}

// V1beta1 returns a copy that names its kind.
func V1beta1(e *policyv1beta1.Eviction) Object {
	return named(e.DeepCopy(), policyv1beta1.SchemeGroupVersion)
}

func named(e Object, version schema.GroupVersion) Object {
	e.GetObjectKind().SetGroupVersionKind(version.WithKind("Eviction"))
	return e
}

// Post sends e for the pod of its name. The request, a POST, knows the pod's namespace.
func Post(ctx context.Context, request *rest.Request, e Object) error {
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode the eviction of %q: %w", e.GetName(), err)
	}
	return request.
		Resource("pods").
		Name(e.GetName()).
		SubResource("eviction").
		SetHeader("Content-Type", runtime.ContentTypeJSON).
		Body(body).
		Do(ctx).
		Error()
}
