package untyped

import (
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// NoSuchResourceError reports that the server does not serve the resource in that group and version, or that its scope
// differs: it is namespaced and the request had no namespace, or the reverse. It wraps the server's error, so that
// apierrors.IsNotFound and the like work.
type NoSuchResourceError struct {
	// Resource and Namespace are those of the request.
	Resource  schema.GroupVersionResource
	Namespace string
	// Err is the server's error.
	Err error
}

// Error describes the request and what to check.
func (e *NoSuchResourceError) Error() string {
	where, scope := "without a namespace", "whether it is namespaced"
	if e.Namespace != "" {
		where, scope = fmt.Sprintf("in namespace %q", e.Namespace), "whether it is cluster-scoped"
	}
	return fmt.Sprintf("the server has no %q in %q %s: check that it serves the resource, and %s: %v",
		e.Resource.Resource, e.Resource.GroupVersion(), where, scope, e.Err)
}

// Unwrap returns the server's error.
func (e *NoSuchResourceError) Unwrap() error { return e.Err }

// Explain wraps err in a NoSuchResourceError if the resource is unknown. If only the object is unknown, the server's
// error names it, and Explain returns that.
func (r Resource) Explain(err error) error {
	if err == nil || !isUnknownResource(err) && !apierrors.IsMethodNotSupported(err) {
		return err
	}
	return &NoSuchResourceError{Resource: r.GroupVersionResource, Namespace: r.Namespace, Err: err}
}

func isUnknownResource(err error) bool {
	var status apierrors.APIStatus
	if !apierrors.IsNotFound(err) || !errors.As(err, &status) {
		return false
	}
	details := status.Status().Details
	return details == nil || details.Name == "" || apierrors.HasStatusCause(err, metav1.CauseTypeUnexpectedServerResponse)
}
