package apitest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// exchange is a request that is being answered.
type exchange struct {
	verb, resource string
	ctx            context.Context
	cancel         context.CancelCauseFunc
}

func newExchange(req *http.Request) *exchange {
	x := &exchange{}
	x.verb, x.resource = describe(req)
	x.ctx, x.cancel = context.WithCancelCause(req.Context())
	return x
}

var (
	errCut   = errors.New("the connection is cut by the test")
	errEnded = errors.New("the watch is ended by the test")
)

// abortIfCut makes the server drop the connection, so that the client does not take the answer for whole.
func (x *exchange) abortIfCut() {
	if errors.Is(context.Cause(x.ctx), errCut) {
		panic(http.ErrAbortHandler)
	}
}

// begin notes a request and returns what ends it.
func (f *faults) begin(x *exchange) func() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.current == nil {
		f.current = map[*exchange]struct{}{}
	}
	f.current[x] = struct{}{}
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.current, x)
		x.cancel(nil)
	}
}

// end cancels requests that are being answered: those of the given verbs, all where there are none.
func (f *faults) end(cause error, verbs ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for x := range f.current {
		if len(verbs) == 0 || slices.Contains(verbs, x.verb) {
			x.cancel(cause)
		}
	}
}

// Cut breaks the connections of all requests that are being answered at the moment, watches among them. With verbs, such
// as "watch", it breaks those of such requests alone.
func (s *Server) Cut(verbs ...string) { s.faults.end(errCut, verbs...) }

// EndWatches ends all watches as a real server does whose time for them is over: the streams end in order.
func (s *Server) EndWatches() { s.faults.end(errEnded, "watch") }

// describe tells what a request does, in Kubernetes' words, and to which resource; both are empty for requests that are
// about no resource, such as those for discovery.
func describe(req *http.Request) (verb, resource string) {
	parts := strings.Split(strings.Trim(req.URL.Path, "/"), "/")
	switch {
	case len(parts) > 2 && parts[0] == "api":
		parts = parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		parts = parts[3:]
	default:
		return "", ""
	}
	if parts[0] == "namespaces" && len(parts) > 2 && parts[2] != "status" && parts[2] != "finalize" {
		parts = parts[2:]
	}
	named := len(parts) > 1
	switch req.Method {
	case http.MethodPost:
		verb = "create"
	case http.MethodPut:
		verb = "update"
	case http.MethodPatch:
		verb = "patch"
	case http.MethodDelete:
		verb = map[bool]string{true: "delete", false: "deletecollection"}[named]
	default:
		verb = readVerb(req, named)
	}
	return verb, parts[0]
}

func readVerb(req *http.Request, named bool) string {
	watch := req.URL.Query().Get("watch")
	switch {
	case watch == "true" || watch == "1":
		return "watch"
	case named:
		return "get"
	default:
		return "list"
	}
}
