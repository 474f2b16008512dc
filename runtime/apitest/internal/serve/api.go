// Package serve handles the requests of Kubernetes clients: it finds the resource of a path, carries out the verb, and stores the
// objects.
//
// A request goes from API.ServeHTTP through route.go to its verb, which has a file with its name. Verbs read and write the storage. Before
// an object is stored, prepare.go sets the fields that the server decides and validates the object, and fieldmanager.go tracks the
// owners of its fields. Package encode encodes objects for clients, and package builtin has what is special about built-in kinds.
package serve

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	"github.com/typewright/typewright/runtime/apitest/kubelet"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// Options of an API.
type Options struct {
	Resources []*kinds.Resource
	// Scheme has the Go types of resources; nil if none has one.
	Scheme *runtime.Scheme
	// TypeConverter, if set, merges objects of the kinds that it has. Other kinds use the converter of their resource.
	TypeConverter managedfields.TypeConverter
	// Window is how many past events of each resource are remembered.
	Window int
	// Bookmarks is the time between two bookmarks of a watch.
	Bookmarks time.Duration
	// Collect deletes or orphans the dependents of deleted objects and empties deleted namespaces, as the controllers of a
	// cluster do.
	Collect bool
	// Shards enables shard selectors (KEP-5866). Without it they are ignored.
	Shards bool
	// OnToken, if set, is called with each token that is issued for a service account. UserOf, if set, returns the user of a
	// token.
	OnToken func(token, user string)
	UserOf  func(token string) (user string, ok bool)
	// Rules compiles the CEL rules of a schema; nil means that they are not evaluated.
	Rules func(openAPIV3Schema map[string]any) (func(ctx context.Context, object, old map[string]any) field.ErrorList, field.ErrorList)
	// Kubelet answers for the containers of pods.
	Kubelet kubelet.Kubelet
}

// API serves the resources of a registry. It is safe for concurrent use.
type API struct {
	opts     Options
	storage  *storage.Storage[*encode.Object]
	registry *kinds.Registry
	// managers are the field managers made so far: *managedfields.FieldManager by managerKey.
	managers sync.Map
	// empty are documents of empty Go values: map[string]any by reflect.Type.
	empty sync.Map
	// allocated counts the addresses and ports that services were given.
	allocated atomic.Int64
	// claimed are the addresses and ports of services that clients have chosen.
	claimed   sync.Map
	types     encode.Types
	documents *encode.Documents
	// scales is the resource of all scales.
	scales *kinds.Resource
	// streams counts the requests with hijacked connections, for which net/http does not wait.
	streams sync.WaitGroup
}

// New returns an API that serves the resources of the options and holds no objects.
func New(opts Options) *API {
	registry := kinds.NewRegistry(opts.Resources)
	return &API{
		opts: opts, registry: registry, types: encode.NewTypes(opts.Scheme), documents: encode.NewDocuments(registry),
		scales: newScales(),
		storage: storage.New(storage.Options[*encode.Object]{
			Window: opts.Window, Stored: stamp, Last: lastState,
		}),
	}
}

// Forget drops the history: a watch from an earlier version fails as too old.
func (a *API) Forget() { a.storage.Forget() }

// Wait waits for requests with hijacked connections. They end when their contexts end.
func (a *API) Wait() { a.streams.Wait() }

// Version is the resource version of the last change.
func (a *API) Version() uint64 { return a.storage.Version() }

// ServeHTTP handles a request.
func (a *API) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if a.documents.Serve(w, req) {
		return
	}
	r := &request{api: a, w: w, http: req}
	err := r.route()
	if err == nil {
		err = r.serve()
	}
	if err != nil {
		r.sendWarnings()
		encode.WriteError(w, req, err)
	}
}
