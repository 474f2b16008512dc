package untyped

import (
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// NoSuchResourceError reports that the server does not know the place that a request went to: the resource is not
// served in that group and version, or it lives in namespaces and none was named, or the other way round. It wraps the
// server's answer, so that apierrors.IsNotFound and its like see that.
type NoSuchResourceError struct {
	// Resource and Namespace are what the request was for.
	Resource  schema.GroupVersionResource
	Namespace string
	// Err is the server's answer.
	Err error
}

// Error says what was asked for and what to look at.
func (e *NoSuchResourceError) Error() string {
	where, scope := "without a namespace", "whether it lives in namespaces"
	if e.Namespace != "" {
		where, scope = fmt.Sprintf("in namespace %q", e.Namespace), "whether it is cluster-scoped"
	}
	return fmt.Sprintf("the server has no %q in %q %s: check that it serves the resource, and %s: %v",
		e.Resource.Resource, e.Resource.GroupVersion(), where, scope, e.Err)
}

// Unwrap returns the server's answer.
func (e *NoSuchResourceError) Unwrap() error { return e.Err }

// Explain tells an unknown place from an unknown object: of the latter the server speaks itself, by name.
func (r Resource) Explain(err error) error {
	if err == nil || !isUnknownPlace(err) && !apierrors.IsMethodNotSupported(err) {
		return err
	}
	return &NoSuchResourceError{Resource: r.GroupVersionResource, Namespace: r.Namespace, Err: err}
}

func isUnknownPlace(err error) bool {
	var status apierrors.APIStatus
	if !apierrors.IsNotFound(err) || !errors.As(err, &status) {
		return false
	}
	details := status.Status().Details
	return details == nil || details.Name == "" || apierrors.HasStatusCause(err, metav1.CauseTypeUnexpectedServerResponse)
}
