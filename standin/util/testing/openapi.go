package testing

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"k8s.io/kube-openapi/pkg/handler3"
	"k8s.io/kube-openapi/pkg/spec3"
)

// FakeOpenAPIServer serves the OpenAPI v3 documents of a folder.
type FakeOpenAPIServer struct {
	HttpServer *httptest.Server //nolint:revive,staticcheck // client-go's name
	// ServedDocuments are the documents by group and version, such as "apis/apps/v1".
	ServedDocuments map[string]*spec3.OpenAPI
	// RequestCounters counts the requests by path. It may be read when no request is on its way.
	RequestCounters map[string]int
}

// NewFakeOpenAPIV3Server serves the files below a folder: FOLDER/apis/apps/v1.json under /openapi/v3/apis/apps/v1. The caller closes
// HttpServer.
func NewFakeOpenAPIV3Server(specsPath string) (*FakeOpenAPIServer, error) {
	server := &FakeOpenAPIServer{ServedDocuments: map[string]*spec3.OpenAPI{}, RequestCounters: map[string]int{}}
	err := filepath.WalkDir(specsPath, func(path string, entry fs.DirEntry, err error) error {
		name, isJSON := strings.CutSuffix(path, ".json")
		if err != nil || entry.IsDir() || !isJSON {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		document := &spec3.OpenAPI{}
		if err := json.Unmarshal(data, document); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		name, err = filepath.Rel(specsPath, name)
		server.ServedDocuments[filepath.ToSlash(name)] = document
		return err
	})
	if err != nil {
		return nil, err
	}
	counted := &counter{mux: http.NewServeMux(), counts: server.RequestCounters}
	service := handler3.NewOpenAPIService()
	if err := service.RegisterOpenAPIV3VersionedService("/openapi/v3", counted); err != nil {
		return nil, err
	}
	for name, document := range server.ServedDocuments {
		service.UpdateGroupVersion(name, document)
	}
	server.HttpServer = httptest.NewServer(counted)
	return server, nil
}

// counter counts the requests that a mux gets.
type counter struct {
	mux    *http.ServeMux
	mu     sync.Mutex
	counts map[string]int
}

func (c *counter) Handle(path string, handler http.Handler) { c.mux.Handle(path, handler) }

func (c *counter) HandlePrefix(path string, handler http.Handler) {
	c.mux.Handle(strings.TrimSuffix(path, "/")+"/", handler)
}

func (c *counter) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	c.mu.Lock()
	c.counts[req.URL.Path]++
	c.mu.Unlock()
	c.mux.ServeHTTP(w, req)
}
