// Package openapitest has clients of OpenAPI v3 documents for tests: with documents that the test sets, of files in a folder, and of
// some groups of Kubernetes.
package openapitest

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/openapi"
)

// FakeClient returns the documents or the error that a test sets.
type FakeClient struct {
	PathsMap  map[string]openapi.GroupVersion
	ForcedErr error
}

var (
	_ openapi.Client       = &FakeClient{}
	_ openapi.GroupVersion = &FakeGroupVersion{}
)

// NewFakeClient returns a client without documents.
func NewFakeClient() *FakeClient {
	return &FakeClient{PathsMap: map[string]openapi.GroupVersion{}}
}

// Paths returns PathsMap, or ForcedErr if it is set.
func (f FakeClient) Paths() (map[string]openapi.GroupVersion, error) {
	if f.ForcedErr != nil {
		return nil, f.ForcedErr
	}
	return f.PathsMap, nil
}

// FakeGroupVersion is a document, or the error that reading it returns.
type FakeGroupVersion struct {
	GVSpec    []byte
	ForcedErr error
}

// Schema returns the document, or ForcedErr if it is set. It has JSON only.
func (f FakeGroupVersion) Schema(contentType string) ([]byte, error) {
	if err := wantJSON(contentType); err != nil {
		return nil, err
	}
	if f.ForcedErr != nil {
		return nil, f.ForcedErr
	}
	return f.GVSpec, nil
}

// ServerRelativeURL returns "": the document has no address.
func (f FakeGroupVersion) ServerRelativeURL() string { return "" }

//go:embed testdata/*.json.gz
var kubernetes embed.FS

const (
	suffix     = "_openapi.json"
	compressed = ".gz"
)

// NewFileClient returns a client of the documents in a folder. A file apis__apps__v1_openapi.json has the path apis/apps/v1, as in
// Kubernetes' api/openapi-spec/v3; one whose name ends with .gz after that is compressed. Other files are no documents.
func NewFileClient(path string) openapi.Client {
	return fileClient{os.DirFS(path)}
}

// NewEmbeddedFileClient returns a client of documents of Kubernetes: api/v1, apps/v1, batch/v1, discovery.k8s.io/v1 and
// networking.k8s.io/v1alpha1.
func NewEmbeddedFileClient() openapi.Client {
	folder, err := fs.Sub(kubernetes, "testdata")
	if err != nil {
		panic(err) // the folder is part of the package
	}
	return fileClient{folder}
}

type fileClient struct{ folder fs.FS }

func (c fileClient) Paths() (map[string]openapi.GroupVersion, error) {
	entries, err := fs.ReadDir(c.folder, ".")
	if err != nil {
		return nil, err
	}
	paths := map[string]openapi.GroupVersion{}
	for _, entry := range entries {
		if name, ok := strings.CutSuffix(strings.TrimSuffix(entry.Name(), compressed), suffix); ok {
			paths[strings.ReplaceAll(name, "__", "/")] = file{c.folder, entry.Name()}
		}
	}
	return paths, nil
}

type file struct {
	folder fs.FS
	name   string
}

// Schema reads the file.
func (f file) Schema(contentType string) ([]byte, error) {
	if err := wantJSON(contentType); err != nil {
		return nil, err
	}
	data, err := fs.ReadFile(f.folder, f.name)
	if err != nil || !strings.HasSuffix(f.name, compressed) {
		return data, err
	}
	reader, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.name, err)
	}
	return io.ReadAll(reader)
}

// ServerRelativeURL returns the name of the file.
func (f file) ServerRelativeURL() string { return f.name }

func wantJSON(contentType string) error {
	if contentType != runtime.ContentTypeJSON {
		return fmt.Errorf("openapitest has documents in application/json only, not in %s", contentType)
	}
	return nil
}
