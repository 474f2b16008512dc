package pager

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

const (
	defaultPageSize       = 500
	defaultPageBufferSize = 10
)

// ListPageFunc returns the list that opts selects, or one page of it if opts.Limit is set.
type ListPageFunc func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error)

// SimplePageFunc adapts a function without a context. A pager cannot interrupt it, and waits for the current page.
func SimplePageFunc(fn func(opts metav1.ListOptions) (runtime.Object, error)) ListPageFunc {
	return func(_ context.Context, opts metav1.ListOptions) (runtime.Object, error) { return fn(opts) }
}

// ListPager lists in pages. It holds no state between calls, so it is safe for concurrent use if PageFn is. The zero
// value needs a PageFn and requests everything in one page.
type ListPager struct {
	// PageSize is the number of objects in a page if the caller's options have no limit.
	PageSize int64
	// PageFn returns a page.
	PageFn ListPageFunc
	// FullListIfExpired makes List start again, without pages, when the version of the pages has expired. EachListItem
	// never starts again, because its callback has already seen objects.
	FullListIfExpired bool
	// PageBufferSize is the number of pages that EachListItem fetches ahead of its callback. A negative number is an
	// error.
	PageBufferSize int32
}

// New returns a pager with 500 objects a page that reads ten pages ahead and falls back to a full list.
func New(fn ListPageFunc) *ListPager {
	return &ListPager{PageSize: defaultPageSize, PageFn: fn, FullListIfExpired: true, PageBufferSize: defaultPageBufferSize}
}

// List returns all objects that options selects, and whether it took more than one page. It returns a single page
// unchanged, and several pages as an internalversion.List, whose items share the memory of their pages: a reference to
// one keeps its page.
//
// After an expired continue token it starts again if FullListIfExpired is set. It returns all other errors of the page
// function unchanged.
func (p *ListPager) List(ctx context.Context, options metav1.ListOptions) (runtime.Object, bool, error) {
	return p.list(ctx, options, meta.EachListItem)
}

// ListWithAlloc is List, but copies the items out of their pages.
func (p *ListPager) ListWithAlloc(ctx context.Context, options metav1.ListOptions) (runtime.Object, bool, error) {
	return p.list(ctx, options, meta.EachListItemWithAlloc)
}

// eachItem is one of the functions of package meta that walk a list.
type eachItem func(runtime.Object, func(runtime.Object) error) error

func (p *ListPager) list(ctx context.Context, options metav1.ListOptions, each eachItem) (runtime.Object, bool, error) {
	var all *internalversion.List
	var whole runtime.Object
	err := p.pages(ctx, options, func(page runtime.Object, info metav1.ListInterface) error {
		if all == nil {
			if info.GetContinue() == "" {
				whole = page
				return nil
			}
			all = &internalversion.List{}
			all.ResourceVersion = info.GetResourceVersion()
		}
		return each(page, func(item runtime.Object) error {
			all.Items = append(all.Items, item)
			return nil
		})
	})
	paged := all != nil
	switch {
	case err == nil && paged:
		return all, true, nil
	case err == nil:
		return whole, false, nil
	case paged && p.FullListIfExpired && apierrors.IsResourceExpired(err):
		options.Limit, options.Continue = 0, ""
		whole, err = p.PageFn(ctx, options)
		return whole, true, err
	default:
		return nil, paged, err
	}
}

// EachListItem calls fn for each object that options selects, in order, and fetches further pages meanwhile. It returns
// the first error of fn. The objects share the memory of their pages: a reference to one keeps its page.
func (p *ListPager) EachListItem(ctx context.Context, options metav1.ListOptions, fn func(obj runtime.Object) error) error {
	return p.eachPage(ctx, options, func(page runtime.Object) error { return meta.EachListItem(page, fn) })
}

// EachListItemWithAlloc is EachListItem, but copies the objects out of their pages.
func (p *ListPager) EachListItemWithAlloc(ctx context.Context, options metav1.ListOptions, fn func(obj runtime.Object) error) error {
	return p.eachPage(ctx, options, func(page runtime.Object) error { return meta.EachListItemWithAlloc(page, fn) })
}

// eachPage calls fn for each page, in the caller's goroutine. When it returns, the goroutine that fetches pages has
// ended.
func (p *ListPager) eachPage(ctx context.Context, options metav1.ListOptions, fn func(runtime.Object) error) error {
	if p.PageBufferSize < 0 {
		return fmt.Errorf("ListPager.PageBufferSize must be >= 0, got %d", p.PageBufferSize)
	}
	fetching, stop := context.WithCancel(ctx)
	pages := make(chan runtime.Object, p.PageBufferSize)
	var fetched error
	go func() {
		defer close(pages)
		fetched = p.pages(fetching, options, func(page runtime.Object, _ metav1.ListInterface) error {
			select {
			case pages <- page:
				return nil
			case <-fetching.Done():
				return context.Cause(fetching)
			}
		})
	}()
	defer func() {
		stop()
		for range pages { // ends with the goroutine
		}
	}()
	for page := range pages {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := fn(page); err != nil {
			return err
		}
	}
	return fetched
}

// pages calls fn for each page, in order. All pages have the version of the first.
func (p *ListPager) pages(ctx context.Context, options metav1.ListOptions, fn func(runtime.Object, metav1.ListInterface) error) error {
	if options.Limit == 0 {
		options.Limit = p.PageSize
	}
	var progress progress
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		page, err := p.PageFn(ctx, options)
		if err != nil {
			return err
		}
		info, err := meta.ListAccessor(page)
		if err != nil {
			return fmt.Errorf("returned object must be a list: %w", err)
		}
		if err := fn(page, info); err != nil {
			return err
		}
		if options.Continue = info.GetContinue(); options.Continue == "" {
			return nil
		}
		if err := progress.check(page, options.Continue); err != nil {
			return err
		}
		// The token contains the version; servers reject another version with it.
		options.ResourceVersion, options.ResourceVersionMatch = "", ""
	}
}

// maxEmptyPages is how many empty pages may follow each other. Servers that filter may send some.
const maxEmptyPages = 1000

// progress detects servers that send pages for ever. Its memory does not grow with their number.
type progress struct {
	empty int
	// seen is the continue token of an earlier page, that of page 1, 2, 4, 8 and so on (Brent's algorithm).
	seen       string
	steps, lap int
}

// check returns an error if a page and its continue token show that the pages would never end.
func (p *progress) check(page runtime.Object, token string) error {
	if meta.LenList(page) > 0 {
		p.empty = 0
	} else if p.empty++; p.empty > maxEmptyPages {
		return fmt.Errorf("the server sent %d pages in a row without an object, and says that there are more", p.empty)
	}
	if p.lap > 0 && token == p.seen {
		return errors.New("the server sends its pages in a circle: a page has the continue token of an earlier one")
	}
	if p.steps == p.lap {
		p.seen, p.steps, p.lap = token, 0, max(1, 2*p.lap)
	}
	p.steps++
	return nil
}
