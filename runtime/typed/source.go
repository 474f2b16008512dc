package typed

import (
	"context"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
)

// source is the seam from client to cache: a [cache.StreamListerWatcher] over whatever client it is given.
type source[T Object, L runtime.Object] struct {
	client func() ListWatcher[L]
	opts   InformerOptions
}

// configure changes the options, before the informer runs.
func (s *source[T, L]) configure(change func(*InformerOptions)) { change(&s.opts) }

// Scopes are the namespaces of the options, each with a client of its own.
func (s *source[T, L]) Scopes() []cache.Scope[T] {
	if len(s.opts.Namespaces) == 0 {
		return nil
	}
	client, ok := s.client().(interface {
		InNamespace(namespace string) (client ListWatcher[L], namespaced bool)
	})
	if !ok {
		return []cache.Scope[T]{{Source: sieve[T]{s, s.opts.Namespaces}}}
	}
	var scopes []cache.Scope[T]
	for _, namespace := range slices.Compact(slices.Sorted(slices.Values(s.opts.Namespaces))) {
		inNamespace, namespaced := client.InNamespace(namespace)
		if !namespaced {
			return nil
		}
		scopes = append(scopes, cache.Scope[T]{
			Name:     namespace,
			Source:   &source[T, L]{client: func() ListWatcher[L] { return inNamespace }, opts: s.opts},
			Contains: func(key string) bool { return strings.HasPrefix(key, namespace+"/") },
		})
	}
	return scopes
}

// sieve leaves out the objects of other namespaces; those of none pass.
type sieve[T Object] struct {
	cache.StreamListerWatcher[T]

	namespaces []string
}

func (s sieve[T]) passes(obj T) bool {
	return obj.GetNamespace() == "" || slices.Contains(s.namespaces, obj.GetNamespace())
}

func (s sieve[T]) StreamList(ctx context.Context, opts cache.StreamOptions, each func(T) error) (metav1.ListMeta, error) {
	return s.StreamListerWatcher.StreamList(ctx, opts, func(obj T) error {
		if !s.passes(obj) {
			return nil
		}
		return each(obj)
	})
}

func (s sieve[T]) StreamWatch(ctx context.Context, opts cache.StreamOptions, each func(cache.StreamEvent[T]) error) error {
	return s.StreamListerWatcher.StreamWatch(ctx, opts, func(event cache.StreamEvent[T]) error {
		if event.Type != watch.Bookmark && !s.passes(event.Object) {
			// What is left out still tells how far the watch is.
			event = cache.StreamEvent[T]{Type: watch.Bookmark, ResourceVersion: event.ResourceVersion}
		}
		return each(event)
	})
}

// StreamList lists through the client's StreamList, or its List.
func (s *source[T, L]) StreamList(ctx context.Context, opts cache.StreamOptions, each func(T) error) (metav1.ListMeta, error) {
	s.tweak(&opts)
	client := s.client()
	if streamer, ok := client.(StreamLister[T]); ok {
		return streamer.StreamList(ctx, opts, each)
	}
	list, err := client.List(ctx, opts.ListOptions)
	if err != nil {
		return metav1.ListMeta{}, err
	}
	return EachItem(list, opts, each)
}

// StreamWatch watches through the client's StreamWatch, or its Watch.
func (s *source[T, L]) StreamWatch(ctx context.Context, opts cache.StreamOptions, each func(cache.StreamEvent[T]) error) error {
	s.tweak(&opts)
	client := s.client()
	if streamer, ok := client.(StreamWatcher[T]); ok {
		return streamer.StreamWatch(ctx, opts, each)
	}
	watcher, err := client.Watch(ctx, opts.ListOptions)
	if err != nil {
		return err
	}
	defer watcher.Stop()
	if opts.Opened != nil {
		opts.Opened()
	}
	return eachEvent(ctx, watcher, opts, each)
}

// IsWatchListSemanticsUnSupported reports whether the client says that it cannot stream lists. The spelling is that of
// the method which fake clientsets have.
func (s *source[T, L]) IsWatchListSemanticsUnSupported() bool {
	client, ok := s.opts.Client.(interface{ IsWatchListSemanticsUnSupported() bool })
	return ok && client.IsWatchListSemanticsUnSupported()
}

// Describe returns the resource and the namespace, as far as the client knows them.
func (s *source[T, L]) Describe() (resource, namespace string) {
	if client, ok := s.client().(interface {
		Describe() (resource, namespace string)
	}); ok {
		return client.Describe()
	}
	return "", ""
}

func (s *source[T, L]) tweak(opts *cache.StreamOptions) {
	if s.opts.TweakListOptions != nil {
		s.opts.TweakListOptions(&opts.ListOptions)
	}
	if s.opts.tweakKind != nil {
		s.opts.tweakKind(&opts.ListOptions)
	}
	opts.DropManagedFields = opts.DropManagedFields || s.opts.DropManagedFields
}

// eachEvent drains a watch until its channel is closed, ctx ends, each fails or the server reports an error.
func eachEvent[T Object](ctx context.Context, watcher watch.Interface, opts cache.StreamOptions, each func(cache.StreamEvent[T]) error) error {
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case event, open := <-watcher.ResultChan():
			if !open {
				return context.Cause(ctx)
			}
			if event.Type == watch.Error {
				return apierrors.FromObject(event.Object)
			}
			typed, err := eventOf[T](event.Type, event.Object, opts)
			if err != nil {
				return err
			}
			if err := each(typed); err != nil {
				return err
			}
		}
	}
}
