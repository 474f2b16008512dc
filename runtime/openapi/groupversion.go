package openapi

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/typewright/typewright/runtime/rest"
)

// ContentTypeOpenAPIV3PB is the content type of an OpenAPI v3 document in protobuf, for Schema.
const ContentTypeOpenAPIV3PB = "application/com.github.proto-openapi.spec.v3@v1.0+protobuf"

// GroupVersion is one OpenAPI v3 document: the schemas of one group-version, as a rule.
type GroupVersion interface {
	// Schema fetches the document in a content type: "application/json" or [ContentTypeOpenAPIV3PB].
	Schema(contentType string) ([]byte, error)
	// ServerRelativeURL is where the document lies. It contains a hash of the document where the server tells one, so
	// that it can be the key of a cache.
	ServerRelativeURL() string
}

// GroupVersionWithContext is [GroupVersion] with a context.
type GroupVersionWithContext interface {
	// SchemaWithContext fetches the document in a content type: "application/json" or [ContentTypeOpenAPIV3PB].
	SchemaWithContext(ctx context.Context, contentType string) ([]byte, error)
	// ServerRelativeURL is where the document lies, see [GroupVersion].
	ServerRelativeURL() string
}

// ToGroupVersionWithContext gives a document the form with contexts; where it does not have that itself, contexts are
// ignored.
func ToGroupVersionWithContext(gv GroupVersion) GroupVersionWithContext {
	switch gv := gv.(type) {
	case nil:
		return nil
	case GroupVersionWithContext:
		return gv
	default:
		return contextGroupVersion{gv}
	}
}

type contextGroupVersion struct{ GroupVersion }

func (gv contextGroupVersion) SchemaWithContext(_ context.Context, contentType string) ([]byte, error) {
	return gv.Schema(contentType)
}

// document implements both forms of a group-version.
type document struct {
	rest rest.Interface
	url  string
}

func (d *document) ServerRelativeURL() string { return d.url }

func (d *document) Schema(contentType string) ([]byte, error) {
	return d.SchemaWithContext(context.Background(), contentType)
}

func (d *document) SchemaWithContext(ctx context.Context, contentType string) ([]byte, error) {
	request, err := d.request()
	if err != nil {
		return nil, err
	}
	return request.SetHeader("Accept", contentType).DoRaw(ctx)
}

// request addresses the document. A URL below the root goes through whatever path the REST client has in front of its
// server; any other URL is taken as the server gave it.
func (d *document) request() (*rest.Request, error) {
	if !strings.HasPrefix(d.url, root) {
		return d.rest.Get().RequestURI(d.url), nil
	}
	location, err := url.Parse(d.url)
	if err != nil {
		return nil, fmt.Errorf("the server names a malformed URL for an OpenAPI document: %w", err)
	}
	request := d.rest.Get().AbsPath(location.Path)
	for name, values := range location.Query() {
		for _, value := range values {
			request = request.Param(name, value)
		}
	}
	return request, nil
}
