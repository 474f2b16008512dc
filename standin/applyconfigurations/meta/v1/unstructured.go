package v1

import (
	"github.com/typewright/typewright/runtime/dynamic/dynamicapply"
	"k8s.io/client-go/discovery"
)

// UnstructuredExtractor extracts the fields that a field manager has applied to an unstructured object.
type UnstructuredExtractor = dynamicapply.UnstructuredExtractor

// NewUnstructuredExtractor makes an extractor that reads the schemas from a server.
func NewUnstructuredExtractor(dc discovery.OpenAPISchemaInterface) (UnstructuredExtractor, error) {
	return dynamicapply.NewUnstructuredExtractor(dc)
}
