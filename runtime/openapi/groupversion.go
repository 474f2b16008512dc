package openapi

import (
	"context"

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

// SchemaWithContext asks for the document where the server says that it lies, below the path of the server: a URL that leads
// out of it is an error.
func (d *document) SchemaWithContext(ctx context.Context, contentType string) ([]byte, error) {
	return d.rest.Get().RequestURI(d.url).SetHeader("Accept", contentType).DoRaw(ctx)
}
