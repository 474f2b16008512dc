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

// ListPageFunc returns the list that opts select, one page of it where opts.Limit is set.
type ListPageFunc func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error)

// SimplePageFunc makes a ListPageFunc of a function without context. Such a function ends by itself only: pagers wait for
// the page that is on its way.
func SimplePageFunc(fn func(opts metav1.ListOptions) (runtime.Object, error)) ListPageFunc {
	return func(_ context.Context, opts metav1.ListOptions) (runtime.Object, error) { return fn(opts) }
}

// ListPager lists in pages. It holds no state between calls, so that one may serve many goroutines if PageFn does; its
// zero value needs a PageFn, and asks for everything in one page.
type ListPager struct {
	// PageSize is the number of objects a page where the caller's options have no limit.
	PageSize int64
	// PageFn returns a page.
	PageFn ListPageFunc
	// FullListIfExpired has List begin anew, without pages, when the server forgot the version that the pages are of.
	// EachListItem never begins anew: its callback has seen objects already.
	FullListIfExpired bool
	// PageBufferSize is the number of pages that EachListItem fetches ahead of its callback. Negative is an error.
	PageBufferSize int32
}

// New returns a pager with 500 objects a page, that reads ten pages ahead and falls back to a full list.
func New(fn ListPageFunc) *ListPager {
	return &ListPager{PageSize: defaultPageSize, PageFn: fn, FullListIfExpired: true, PageBufferSize: defaultPageBufferSize}
}

// List returns all objects that options select, and whether it took more than one page. One page is returned as it is;
// several become an internalversion.List, whose items lie in the memory of their pages: keeping one keeps its page.
//
// An expired continue token begins anew as FullListIfExpired says; every other error of the page function is returned as
// it is.
func (p *ListPager) List(ctx context.Context, options metav1.ListOptions) (runtime.Object, bool, error) {
	return p.list(ctx, options, meta.EachListItem)
}

// ListWithAlloc is List with items in memory of their own.
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

// EachListItem calls fn for each object that options select, in order, while further pages are on their way. An error of
// fn ends it and is returned. Objects lie in the memory of their pages: keeping one keeps its page.
func (p *ListPager) EachListItem(ctx context.Context, options metav1.ListOptions, fn func(obj runtime.Object) error) error {
	return p.eachPage(ctx, options, func(page runtime.Object) error { return meta.EachListItem(page, fn) })
}

// EachListItemWithAlloc is EachListItem with objects in memory of their own.
func (p *ListPager) EachListItemWithAlloc(ctx context.Context, options metav1.ListOptions, fn func(obj runtime.Object) error) error {
	return p.eachPage(ctx, options, func(page runtime.Object) error { return meta.EachListItemWithAlloc(page, fn) })
}

// eachPage calls fn for each page, in the caller's goroutine. The goroutine that fetches them has ended when it returns.
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

// pages calls fn for each page, one after the other. All pages are of the version that the first is of.
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
		// The token says which version its pages are of; servers refuse another one beside it.
		options.ResourceVersion, options.ResourceVersionMatch = "", ""
	}
}

// maxEmptyPages is how many pages without an object may follow each other. Servers that filter may send some.
const maxEmptyPages = 1000

// progress tells pages that come to an end from those of a server that leads its clients in a circle, in memory that does
// not grow with their number.
type progress struct {
	empty int
	// seen is the continue token of an earlier page, that of page 1, 2, 4, 8 and so on (Brent's algorithm).
	seen       string
	steps, lap int
}

// check returns an error where a page and its continue token show that the pages would never end.
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
