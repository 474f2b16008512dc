package v1

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	policyv1beta1 "k8s.io/api/policy/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/kubernetes/internal/eviction"
	"github.com/typewright/typewright/runtime/rest"
)

// PodExpansion are the methods of [PodInterface] for subresources of pods that markers cannot describe. Requests go to the
// client's namespace, whatever namespace their objects name.
type PodExpansion interface {
	// Bind sends a pod to a node: binding has the name of the pod, its target that of the node.
	Bind(ctx context.Context, binding *corev1.Binding, opts metav1.CreateOptions) error
	// Evict is EvictV1beta1.
	//
	// Deprecated: servers since Kubernetes 1.25 know policy/v1 alone: use EvictV1.
	Evict(ctx context.Context, eviction *policyv1beta1.Eviction) error
	// EvictV1 asks for a pod to be deleted if its disruption budgets allow that; the eviction has the name of the pod. The
	// server answers with "too many requests" as long as they do not.
	EvictV1(ctx context.Context, eviction *policyv1.Eviction) error
	// EvictV1beta1 is EvictV1 for servers older than Kubernetes 1.22.
	EvictV1beta1(ctx context.Context, eviction *policyv1beta1.Eviction) error
	// GetLogs prepares the request for a container's log: DoRaw reads it whole, Stream as it comes.
	GetLogs(name string, opts *corev1.PodLogOptions) *rest.Request
	// ProxyGet prepares a GET of a path of the pod's own HTTP server, through the API server. Scheme and port may be empty:
	// http, and the pod's first port.
	ProxyGet(scheme, name, port, path string, params map[string]string) rest.ResponseWrapper
}

// Bind implements [PodExpansion].
func (c *pods) Bind(ctx context.Context, binding *corev1.Binding, opts metav1.CreateOptions) error {
	return c.GetClient().Post().
		Namespace(c.GetNamespace()).
		Resource("pods").
		Name(binding.Name).
		SubResource("binding").
		VersionedParams(&opts, group.ParameterCodec()).
		Body(binding).
		Do(ctx).
		Error()
}

// Evict implements [PodExpansion].
func (c *pods) Evict(ctx context.Context, eviction *policyv1beta1.Eviction) error {
	return c.EvictV1beta1(ctx, eviction)
}

// EvictV1 implements [PodExpansion].
func (c *pods) EvictV1(ctx context.Context, e *policyv1.Eviction) error {
	return eviction.Post(ctx, c.GetClient().Post().Namespace(c.GetNamespace()), eviction.V1(e))
}

// EvictV1beta1 implements [PodExpansion].
func (c *pods) EvictV1beta1(ctx context.Context, e *policyv1beta1.Eviction) error {
	return eviction.Post(ctx, c.GetClient().Post().Namespace(c.GetNamespace()), eviction.V1beta1(e))
}

// GetLogs implements [PodExpansion].
func (c *pods) GetLogs(name string, opts *corev1.PodLogOptions) *rest.Request {
	return c.GetClient().Get().
		Namespace(c.GetNamespace()).
		Resource("pods").
		Name(name).
		SubResource("log").
		VersionedParams(opts, group.ParameterCodec())
}

// ProxyGet implements [PodExpansion].
func (c *pods) ProxyGet(scheme, name, port, path string, params map[string]string) rest.ResponseWrapper {
	return proxyGet(c.GetClient().Get().Namespace(c.GetNamespace()).Resource("pods"), backend{scheme, name, port}, path, params)
}
