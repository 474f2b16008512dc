package apitest

import (
	"net/http"
	"slices"
	"sync"
)

// Fault is something that goes wrong with requests.
type Fault struct {
	// Verbs chooses requests by what they do: "get", "list", "watch", "create", "update", "patch", "delete" or
	// "deletecollection"; empty means whatever they do.
	Verbs []string
	// Resource chooses requests by what they are about, such as "pods"; empty means anything.
	Resource string
	// When chooses among the requests that Verbs and Resource leave; nil means all.
	When func(*http.Request) bool
	// Skip is how many of the chosen requests are left alone first, Times how many of those that follow are hit; zero
	// means all, until the fault is removed.
	Skip, Times int
	// Do is what goes wrong. Required.
	Do Effect
}

// Effect answers a request in place of next, or has next answer and meddles with the question or the answer. It may
// panic with [http.ErrAbortHandler] to cut the connection.
type Effect func(w http.ResponseWriter, req *http.Request, next http.HandlerFunc)

// Injection is a fault in force. It is safe for concurrent use.
type Injection struct {
	fault  Fault
	remove func()

	mu   sync.Mutex
	seen int
	hits int
}

// Hits is how many requests the fault has hit.
func (i *Injection) Hits() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.hits
}

// Remove ends the fault. Requests that it has hit already go on as it has them.
func (i *Injection) Remove() { i.remove() }

// hit reports whether the fault is to happen to a request.
func (i *Injection) hit(req *http.Request, verb, resource string) bool {
	f := i.fault
	if len(f.Verbs) > 0 && !slices.Contains(f.Verbs, verb) || f.Resource != "" && f.Resource != resource || f.When != nil && !f.When(req) {
		return false
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.seen++
	if i.seen <= f.Skip || f.Times > 0 && i.hits >= f.Times {
		return false
	}
	i.hits++
	return true
}

// Inject has a fault happen from now on, until it is removed. Where several hit the same request, the later one stands
// nearer to the server: it sees what the earlier one lets pass, and the earlier one sees what it answers.
func (s *Server) Inject(fault Fault) *Injection { return s.faults.add(fault) }

// RemoveFaults ends all faults.
func (s *Server) RemoveFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.injected = nil
}

// faults are those in force, and the requests that may be cut off. The zero value is ready to use.
type faults struct {
	mu       sync.Mutex
	injected []*Injection
	current  map[*exchange]struct{}
}

func (f *faults) add(fault Fault) *Injection {
	i := &Injection{fault: fault}
	i.remove = func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.injected = slices.DeleteFunc(slices.Clone(f.injected), func(other *Injection) bool { return other == i })
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.injected = append(slices.Clip(f.injected), i)
	return i
}

// around is a handler whose requests meet the faults first.
func (f *faults) around(handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		x := newExchange(req)
		defer f.begin(x)()
		next := handler
		f.mu.Lock()
		injected := f.injected
		f.mu.Unlock()
		for _, i := range slices.Backward(injected) {
			if i.hit(req, x.verb, x.resource) {
				further := next
				next = func(w http.ResponseWriter, req *http.Request) { i.fault.Do(w, req, further) }
			}
		}
		next(w, req.WithContext(x.ctx))
		x.abortIfCut()
	}
}
