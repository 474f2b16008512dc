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
)

// pageSize is the number of objects asked for at once where the caller sets no limit: the size that servers are tuned
// for and that other clients use.
const pageSize = 500

// ListClient is a client that lists: every generated interface with the verb list is one.
type ListClient[L runtime.Object] interface {
	List(ctx context.Context, opts metav1.ListOptions) (L, error)
}

// All yields every object that opts select, page after page; see [All].
func (c *Client[T, L]) All(ctx context.Context, opts metav1.ListOptions) iter.Seq2[T, error] {
	return All[T](ctx, c, opts)
}

// All yields every object that opts select, and fetches the pages of the list as the loop comes to them:
//
//	for pod, err := range typed.All[*corev1.Pod](ctx, clientset.CoreV1().Pods(""), metav1.ListOptions{}) {
//		if err != nil {
//			return err
//		}
//		…
//	}
//
// opts.Limit is the size of a page, 500 when it is zero. An error is yielded once, with a nil object, and ends the
// loop. No connection is open while the loop body runs. Objects of one page share its memory.
//
// The server keeps the version that a listing began with for a few minutes only. When that time runs out, All goes on
// with the token that the server offers for the rest at its present version; when the server offers none, All lists
// once more, in one piece, and leaves out what it has yielded before. Either way no object is yielded twice, objects
// that were deleted meanwhile may be missing, and what was yielded before and after comes from two versions.
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
	// seen holds what was yielded so far of a listing that takes more than one page.
	seen map[types.NamespacedName]struct{}
	// again is set while the whole list is fetched a second time.
	again bool
}

// next fetches a page and sets opts.Continue to what the next one has to ask for.
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
	listMeta, err := listMetaOf(list)
	if err != nil {
		return nil, err
	}
	if l.opts.Continue = listMeta.Continue; l.opts.Continue != "" {
		// A continue token carries the version; the server refuses both together.
		l.opts.ResourceVersion, l.opts.ResourceVersionMatch = "", ""
	}
	return itemsOf[T](list)
}

// deliver yields the objects of a page and reports whether the loop goes on.
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

// continueOf returns the continue token that comes with an "expired" error; "" when there is none.
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
