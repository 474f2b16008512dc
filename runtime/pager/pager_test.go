package pager

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server holds objects. Its continue tokens expire after a number of pages.
type server struct {
	t        *testing.T
	objects  int
	expires  int
	requests []metav1.ListOptions
}

func (s *server) page(_ context.Context, opts metav1.ListOptions) (runtime.Object, error) {
	s.requests = append(s.requests, opts)
	if opts.Continue != "" {
		assert.Empty(s.t, opts.ResourceVersion, "servers refuse a version beside a token")
		assert.Empty(s.t, opts.ResourceVersionMatch)
		if s.expires > 0 && len(s.requests) > s.expires {
			return nil, apierrors.NewResourceExpired("too old")
		}
	}
	first, _ := strconv.Atoi(opts.Continue)
	last := s.objects
	list := &corev1.PodList{ListMeta: metav1.ListMeta{ResourceVersion: "7"}}
	if opts.Limit > 0 && first+int(opts.Limit) < last {
		last = first + int(opts.Limit)
		list.Continue = strconv.Itoa(last)
	}
	for i := first; i < last; i++ {
		list.Items = append(list.Items, corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprint("pod-", i)}})
	}
	return list, nil
}

func pagerOf(s *server) *ListPager {
	p := New(s.page)
	p.PageSize = 10
	return p
}

var fromSeven = metav1.ListOptions{ResourceVersion: "7", ResourceVersionMatch: metav1.ResourceVersionMatchExact}

func TestList(t *testing.T) {
	for name, test := range map[string]struct {
		objects, expires int
		full             bool
		pages            int
		paged            bool
		fails            bool
	}{
		"nothing":                    {0, 0, true, 1, false, false},
		"a page":                     {10, 0, true, 1, false, false},
		"two pages and one object":   {21, 0, true, 3, true, false},
		"the token expires":          {21, 2, true, 4, true, false},
		"the token expires, no full": {21, 2, false, 3, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := &server{t: t, objects: test.objects, expires: test.expires}
			p := pagerOf(s)
			p.FullListIfExpired = test.full
			list, paged, err := p.List(t.Context(), fromSeven)
			assert.Len(t, s.requests, test.pages)
			assert.Equal(t, test.paged, paged)
			if test.fails {
				require.True(t, apierrors.IsResourceExpired(err), "%v", err)
				return
			}
			require.NoError(t, err)
			switch l := list.(type) {
			case *corev1.PodList:
				assert.Len(t, l.Items, test.objects)
			case *internalversion.List:
				assert.Len(t, l.Items, test.objects)
				assert.Equal(t, "7", l.ResourceVersion)
			}
			if last := s.requests[len(s.requests)-1]; test.expires > 0 {
				assert.Equal(t, fromSeven, last, "the full list, with the options of the caller")
			}
		})
	}
}

func TestAnExpiredFirstPageIsTheCallersError(t *testing.T) {
	p := New(func(context.Context, metav1.ListOptions) (runtime.Object, error) {
		return nil, apierrors.NewResourceExpired("too old")
	})
	_, paged, err := p.List(t.Context(), metav1.ListOptions{Continue: "mine"})
	require.True(t, apierrors.IsResourceExpired(err), "%v", err)
	assert.False(t, paged)
}

func TestEachListItem(t *testing.T) {
	s := &server{t: t, objects: 95}
	var names []string
	err := pagerOf(s).EachListItem(t.Context(), fromSeven, func(obj runtime.Object) error {
		names = append(names, obj.(*corev1.Pod).Name)
		return nil
	})
	require.NoError(t, err)
	assert.Len(t, names, 95)
	assert.Equal(t, "pod-94", names[94])
}

func TestHowEachListItemEnds(t *testing.T) {
	errEnough := errors.New("enough")
	for name, each := range map[string]func(*ListPager, context.Context, metav1.ListOptions, func(runtime.Object) error) error{
		"shared": (*ListPager).EachListItem, "alloc": (*ListPager).EachListItemWithAlloc,
	} {
		t.Run(name, func(t *testing.T) {
			err := each(pagerOf(&server{t: t, objects: 500}), t.Context(), metav1.ListOptions{}, func(runtime.Object) error { return errEnough })
			require.ErrorIs(t, err, errEnough)

			ctx, cancel := context.WithCancelCause(t.Context())
			err = each(pagerOf(&server{t: t, objects: 500}), ctx, metav1.ListOptions{}, func(runtime.Object) error { cancel(errEnough); return nil })
			require.ErrorIs(t, err, errEnough, "the cause")

			err = each(pagerOf(&server{t: t, objects: 500, expires: 3}), t.Context(), metav1.ListOptions{}, func(runtime.Object) error { return nil })
			require.True(t, apierrors.IsResourceExpired(err), "%v", err)

			err = each(&ListPager{PageBufferSize: -1}, t.Context(), metav1.ListOptions{}, nil)
			require.ErrorContains(t, err, "PageBufferSize must be >= 0, got -1")

			notAList := New(SimplePageFunc(func(metav1.ListOptions) (runtime.Object, error) { return &corev1.Pod{}, nil }))
			require.ErrorContains(t, each(notAList, t.Context(), metav1.ListOptions{}, nil), "returned object must be a list")
		})
	}
}

func TestPagesAreFetchedAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{t: t, objects: 1000}
		p := pagerOf(s)
		p.PageBufferSize = 3
		first := true
		require.NoError(t, p.EachListItem(t.Context(), metav1.ListOptions{}, func(runtime.Object) error {
			if first {
				first = false
				synctest.Wait()
				assert.Len(t, s.requests, 5, "one page is being read, three are in the buffer, and one waits for space in it")
			}
			return nil
		}))
		assert.Len(t, s.requests, 100)
	})
}

// A server cannot keep a client busy with pages that lead nowhere.
func TestSecurityPagesComeToAnEnd(t *testing.T) {
	for name, test := range map[string]struct {
		token func(page int) string
		items int
		want  string
	}{
		"the same token":        {func(int) string { return "x" }, 1, "in a circle"},
		"two tokens":            {func(page int) string { return strconv.Itoa(page % 2) }, 1, "in a circle"},
		"a long way round":      {func(page int) string { return strconv.Itoa(page % 77) }, 1, "in a circle"},
		"always a new one":      {strconv.Itoa, 1, ""},
		"a circle after start":  {func(page int) string { return strconv.Itoa(min(page, 50+page%3)) }, 1, "in a circle"},
		"pages without objects": {strconv.Itoa, 0, "without an object"},
	} {
		t.Run(name, func(t *testing.T) {
			const end = 5000
			pages := 0
			p := New(func(context.Context, metav1.ListOptions) (runtime.Object, error) {
				list := &metav1.PartialObjectMetadataList{Items: make([]metav1.PartialObjectMetadata, test.items)}
				if pages++; pages < end {
					list.Continue = test.token(pages)
				}
				return list, nil
			})
			_, _, err := p.List(t.Context(), metav1.ListOptions{})
			errEach := p.EachListItem(t.Context(), metav1.ListOptions{}, func(runtime.Object) error { return nil })
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, errEach, test.want)
			assert.Less(t, pages, end)
		})
	}
}
