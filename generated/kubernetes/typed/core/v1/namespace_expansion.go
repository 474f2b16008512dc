package v1

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/typed"
)

// NamespaceExpansion are the methods of [NamespaceInterface] for subresources of namespaces that markers cannot describe.
type NamespaceExpansion interface {
	// Finalize replaces the finalizers in the spec of a namespace that is being deleted, and returns what the server made of
	// it.
	Finalize(ctx context.Context, item *corev1.Namespace, opts metav1.UpdateOptions) (*corev1.Namespace, error)
}

// Finalize implements [NamespaceExpansion].
func (c *namespaces) Finalize(ctx context.Context, namespace *corev1.Namespace, opts metav1.UpdateOptions) (*corev1.Namespace, error) {
	return typed.SubresourceUpdate[corev1.Namespace](ctx, c.At(namespace.Name, "finalize"), namespace, opts)
}
