package metadata

import (
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/rest"
)

// decodeObject takes the metadata from an answer: from PartialObjectMetadata, or from a whole object.
func (c *resourceClient) decodeObject(result rest.Result) (*metav1.PartialObjectMetadata, error) {
	partial := &metav1.PartialObjectMetadata{}
	obj, err := c.decode(result, partial)
	if err != nil {
		return nil, err
	}
	switch obj := obj.(type) {
	case *metav1.PartialObjectMetadata:
		return obj, nil
	case nil:
		if !looksLikeMetadata(partial) {
			return nil, fmt.Errorf("object does not appear to match the ObjectMeta schema: %#v", partial)
		}
		partial.TypeMeta = metav1.TypeMeta{}
		return partial, nil
	default:
		return nil, fmt.Errorf("unexpected object, expected PartialObjectMetadata but got %T", obj)
	}
}

// decodeList takes the metadata from an answer: from PartialObjectMetadataList, or from a list of whole objects.
func (c *resourceClient) decodeList(result rest.Result) (*metav1.PartialObjectMetadataList, error) {
	partial := &metav1.PartialObjectMetadataList{}
	obj, err := c.decode(result, partial)
	if err != nil {
		return nil, err
	}
	switch obj := obj.(type) {
	case *metav1.PartialObjectMetadataList:
		return obj, nil
	case nil:
		partial.TypeMeta = metav1.TypeMeta{}
		return partial, nil
	default:
		return nil, fmt.Errorf("unexpected object, expected PartialObjectMetadataList but got %T", obj)
	}
}

// decode returns the object of an answer, or nil after it has read an object of a kind that it does not know into
// fallback.
func (c *resourceClient) decode(result rest.Result, fallback any) (runtime.Object, error) {
	if err := result.Error(); err != nil {
		return nil, c.resource.Explain(err)
	}
	obj, err := result.Get()
	if !runtime.IsNotRegisteredError(err) {
		return obj, err
	}
	data, err := result.Raw()
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, fallback); err != nil {
		return nil, fmt.Errorf("unable to decode returned object as %T: %w", fallback, err)
	}
	return nil, nil
}

// looksLikeMetadata keeps any JSON object from passing for one of Kubernetes'.
func looksLikeMetadata(obj *metav1.PartialObjectMetadata) bool {
	return obj.UID != "" || !obj.CreationTimestamp.IsZero() || obj.Name != "" || obj.GenerateName != ""
}
