package openapi

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/typewright/typewright/runtime/internal/webpage"
	"github.com/typewright/typewright/runtime/rest"
)

// Client lists the OpenAPI v3 documents of a server.
type Client interface {
	// Paths returns the documents by path; see [ClientWithContext].
	Paths() (map[string]GroupVersion, error)
}

// ClientWithContext lists the OpenAPI v3 documents of a server.
type ClientWithContext interface {
	// PathsWithContext returns the documents by path, such as "apis/apps/v1", without fetching them.
	PathsWithContext(ctx context.Context) (map[string]GroupVersionWithContext, error)
}

// NewClient returns a client that sends its requests through restClient.
func NewClient(restClient rest.Interface) Client { return &client{rest: restClient} }

// NewClientWithContext returns a client that sends its requests through restClient.
func NewClientWithContext(restClient rest.Interface) ClientWithContext {
	return &client{rest: restClient}
}

// ToClientWithContext returns the form with contexts of a client: c itself if it has that form, otherwise an adapter
// that ignores the contexts, and nil for nil.
func ToClientWithContext(c Client) ClientWithContext {
	switch c := c.(type) {
	case nil:
		return nil
	case ClientWithContext:
		return c
	default:
		return contextClient{c}
	}
}

type contextClient struct{ Client }

func (c contextClient) PathsWithContext(context.Context) (map[string]GroupVersionWithContext, error) {
	plain, err := c.Paths()
	paths := make(map[string]GroupVersionWithContext, len(plain))
	for path, gv := range plain {
		paths[path] = ToGroupVersionWithContext(gv)
	}
	return paths, err
}

// root is the path of the server's list of documents.
const root = "/openapi/v3"

type client struct{ rest rest.Interface }

func (c *client) Paths() (map[string]GroupVersion, error) {
	documents, err := c.documents(context.Background())
	paths := make(map[string]GroupVersion, len(documents))
	for path, d := range documents {
		paths[path] = d
	}
	return paths, err
}

func (c *client) PathsWithContext(ctx context.Context) (map[string]GroupVersionWithContext, error) {
	documents, err := c.documents(ctx)
	if err != nil {
		return nil, err
	}
	paths := make(map[string]GroupVersionWithContext, len(documents))
	for path, d := range documents {
		paths[path] = d
	}
	return paths, nil
}

func (c *client) documents(ctx context.Context) (map[string]*document, error) {
	result := c.rest.Get().AbsPath(root).Do(ctx)
	if err := result.Error(); err != nil {
		return nil, err
	}
	data, _ := result.Raw()
	var index struct {
		Paths map[string]struct {
			ServerRelativeURL string `json:"serverRelativeURL"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(data, &index); err != nil {
		return nil, fmt.Errorf("the server's list of OpenAPI documents (%s) is malformed: %w", root, webpage.Explain(err, "", data))
	}
	// A server behind a path prefix, such as that of a proxy, includes the prefix in its URLs. The REST client adds it
	// to every request, so it is removed here.
	prefix := strings.TrimSuffix(c.rest.Get().AbsPath("/").URL().Path, "/")
	documents := make(map[string]*document, len(index.Paths))
	for path, entry := range index.Paths {
		url := entry.ServerRelativeURL
		if below, ok := strings.CutPrefix(url, prefix); ok && strings.HasPrefix(below, "/") {
			url = below
		}
		documents[path] = &document{rest: c.rest, url: url}
	}
	return documents, nil
}
