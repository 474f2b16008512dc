package serve

import (
	"net/http"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/managedfields"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// Options of an API.
type Options struct {
	Resources []*kinds.Resource
	// Scheme makes the objects of Go types; nil where there are none.
	Scheme *runtime.Scheme
	// TypeConverter, if set, merges what it knows.
	TypeConverter managedfields.TypeConverter
	// Window is how many past events of each resource are remembered.
	Window int
	// Bookmarks is the time between two bookmarks of a watch.
	Bookmarks time.Duration
	// Collect finishes what deletions begin, as controllers of a cluster do.
	Collect bool
	// OnToken, if set, hears of tokens that service accounts are given, and UserOf says whose a token is.
	OnToken func(token, user string)
	UserOf  func(token string) (user string, ok bool)
}

// API serves the resources of a registry. It is safe for concurrent use.
type API struct {
	opts     Options
	storage  *storage.Storage[*encode.Object]
	registry *kinds.Registry
	// managers are the field managers made so far: *managedfields.FieldManager by managerKey.
	managers  sync.Map
	types     encode.Types
	documents *encode.Documents
}

// New returns an API that serves what the options name and holds nothing.
func New(opts Options) *API {
	registry := kinds.NewRegistry(opts.Resources)
	return &API{
		opts: opts, registry: registry, types: encode.NewTypes(opts.Scheme), documents: encode.NewDocuments(registry),
		storage: storage.New(storage.Options[*encode.Object]{
			Window: opts.Window, Stored: stamp, Last: lastState,
		}),
	}
}

// Forget makes every watch from an earlier version too old.
func (a *API) Forget() { a.storage.Forget() }

// Version is the resource version of the last change.
func (a *API) Version() uint64 { return a.storage.Version() }

// ServeHTTP answers a request.
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
		encode.WriteError(w, err)
	}
}
