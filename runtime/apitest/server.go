package apitest

import (
	"os"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/internal/storage"
	"github.com/typewright/typewright/runtime/rest"
)

// Server is a running API server. It is safe for concurrent use.
type Server struct {
	storage   *storage.Storage[*unstructured.Unstructured]
	resources []Resource
	bookmarks time.Duration
	faults    faults
	endpoint  endpoint

	mu  sync.Mutex
	dir string // of the kubeconfig; made when it is first asked for
}

// Start starts a server that ends with the test.
func Start(t testing.TB, opts Options) *Server {
	t.Helper()
	server, err := New(opts)
	if err != nil {
		t.Fatalf("start the API server: %v", err)
	}
	t.Cleanup(server.Close)
	return server
}

// New starts a server, which runs until Close is called.
func New(opts Options) (*Server, error) {
	if opts.Window <= 0 {
		opts.Window = 1000
	}
	if opts.BookmarkInterval <= 0 {
		opts.BookmarkInterval = time.Minute
	}
	resources, err := opts.resources()
	if err != nil {
		return nil, err
	}
	s := &Server{storage: newStorage(opts.Window), resources: resources, bookmarks: opts.BookmarkInterval, endpoint: &tcpEndpoint{}}
	if err := s.fill(opts.Objects, opts.Scheme); err != nil {
		return nil, err
	}
	if opts.InMemory {
		s.endpoint = &memoryEndpoint{}
	}
	return s, s.endpoint.start(s.faults.around(s.serve))
}

// Close ends the server, its watches and its connections, and waits for them.
func (s *Server) Close() {
	s.endpoint.stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
		s.dir = ""
	}
}

// URL is the address of the server; in memory it leads nowhere.
func (s *Server) URL() string { return s.endpoint.url() }

// Config returns a configuration for a client of the server, without limit on the rate of its requests. It belongs to
// the caller.
func (s *Server) Config() *rest.Config {
	return &rest.Config{Host: s.URL(), QPS: -1, Transport: s.endpoint.transport()}
}

// ForgetHistory makes every watch from an earlier version too old, as a restart of a real server does.
func (s *Server) ForgetHistory() { s.storage.Forget() }

// fill stores the objects of the options, and the namespaces that they and everybody need.
func (s *Server) fill(objects []runtime.Object, scheme *runtime.Scheme) error {
	needed := map[string]bool{"default": true, "kube-system": true}
	for _, obj := range objects {
		u, err := s.toUnstructured(obj, scheme)
		if err != nil {
			return err
		}
		r, err := s.resourceOf(u)
		if err != nil {
			return err
		}
		if !r.ClusterScoped {
			needed[u.GetNamespace()] = true
		}
		if r.Name == "namespaces" && r.Group == "" {
			delete(needed, u.GetName())
		}
		if _, err := s.storage.Update(r.groupResource(), keyOf(u), func(*unstructured.Unstructured) (*unstructured.Unstructured, error) {
			fillIn(u)
			return u, nil
		}); err != nil {
			return err
		}
	}
	for name := range needed {
		ns := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Namespace"}}
		ns.SetName(name)
		fillIn(ns)
		ns.Object["status"] = map[string]any{"phase": "Active"}
		_, err := s.storage.Update(namespaces().groupResource(), keyOf(ns), func(current *unstructured.Unstructured) (*unstructured.Unstructured, error) {
			if current != nil {
				return current, nil
			}
			return ns, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
