package testing

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/rest"
)

// Reactor answers actions.
type Reactor interface {
	// Handles tells whether the reactor is to be asked about an action.
	Handles(action Action) bool
	// React answers an action. What it returns beside handled=false is ignored, and the next reactor is asked.
	React(action Action) (handled bool, ret runtime.Object, err error)
}

// WatchReactor answers watches. It works as [Reactor] does.
type WatchReactor interface {
	Handles(action Action) bool
	React(action Action) (handled bool, ret watch.Interface, err error)
}

// ProxyReactor answers reads through a proxy. It works as [Reactor] does.
type ProxyReactor interface {
	Handles(action Action) bool
	React(action Action) (handled bool, ret rest.ResponseWrapper, err error)
}

// ReactionFunc answers an action, as [Reactor].React does.
type ReactionFunc func(action Action) (handled bool, ret runtime.Object, err error)

// WatchReactionFunc answers a watch, as [WatchReactor].React does.
type WatchReactionFunc func(action Action) (handled bool, ret watch.Interface, err error)

// ProxyReactionFunc answers a read through a proxy, as [ProxyReactor].React does.
type ProxyReactionFunc func(action Action) (handled bool, ret rest.ResponseWrapper, err error)

// SimpleReactor is a [Reactor] for one verb, such as "update", and one resource, such as "pods" for the resource and all its
// subresources, or "pods/status". "*" stands for all verbs or all resources.
type SimpleReactor struct {
	Verb     string
	Resource string

	Reaction ReactionFunc
}

// Handles implements [Reactor].
func (r *SimpleReactor) Handles(action Action) bool {
	return (r.Verb == "*" || r.Verb == action.GetVerb()) && covers(r.Resource, action)
}

// React implements [Reactor].
func (r *SimpleReactor) React(action Action) (bool, runtime.Object, error) { return r.Reaction(action) }

// SimpleWatchReactor is a [WatchReactor] for one resource, as in [SimpleReactor].
type SimpleWatchReactor struct {
	Resource string

	Reaction WatchReactionFunc
}

// Handles implements [WatchReactor].
func (r *SimpleWatchReactor) Handles(action Action) bool { return covers(r.Resource, action) }

// React implements [WatchReactor].
func (r *SimpleWatchReactor) React(action Action) (bool, watch.Interface, error) {
	return r.Reaction(action)
}

// SimpleProxyReactor is a [ProxyReactor] for one resource, as in [SimpleReactor].
type SimpleProxyReactor struct {
	Resource string

	Reaction ProxyReactionFunc
}

// Handles implements [ProxyReactor].
func (r *SimpleProxyReactor) Handles(action Action) bool { return covers(r.Resource, action) }

// React implements [ProxyReactor].
func (r *SimpleProxyReactor) React(action Action) (bool, rest.ResponseWrapper, error) {
	return r.Reaction(action)
}

func covers(resource string, action Action) bool {
	name, subresource, both := strings.Cut(resource, "/")
	return resource == "*" ||
		name == action.GetResource().Resource && (!both || subresource == action.GetSubresource())
}

// DefaultWatchReactor answers every watch with the same watcher and error.
func DefaultWatchReactor(watchInterface watch.Interface, err error) WatchReactionFunc {
	return func(Action) (bool, watch.Interface, error) { return true, watchInterface, err }
}
