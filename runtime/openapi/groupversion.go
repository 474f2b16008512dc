package openapi

import (
	"context"

	"github.com/typewright/typewright/runtime/rest"
)

// ContentTypeOpenAPIV3PB is the content type of an OpenAPI v3 document in protobuf. Pass it to Schema.
const ContentTypeOpenAPIV3PB = "application/com.github.proto-openapi.spec.v3@v1.0+protobuf"

// GroupVersion is one OpenAPI v3 document, usually the schemas of one group-version.
type GroupVersion interface {
	// Schema fetches the document in a content type: "application/json" or [ContentTypeOpenAPIV3PB].
	Schema(contentType string) ([]byte, error)
	// ServerRelativeURL returns the URL of the document. If the server puts a hash of the document in it, it can serve
	// as a cache key.
	ServerRelativeURL() string
}

// GroupVersionWithContext is [GroupVersion] with a context.
type GroupVersionWithContext interface {
	// SchemaWithContext fetches the document in a content type: "application/json" or [ContentTypeOpenAPIV3PB].
	SchemaWithContext(ctx context.Context, contentType string) ([]byte, error)
	// ServerRelativeURL returns the URL of the document; see [GroupVersion].
	ServerRelativeURL() string
}

// ToGroupVersionWithContext returns the form with contexts of a document: gv itself if it has that form, otherwise an
// adapter that ignores the contexts, and nil for nil.
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

// document implements GroupVersion and GroupVersionWithContext.
type document struct {
	rest rest.Interface
	url  string
}

func (d *document) ServerRelativeURL() string { return d.url }

func (d *document) Schema(contentType string) ([]byte, error) {
	return d.SchemaWithContext(context.Background(), contentType)
}

// SchemaWithContext fetches the document from the server's URL for it. A URL outside the path of the server is an
// error.
func (d *document) SchemaWithContext(ctx context.Context, contentType string) ([]byte, error) {
	return d.rest.Get().RequestURI(d.url).SetHeader("Accept", contentType).DoRaw(ctx)
}
