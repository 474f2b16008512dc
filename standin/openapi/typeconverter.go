package openapi

import (
	"k8s.io/apimachinery/pkg/util/managedfields"

	"github.com/typewright/typewright/runtime/openapi/typeconverter"
)

// NewTypeConverter makes the type converter of managed fields from the OpenAPI v3 documents of a server. With
// preserveUnknownFields it keeps fields that the documents do not know.
func NewTypeConverter(client Client, preserveUnknownFields bool) (managedfields.TypeConverter, error) {
	return typeconverter.New(client, preserveUnknownFields)
}
