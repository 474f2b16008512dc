package typed

import (
	"context"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/internal/adapter"
)

// ListWatcher is the part of a generated client interface that an informer needs.
type ListWatcher[L runtime.Object] interface {
	List(ctx context.Context, opts metav1.ListOptions) (L, error)
	Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
}

// InformerOptions are the options of an informer of one resource. The zero value is usable.
type InformerOptions struct {
	// Client is where the resource's client comes from, such as the clientset. If it has a method
	// IsWatchListSemanticsUnSupported() bool that returns true, as fake clientsets do, the informer lists instead of
	// streaming lists. Generated constructors set it.
	Client any
	// Resource identifies the informer in metrics, together with InformerName. Generated constructors set it.
	Resource schema.GroupVersionResource
	// ResyncPeriod is the time between two replays of the store to each handler; zero means no replays.
	ResyncPeriod time.Duration
	// Indexers are the store's indexes in addition to the key; may be nil.
	Indexers cache.Indexers
	// Description names the objects in logs; empty means their Go type.
	Description string
	// InformerName names the informer in metrics; nil publishes none.
	InformerName *cache.InformerName
	// TweakListOptions changes the options of every list and watch before they are sent; may be nil.
	TweakListOptions func(*metav1.ListOptions)

	SharedOptions
}

// SharedOptions are the options that a factory has for its informers, without those that its constructors and generated
// code pass on by themselves. The zero value is usable. A factory makes them in [InformerFactory.SharedOptions].
type SharedOptions struct {
	// TweakKindListOptions changes the options of every list and watch after TweakListOptions; may be nil. A factory sets
	// it from its CustomListOptions.
	TweakKindListOptions func(*metav1.ListOptions)
	// Namespaces limits the informer to several namespaces, and lists and watches each of them on its own if the client
	// has a method InNamespace, as generated clients do. With another client, the informer lists all namespaces, for
	// which it needs the permission, and filters. Namespaces has no effect on cluster-scoped kinds.
	Namespaces []string
	// MutationDetector finds code that changes cached objects; nil means that of [cache.NewCacheMutationDetector].
	MutationDetector cache.MutationDetector

	cache.FollowOptions
}

// NewInformer returns an informer that keeps a typed store of the objects that the client lists and watches.
//
// The informer calls client for every list and every watch, not before. If the result implements [StreamLister] and
// [StreamWatcher], the informer decodes objects directly into the store; otherwise, as with a wrapped or fake client,
// it uses List and Watch.
func NewInformer[T Object, L runtime.Object](client func() ListWatcher[L], opts InformerOptions) cache.TypedSharedIndexInformer[T] {
	return cache.NewTypedInformer[T](&source[T, L]{client: client, opts: opts}, cache.SharedIndexInformerOptions{
		ResyncPeriod:      opts.ResyncPeriod,
		Indexers:          opts.Indexers,
		ObjectDescription: opts.Description,
		Identifier:        opts.InformerName.WithResource(opts.Resource),
		MutationDetector:  opts.MutationDetector,
		FollowOptions:     opts.FollowOptions,
	})
}

// source adapts a client to a [cache.StreamListerWatcher].
type source[T Object, L runtime.Object] struct {
	client func() ListWatcher[L]
	opts   InformerOptions
}

// Scopes returns the namespaces of the options, each with a source of its own, or nil if the informer is not limited.
func (s *source[T, L]) Scopes() []cache.Scope[T] {
	if len(s.opts.Namespaces) == 0 {
		return nil
	}
	client, ok := s.client().(interface {
		InNamespace(namespace string) (client ListWatcher[L], namespaced bool)
	})
	if !ok {
		return []cache.Scope[T]{{Source: &namespaceFilter[T]{s, s.opts.Namespaces}}}
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

// namespaceFilter omits the objects of other namespaces; cluster-scoped objects pass.
type namespaceFilter[T Object] struct {
	cache.StreamListerWatcher[T]

	namespaces []string
}

func (s *namespaceFilter[T]) passes(obj T) bool {
	return obj.GetNamespace() == "" || slices.Contains(s.namespaces, obj.GetNamespace())
}

func (s *namespaceFilter[T]) StreamList(ctx context.Context, opts cache.StreamOptions, each func(T) error) (metav1.ListMeta, error) {
	return s.StreamListerWatcher.StreamList(ctx, opts, func(obj T) error {
		if !s.passes(obj) {
			return nil
		}
		return each(obj)
	})
}

func (s *namespaceFilter[T]) StreamWatch(ctx context.Context, opts cache.StreamOptions, each func(cache.StreamEvent[T]) error) error {
	return s.StreamListerWatcher.StreamWatch(ctx, opts, func(event cache.StreamEvent[T]) error {
		if event.Type != watch.Bookmark && !s.passes(event.Object) {
			// The omitted event still carries the progress of the watch.
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
	return adapter.EachEvent(ctx, watcher, opts.Opened, func(event watch.Event) error {
		typed, err := eventOf[T](event.Type, event.Object, opts)
		if err != nil {
			return err
		}
		return each(typed)
	})
}

// EndsWithContext reports whether the client's lists and watches return soon after their context has ended. Generated, dynamic and
// metadata clients know.
func (s *source[T, L]) EndsWithContext() bool {
	client, ok := s.client().(interface{ EndsWithContext() bool })
	return ok && client.EndsWithContext()
}

// IsWatchListSemanticsUnSupported reports whether the client cannot stream lists. Fake clientsets have a method with
// this spelling.
func (s *source[T, L]) IsWatchListSemanticsUnSupported() bool {
	client, ok := s.opts.Client.(interface{ IsWatchListSemanticsUnSupported() bool })
	return ok && client.IsWatchListSemanticsUnSupported()
}

// Describe returns the resource and the namespace, both "" if the client does not tell them.
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
	if s.opts.TweakKindListOptions != nil {
		s.opts.TweakKindListOptions(&opts.ListOptions)
	}
}
