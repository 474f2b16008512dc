// Package typeconverter creates the type converter of managed fields from a server's OpenAPI v3 documents.
//
// It is a separate package because it links OpenAPI models and structured merge, which discovery alone does not need.
package typeconverter

import (
	"encoding/json"
	"fmt"
	"maps"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/kube-openapi/pkg/spec3"
	"k8s.io/kube-openapi/pkg/validation/spec"

	"github.com/typewright/typewright/runtime/openapi"
)

// New fetches all documents of the server and returns a converter for the kinds in them. With preserveUnknownFields,
// fields that are not in a schema are kept; without it, they are errors.
func New(client openapi.Client, preserveUnknownFields bool) (managedfields.TypeConverter, error) {
	paths, err := client.Paths()
	if err != nil {
		return nil, fmt.Errorf("failed to list paths: %w", err)
	}
	schemas := make(map[string]*spec.Schema)
	for path, document := range paths {
		data, err := document.Schema(runtime.ContentTypeJSON)
		if err != nil {
			return nil, fmt.Errorf("failed to download schema %s: %w", path, err)
		}
		parsed := &spec3.OpenAPI{}
		if err := json.Unmarshal(data, parsed); err != nil {
			return nil, fmt.Errorf("failed to parse schema %s: %w", path, err)
		}
		if parsed.Components != nil {
			maps.Copy(schemas, parsed.Components.Schemas)
		}
	}
	return managedfields.NewTypeConverter(schemas, preserveUnknownFields)
}
