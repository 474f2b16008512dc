package testing

import (
	"fmt"
	"slices"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/rest"
)

// Fake records actions and passes them to chains of reactors. Fake clients embed it. The zero value records actions,
// and returns the default object of [Fake.Invokes].
//
// It is safe for concurrent use. It calls one reactor at a time and holds its lock meanwhile: a reactor that calls the
// fake client deadlocks.
type Fake struct {
	sync.RWMutex
	actions []Action

	// ReactionChain handles calls; the first reactor comes first. Change it with the methods, which lock.
	ReactionChain []Reactor
	// WatchReactionChain handles watches.
	WatchReactionChain []WatchReactor
	// ProxyReactionChain handles reads through a proxy.
	ProxyReactionChain []ProxyReactor

	// Resources are the resources that the fake discovery client returns.
	Resources []*metav1.APIResourceList
}

// AddReactor appends a reaction to the chain, so that it gets the actions that no earlier reactor handles. Verb and
// resource are as in [SimpleReactor].
func (c *Fake) AddReactor(verb, resource string, reaction ReactionFunc) {
	c.Lock()
	defer c.Unlock()
	c.ReactionChain = append(c.ReactionChain, &SimpleReactor{verb, resource, reaction})
}

// PrependReactor inserts a reaction before all others.
func (c *Fake) PrependReactor(verb, resource string, reaction ReactionFunc) {
	c.Lock()
	defer c.Unlock()
	c.ReactionChain = slices.Insert(c.ReactionChain, 0, Reactor(&SimpleReactor{verb, resource, reaction}))
}

// AddWatchReactor is AddReactor for watches.
func (c *Fake) AddWatchReactor(resource string, reaction WatchReactionFunc) {
	c.Lock()
	defer c.Unlock()
	c.WatchReactionChain = append(c.WatchReactionChain, &SimpleWatchReactor{resource, reaction})
}

// PrependWatchReactor is PrependReactor for watches.
func (c *Fake) PrependWatchReactor(resource string, reaction WatchReactionFunc) {
	c.Lock()
	defer c.Unlock()
	c.WatchReactionChain = slices.Insert(c.WatchReactionChain, 0, WatchReactor(&SimpleWatchReactor{resource, reaction}))
}

// AddProxyReactor is AddReactor for reads through a proxy.
func (c *Fake) AddProxyReactor(resource string, reaction ProxyReactionFunc) {
	c.Lock()
	defer c.Unlock()
	c.ProxyReactionChain = append(c.ProxyReactionChain, &SimpleProxyReactor{resource, reaction})
}

// PrependProxyReactor is PrependReactor for reads through a proxy.
func (c *Fake) PrependProxyReactor(resource string, reaction ProxyReactionFunc) {
	c.Lock()
	defer c.Unlock()
	c.ProxyReactionChain = slices.Insert(c.ProxyReactionChain, 0, ProxyReactor(&SimpleProxyReactor{resource, reaction}))
}

// Invokes records an action and returns the result of the first reactor that handles it, or defaultReturnObj. Reactors
// get a copy of the action.
func (c *Fake) Invokes(action Action, defaultReturnObj runtime.Object) (runtime.Object, error) {
	c.Lock()
	defer c.Unlock()
	action = c.record(action)
	for _, reactor := range c.ReactionChain {
		if !reactor.Handles(action) {
			continue
		}
		if handled, obj, err := reactor.React(action); handled {
			return obj, err
		}
	}
	return defaultReturnObj, nil
}

// InvokesWatch is Invokes for watches. If no reactor handles the watch, it returns an error.
func (c *Fake) InvokesWatch(action Action) (watch.Interface, error) {
	c.Lock()
	defer c.Unlock()
	action = c.record(action)
	for _, reactor := range c.WatchReactionChain {
		if !reactor.Handles(action) {
			continue
		}
		if handled, watcher, err := reactor.React(action); handled {
			return watcher, err
		}
	}
	return nil, fmt.Errorf("unhandled watch: %#v", action)
}

// InvokesProxy is Invokes for reads through a proxy. It returns nil if no reactor handles the action without an error.
func (c *Fake) InvokesProxy(action Action) rest.ResponseWrapper {
	c.Lock()
	defer c.Unlock()
	action = c.record(action)
	for _, reactor := range c.ProxyReactionChain {
		if !reactor.Handles(action) {
			continue
		}
		if handled, response, err := reactor.React(action); handled && err == nil {
			return response
		}
	}
	return nil
}

// record records an action and returns a copy for the reactors.
func (c *Fake) record(action Action) Action {
	c.actions = append(c.actions, action.DeepCopy())
	return action.DeepCopy()
}

// ClearActions removes all recorded actions.
func (c *Fake) ClearActions() {
	c.Lock()
	defer c.Unlock()
	c.actions = nil
}

// Actions returns the recorded actions, oldest first.
func (c *Fake) Actions() []Action {
	c.RLock()
	defer c.RUnlock()
	return append(make([]Action, 0, len(c.actions)), c.actions...)
}

// FakeClient is the interface that fake clientsets share.
type FakeClient interface {
	// Tracker returns the tracker of the objects behind the default responses.
	Tracker() ObjectTracker

	// AddReactor adds a reaction after those that are there, PrependReactor before them: the first one that handles an action answers.
	// Those with Watch and Proxy in their names do so for watches and for requests to proxies.
	AddReactor(verb, resource string, reaction ReactionFunc)
	PrependReactor(verb, resource string, reaction ReactionFunc)
	AddWatchReactor(resource string, reaction WatchReactionFunc)
	PrependWatchReactor(resource string, reaction WatchReactionFunc)
	AddProxyReactor(resource string, reaction ProxyReactionFunc)
	PrependProxyReactor(resource string, reaction ProxyReactionFunc)

	// Invokes, InvokesWatch and InvokesProxy record an action and return what the reactors answer.
	Invokes(action Action, defaultReturnObj runtime.Object) (runtime.Object, error)
	InvokesWatch(action Action) (watch.Interface, error)
	InvokesProxy(action Action) rest.ResponseWrapper

	// ClearActions forgets the recorded actions, Actions returns them in order.
	ClearActions()
	Actions() []Action
}
