// Package cached caches the OpenAPI v3 documents that a client has fetched, for the life of the client.
package cached

import (
	"context"
	"sync"

	"github.com/typewright/typewright/runtime/openapi"
)

// Client caches the list of documents and every fetched document. It does not cache failures. It is safe for concurrent
// use; concurrent callers share one request.
type Client struct {
	delegate openapi.ClientWithContext

	lock  sync.Mutex
	paths map[string]openapi.GroupVersionWithContext
}

var (
	_ openapi.Client            = (*Client)(nil)
	_ openapi.ClientWithContext = (*Client)(nil)
)

// NewClient returns a client that caches the results of other.
func NewClient(other openapi.Client) openapi.Client {
	return NewClientWithContext(openapi.ToClientWithContext(other))
}

// NewClientWithContext returns a client that caches the results of other.
func NewClientWithContext(other openapi.ClientWithContext) *Client {
	return &Client{delegate: other}
}

// Paths is PathsWithContext with an empty context.
func (c *Client) Paths() (map[string]openapi.GroupVersion, error) {
	known, err := c.PathsWithContext(context.Background())
	paths := make(map[string]openapi.GroupVersion, len(known))
	for path, gv := range known {
		paths[path] = gv.(*groupVersion)
	}
	return paths, err
}

// PathsWithContext returns the documents by path; each caches its content. The map belongs to the client: do not change
// it.
func (c *Client) PathsWithContext(ctx context.Context) (map[string]openapi.GroupVersionWithContext, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.paths != nil {
		return c.paths, nil
	}
	fetched, err := c.delegate.PathsWithContext(ctx)
	if err != nil {
		return nil, err
	}
	c.paths = make(map[string]openapi.GroupVersionWithContext, len(fetched))
	for path, gv := range fetched {
		c.paths[path] = &groupVersion{GroupVersionWithContext: gv, documents: make(map[string][]byte)}
	}
	return c.paths, nil
}

// groupVersion caches a document by content type.
type groupVersion struct {
	openapi.GroupVersionWithContext

	lock      sync.Mutex
	documents map[string][]byte
}

func (g *groupVersion) Schema(contentType string) ([]byte, error) {
	return g.SchemaWithContext(context.Background(), contentType)
}

func (g *groupVersion) SchemaWithContext(ctx context.Context, contentType string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	g.lock.Lock()
	defer g.lock.Unlock()
	if document, ok := g.documents[contentType]; ok {
		return document, nil
	}
	document, err := g.GroupVersionWithContext.SchemaWithContext(ctx, contentType)
	if err == nil {
		g.documents[contentType] = document
	}
	return document, err
}
