// Package dynamicapply extracts the fields that a field manager has applied to unstructured objects, to change them and
// apply them again.
//
// It is a separate package because it links OpenAPI models and structured merge.
package dynamicapply

import (
	"fmt"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/kube-openapi/pkg/util/proto"
	"sigs.k8s.io/structured-merge-diff/v6/typed"

	"github.com/typewright/typewright/runtime/discovery"
)

// schemaAge is the maximum age of the server's schemas, because custom resources come and go.
const schemaAge = time.Minute

// UnstructuredExtractor extracts the fields that a field manager has applied.
type UnstructuredExtractor interface {
	// Extract returns the fields that the manager has applied, and the object's kind, name and namespace, which are all
	// if the manager applied nothing.
	Extract(object *unstructured.Unstructured, fieldManager string) (*unstructured.Unstructured, error)
	// ExtractStatus is Extract for the fields applied to the status.
	ExtractStatus(object *unstructured.Unstructured, fieldManager string) (*unstructured.Unstructured, error)
}

// NewUnstructuredExtractor returns an extractor that uses the server's OpenAPI v2 document. It fetches the document
// now, and again on use once it is a minute old. It is safe for concurrent use.
func NewUnstructuredExtractor(dc discovery.OpenAPISchemaInterface) (UnstructuredExtractor, error) {
	e := &extractor{client: dc}
	if err := e.refresh(); err != nil {
		return nil, fmt.Errorf("failed generating initial GVK Parser: %w", err)
	}
	return e, nil
}

type extractor struct {
	client discovery.OpenAPISchemaInterface

	lock    sync.Mutex
	parser  *managedfields.GvkParser
	fetched time.Time
}

func (e *extractor) Extract(object *unstructured.Unstructured, fieldManager string) (*unstructured.Unstructured, error) {
	return e.extract(object, fieldManager, "")
}

func (e *extractor) ExtractStatus(object *unstructured.Unstructured, fieldManager string) (*unstructured.Unstructured, error) {
	return e.extract(object, fieldManager, "status")
}

func (e *extractor) extract(object *unstructured.Unstructured, fieldManager, subresource string) (*unstructured.Unstructured, error) {
	kind := object.GroupVersionKind()
	objectType, err := e.typeOf(kind)
	if err != nil {
		return nil, err
	}
	if objectType == nil {
		return nil, fmt.Errorf("the server's OpenAPI document does not describe kind %s", kind)
	}
	result := &unstructured.Unstructured{}
	if err := managedfields.ExtractInto(object, *objectType, fieldManager, result, subresource); err != nil {
		return nil, fmt.Errorf("extract the fields that %q applied to %s %q: %w", fieldManager, kind.Kind, object.GetName(), err)
	}
	result.SetGroupVersionKind(kind)
	result.SetName(object.GetName())
	result.SetNamespace(object.GetNamespace())
	return result, nil
}

func (e *extractor) typeOf(kind schema.GroupVersionKind) (*typed.ParseableType, error) {
	e.lock.Lock()
	defer e.lock.Unlock()
	if time.Since(e.fetched) > schemaAge {
		if err := e.refresh(); err != nil {
			return nil, fmt.Errorf("failed to fetch the objectType: %w", err)
		}
	}
	return e.parser.Type(kind), nil
}

// refresh fetches and parses the document. The caller holds the lock, or has not shared the extractor yet.
func (e *extractor) refresh() error {
	document, err := e.client.OpenAPISchema()
	if err != nil {
		return err
	}
	models, err := proto.NewOpenAPIData(document)
	if err != nil {
		return err
	}
	parser, err := managedfields.NewGVKParser(models, false)
	if err != nil {
		return err
	}
	e.parser, e.fetched = parser, time.Now()
	return nil
}
