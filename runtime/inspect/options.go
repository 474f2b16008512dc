package inspect

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/sharding"
	"github.com/typewright/typewright/runtime/workqueue"
)

// Factory is an informer factory: a generated one, or that of package dynamicinformer or metadatainformer.
type Factory interface {
	Shutdown()
}

// Controller is a controller of package controller.
type Controller interface {
	Status() controller.Status
}

// Elector is a candidate of package leaderelection.
type Elector interface {
	IsLeader() bool
	GetLeader() string
}

// Member is a member of a group of replicas that share objects: a Membership of package sharding.
type Member interface {
	Status() sharding.Status
}

// Queue is a queue with a name; see [QueueOf].
type Queue struct {
	name   string
	status func() workqueue.Status
}

// QueueOf returns a queue of package workqueue under a name. Of other queues the page shows the name alone.
func QueueOf[T comparable](name string, queue workqueue.TypedInterface[T]) Queue {
	return Queue{name: name, status: func() workqueue.Status {
		status, _ := workqueue.StatusOf(queue)
		return status
	}}
}

// Options say what to show. All of it is optional.
type Options struct {
	// Title heads the page; empty means the name of the program.
	Title string
	// Factories are the factories whose informers are shown, those that are asked for later too.
	Factories []Factory
	// Informers are those that come from no factory. What is not from package cache is left out.
	Informers []cache.SharedInformer
	// Controllers are shown with their queues, which Queues need not have.
	Controllers []Controller
	Queues      []Queue
	// Electors are the candidates, by the name of the election.
	Electors map[string]Elector
	// Members are the memberships in groups of replicas, by the name of the group.
	Members map[string]Member
}

// Inspector looks at the parts of a program, and is the page that shows them. It is safe for concurrent use.
type Inspector struct {
	opts      Options
	factories []informers
}

// informers is what factories have beside the methods of their interfaces.
type informers interface {
	Informers() []cache.SharedIndexInformer
}

// New returns an inspector. It returns an error for a factory that does not tell its informers, such as one that wraps another.
func New(opts Options) (*Inspector, error) {
	if opts.Title == "" {
		opts.Title = filepath.Base(os.Args[0])
	}
	inspector := &Inspector{opts: opts}
	var errs []error
	for i, factory := range opts.Factories {
		has, ok := factory.(informers)
		if !ok {
			errs = append(errs, fmt.Errorf("inspect: factory %d, a %T, does not tell its informers: pass them as Options.Informers", i, factory))
			continue
		}
		inspector.factories = append(inspector.factories, has)
	}
	return inspector, errors.Join(errs...)
}
