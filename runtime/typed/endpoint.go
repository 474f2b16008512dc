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

// endpoint is the part of a client that does not depend on its type: it builds and sends the requests. Keeping it out
// of the generic code means that a program holds its machine code once, not once a kind.
type endpoint struct {
	rest            rest.Interface
	params          runtime.ParameterCodec
	resource        string
	namespace       string
	namespaced      bool
	prefersProtobuf bool
}

// Target is a place that requests go to: a resource, an object of it, or a subresource of such an object. It is made by
// [Client.At] and consumed by the Subresource functions.
type Target struct {
	*endpoint

	name        string
	subresource []string
}

// on points request at the resource.
func (e *endpoint) on(request *rest.Request) *rest.Request {
	return request.
		UseProtobufAsDefaultIfPreferred(e.prefersProtobuf).
		NamespaceIfScoped(e.namespace, e.namespaced).
		Resource(e.resource)
}

// at points request at the target, which must have a name: an empty one is an error of the request.
func (t Target) at(request *rest.Request) *rest.Request {
	request = t.on(request).Name(t.name)
	if len(t.subresource) > 0 {
		request = request.SubResource(t.subresource...)
	}
	return request
}

// within points request at the target, which is the resource itself when nothing names anything below it.
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

// patch is the body of a patch request.
type patch struct {
	Type types.PatchType
	Data []byte
}

func (t Target) listRequest(opts *metav1.ListOptions) *rest.Request {
	return t.within(t.rest.Get()).VersionedParams(opts, t.params).Timeout(timeoutOf(opts))
}

// watchRequest turns opts into those of a watch, in place.
func (t Target) watchRequest(opts *metav1.ListOptions) *rest.Request {
	opts.Watch = true
	return t.listRequest(opts)
}

// timeoutOf is the time that the server is given, which the request must be given as well; zero means no limit.
func timeoutOf(opts *metav1.ListOptions) time.Duration {
	if opts.TimeoutSeconds == nil {
		return 0
	}
	return time.Duration(*opts.TimeoutSeconds) * time.Second
}
