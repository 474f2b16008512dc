package typed

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
)

// ListWatcher is the part of a generated client interface that an informer needs.
type ListWatcher[L runtime.Object] interface {
	List(ctx context.Context, opts metav1.ListOptions) (L, error)
	Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
}

// InformerOptions are the options of an informer of one resource. The zero value is useful.
type InformerOptions struct {
	// Client is what the resource's client was taken from, such as the clientset. It is asked whether it cannot stream
	// lists (a method IsWatchListSemanticsUnSupported() bool that returns true); fake clientsets cannot.
	Client any
	// ResyncPeriod is the time between two replays of the store to each handler; zero means none.
	ResyncPeriod time.Duration
	// Indexers are the store's indexes besides the key; may be nil.
	Indexers cache.Indexers
	// Description names the objects in logs; empty means their Go type.
	Description string
	// Identifier names the informer in metrics; the zero value publishes none.
	Identifier cache.InformerNameAndResource
	// TweakListOptions changes the options of every list and watch before they are sent; may be nil.
	TweakListOptions func(*metav1.ListOptions)
	// Namespaces limits the informer to several namespaces, which are listed and watched one by one, through clients for
	// each where the client has a method InNamespace, as generated ones do. What another client lists is sieved, so that
	// it must be allowed to list everywhere. Cluster-scoped kinds are not concerned.
	Namespaces []string
	// DropManagedFields keeps metadata.managedFields, often a third of an object, out of the store.
	DropManagedFields bool

	// tweakKind changes the options after TweakListOptions.
	tweakKind func(*metav1.ListOptions)
}

// NewInformer returns an informer which keeps a typed store of what the client lists and watches.
//
// The function client is called at every list and every watch, not before. What it returns is used as a
// [StreamLister] and a [StreamWatcher] where it is one: then objects are decoded straight into the store. A wrapped or
// fake client that is neither is used through its List and Watch.
func NewInformer[T Object, L runtime.Object](client func() ListWatcher[L], opts InformerOptions) cache.TypedSharedIndexInformer[T] {
	return cache.NewTypedInformer[T](&source[T, L]{client: client, opts: opts}, cache.TypedInformerOptions[T]{
		ResyncPeriod:      opts.ResyncPeriod,
		Indexers:          opts.Indexers,
		ObjectDescription: opts.Description,
		Identifier:        opts.Identifier,
		DropManagedFields: opts.DropManagedFields,
	})
}
