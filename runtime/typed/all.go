package typed

import (
	"context"
	"errors"
	"iter"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/internal/adapter"
)

// pageSize is the number of objects in a page if the caller sets no limit. It is also the default of client-go.
const pageSize = 500

// ListClient is a client that can list, such as every generated interface with the verb list.
type ListClient[L runtime.Object] interface {
	List(ctx context.Context, opts metav1.ListOptions) (L, error)
}

// All yields every object that opts selects, page after page; see [All].
func (c *Client[T, L]) All(ctx context.Context, opts metav1.ListOptions) iter.Seq2[T, error] {
	return All[T](ctx, c, opts)
}

// All yields every object that opts selects, and fetches each page of the list when the loop reaches it:
//
//	for pod, err := range typed.All[*corev1.Pod](ctx, clientset.CoreV1().Pods(""), metav1.ListOptions{}) {
//		if err != nil {
//			return err
//		}
//		…
//	}
//
// opts.Limit is the size of a page; zero means 500. An error is yielded once, with a nil object, and ends the loop. No
// connection is open while the loop body runs. The objects of a page share memory.
//
// The server keeps the version of a listing for a few minutes only. When it has expired, All continues with the token
// that the server returns for the rest at its current version. If the server returns none, All lists everything again
// in one request, and omits what it has yielded. In both cases no object is yielded twice, objects deleted meanwhile
// may be missing, and the objects before and after come from two versions.
func All[T Object, L runtime.Object](ctx context.Context, client ListClient[L], opts metav1.ListOptions) iter.Seq2[T, error] {
	if opts.Limit == 0 {
		opts.Limit = pageSize
	}
	return func(yield func(T, error) bool) {
		l := listing[T, L]{client: client, opts: opts}
		for {
			page, err := l.next(ctx)
			if err != nil {
				yield(*new(T), err)
				return
			}
			if !l.deliver(page, yield) || l.opts.Continue == "" {
				return
			}
		}
	}
}

// listing is the state of one loop over [All].
type listing[T Object, L runtime.Object] struct {
	client ListClient[L]
	opts   metav1.ListOptions
	// seen holds the keys yielded so far; nil for a listing of one page.
	seen map[types.NamespacedName]struct{}
	// again is set while the whole list is fetched a second time.
	again bool
}

// next fetches a page and sets opts.Continue for the next one; "" after the last.
func (l *listing[T, L]) next(ctx context.Context) ([]T, error) {
	list, err := l.client.List(ctx, l.opts)
	if err != nil && l.opts.Continue != "" && apierrors.IsResourceExpired(err) {
		l.opts.Continue = continueOf(err)
		if l.opts.Continue == "" {
			l.again, l.opts.Limit, l.opts.ResourceVersion, l.opts.ResourceVersionMatch = true, 0, "", ""
		}
		list, err = l.client.List(ctx, l.opts)
	}
	if err != nil {
		return nil, err
	}
	listMeta, err := adapter.ListMeta(list)
	if err != nil {
		return nil, err
	}
	if l.opts.Continue = listMeta.Continue; l.opts.Continue != "" {
		// A continue token contains the version; the server rejects both together.
		l.opts.ResourceVersion, l.opts.ResourceVersionMatch = "", ""
	}
	return itemsOf[T](list)
}

// deliver yields the objects of a page and reports whether to go on.
func (l *listing[T, L]) deliver(page []T, yield func(T, error) bool) bool {
	more := l.opts.Continue != ""
	if more && l.seen == nil {
		l.seen = make(map[types.NamespacedName]struct{}, 2*len(page))
	}
	for _, obj := range page {
		key := types.NamespacedName{Namespace: obj.GetNamespace(), Name: obj.GetName()}
		if _, ok := l.seen[key]; ok && l.again {
			continue
		}
		if more {
			l.seen[key] = struct{}{}
		}
		if !yield(obj, nil) {
			return false
		}
	}
	return true
}

// continueOf returns the continue token of an "expired" error, or "".
func continueOf(err error) string {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return ""
	}
	return status.Status().Continue
}

func itemsOf[T Object](list runtime.Object) ([]T, error) {
	items := make([]T, 0, meta.LenList(list))
	err := meta.EachListItem(list, func(item runtime.Object) error {
		obj, ok := item.(T)
		if !ok {
			return &TypeError{Got: item, Want: *new(T)}
		}
		items = append(items, obj)
		return nil
	})
	return items, err
}
