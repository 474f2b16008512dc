package apitest

import (
	"net/http"
	"os"
	"sync"
	"testing"

	"github.com/typewright/typewright/runtime/apitest/internal/serve"
	"github.com/typewright/typewright/runtime/rest"
)

// Server is a running API server. It is safe for concurrent use.
type Server struct {
	api      *serve.API
	faults   faults
	endpoint endpoint
	door     *door

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
	opts = opts.withDefaults()
	apiOptions, err := opts.serve()
	if err != nil {
		return nil, err
	}
	s := &Server{}
	if s.door, err = newDoor(opts); err != nil {
		return nil, err
	}
	apiOptions.OnToken, apiOptions.UserOf = s.door.admit, s.door.userOf
	s.api = serve.New(apiOptions)
	if err := s.api.Seed(opts.Objects); err != nil {
		return nil, err
	}
	if opts.InMemory {
		s.endpoint = &memoryEndpoint{}
	} else {
		s.endpoint = &tcpEndpoint{tls: s.door.tls()}
	}
	return s, s.endpoint.start(s.handler())
}

// handler is what a request goes through: the guard against browsers where there is a network, faults, the door, the API.
func (s *Server) handler() http.Handler {
	handler := s.faults.around(s.door.around(s.api))
	if s.endpoint.transport() == nil {
		return refuseBrowsers(handler)
	}
	return handler
}

// Close ends the server, its watches and its connections, and waits for them.
func (s *Server) Close() {
	s.endpoint.stop()
	s.api.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
		s.dir = ""
	}
}

// URL is the address of the server; in memory it leads nowhere.
func (s *Server) URL() string { return s.endpoint.url() }

// Config returns a configuration for a client of the server, without limit on the rate of its requests. Where the server
// asks who is there, it has the credentials of an administrator. It belongs to the caller.
func (s *Server) Config() *rest.Config {
	config := &rest.Config{Host: s.URL(), QPS: -1, Transport: s.endpoint.transport()}
	s.door.credentials(config)
	return config
}

// ForgetHistory makes every watch from an earlier version too old, as a restart of a real server does.
func (s *Server) ForgetHistory() { s.api.Forget() }
