package typed

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/rest"
)

// endpoint builds and sends the requests of a client. It does not depend on the client's type, so a program contains
// its machine code once instead of once a kind.
type endpoint struct {
	rest            rest.Interface
	params          runtime.ParameterCodec
	resource        string
	namespace       string
	namespaced      bool
	prefersProtobuf bool
}

// Target is what a request addresses: a resource, an object, or a subresource of an object. [Client.At] returns it, and
// the Subresource functions take it.
type Target struct {
	*endpoint

	name        string
	subresource []string
}

// on addresses request to the resource.
func (e *endpoint) on(request *rest.Request) *rest.Request {
	return request.
		UseProtobufAsDefaultIfPreferred(e.prefersProtobuf).
		NamespaceIfScoped(e.namespace, e.namespaced).
		Resource(e.resource)
}

// at addresses request to the target. An empty name makes the request fail.
func (t Target) at(request *rest.Request) *rest.Request {
	request = t.on(request).Name(t.name)
	if len(t.subresource) > 0 {
		request = request.SubResource(t.subresource...)
	}
	return request
}

// within addresses request to the target, or to the resource if the target has neither name nor subresource.
func (t Target) within(request *rest.Request) *rest.Request {
	if t.name == "" && len(t.subresource) == 0 {
		return t.on(request)
	}
	return t.at(request)
}

func (t Target) get(ctx context.Context, opts *metav1.GetOptions, into runtime.Object) error {
	return t.at(t.rest.Get()).VersionedParams(opts, t.params).Do(ctx).Into(into)
}

func (t Target) list(ctx context.Context, opts *metav1.ListOptions, into runtime.Object) error {
	return t.listRequest(opts).Do(ctx).Into(into)
}

func (t Target) watch(ctx context.Context, opts *metav1.ListOptions) (watch.Interface, error) {
	return t.watchRequest(opts).Watch(ctx)
}

func (t Target) create(ctx context.Context, obj runtime.Object, opts *metav1.CreateOptions, into runtime.Object) error {
	return t.within(t.rest.Post()).VersionedParams(opts, t.params).Body(obj).Do(ctx).Into(into)
}

func (t Target) update(ctx context.Context, obj runtime.Object, opts *metav1.UpdateOptions, into runtime.Object) error {
	return t.at(t.rest.Put()).VersionedParams(opts, t.params).Body(obj).Do(ctx).Into(into)
}

func (t Target) delete(ctx context.Context, opts *metav1.DeleteOptions) error {
	return t.at(t.rest.Delete()).Body(opts).Do(ctx).Error()
}

func (e *endpoint) deleteCollection(ctx context.Context, opts *metav1.DeleteOptions, list *metav1.ListOptions) error {
	return e.on(e.rest.Delete()).
		VersionedParams(list, e.params).
		Timeout(timeoutOf(list)).
		Body(opts).
		Do(ctx).
		Error()
}

func (t Target) patch(ctx context.Context, p patch, opts *metav1.PatchOptions, into runtime.Object) error {
	return t.at(t.rest.Patch(p.Type)).VersionedParams(opts, t.params).Body(p.Data).Do(ctx).Into(into)
}

// patch is the type and the body of a patch request.
type patch struct {
	Type types.PatchType
	Data []byte
}

func (t Target) listRequest(opts *metav1.ListOptions) *rest.Request {
	return t.within(t.rest.Get()).VersionedParams(opts, t.params).Timeout(timeoutOf(opts))
}

// watchRequest returns a watch request; it sets opts.Watch.
func (t Target) watchRequest(opts *metav1.ListOptions) *rest.Request {
	opts.Watch = true
	return t.listRequest(opts)
}

// timeoutOf returns the timeout of the options, which the server and the request both get; zero means no limit.
func timeoutOf(opts *metav1.ListOptions) time.Duration {
	if opts.TimeoutSeconds == nil {
		return 0
	}
	return time.Duration(*opts.TimeoutSeconds) * time.Second
}
