// Package dynamicapply finds out what a field manager has applied to objects whose Go types no one compiled in, so that
// it can be changed and applied again.
//
// It is a package of its own because of what it links: OpenAPI models and structured merge.
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

// schemaAge is how old the server's schemas may be: custom resources come and go.
const schemaAge = time.Minute

// UnstructuredExtractor takes what one field manager has applied out of an object.
type UnstructuredExtractor interface {
	// Extract returns the fields that the manager has applied, with the object's kind, name and namespace. Nothing
	// applied is an object with no more than those.
	Extract(object *unstructured.Unstructured, fieldManager string) (*unstructured.Unstructured, error)
	// ExtractStatus is Extract for what was applied to the status.
	ExtractStatus(object *unstructured.Unstructured, fieldManager string) (*unstructured.Unstructured, error)
}

// NewUnstructuredExtractor returns an extractor by the server's OpenAPI v2 document, which is fetched at once and again
// when it is a minute old and asked for. It is safe for use by many goroutines at once.
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
		return nil, fmt.Errorf("extract what %q applied to %s %q: %w", fieldManager, kind.Kind, object.GetName(), err)
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

// refresh fetches and parses the document; the lock is held, or nobody else knows the extractor yet.
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
