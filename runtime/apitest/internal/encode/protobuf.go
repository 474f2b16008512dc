package encode

import (
	"bytes"
	"encoding/json"
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"

	"github.com/typewright/typewright/runtime/internal/document"
)

// Objects whose Go type supports protobuf can be read and written as protobuf. They are stored without types, so each is converted to
// and from its Go type.

var marshalsProtobuf = reflect.TypeFor[interface {
	MarshalToSizedBuffer(data []byte) (int, error)
}]()

// speaksProtobuf reports whether the resource's Go type supports protobuf.
func (c Codec) speaksProtobuf() bool {
	if c.Resource.Type == nil {
		return false
	}
	return reflect.PointerTo(c.Resource.Type).Implements(marshalsProtobuf)
}

func (c Codec) protobuf() *protobuf.Serializer {
	return protobuf.NewSerializer(c.Types, c.Types)
}

func (c Codec) protobufToJSON(body []byte) ([]byte, error) {
	gvk := c.Resource.GroupVersionKind
	obj, actual, err := c.protobuf().Decode(body, &gvk, nil)
	if err != nil {
		return nil, c.Unrecognized(body, err)
	}
	obj.GetObjectKind().SetGroupVersionKind(*actual)
	return json.Marshal(obj)
}

// typed converts content to the Go type of a kind.
func (c Codec) typed(gvk schema.GroupVersionKind, content map[string]any) (runtime.Object, error) {
	obj, err := c.Types.New(gvk)
	if err != nil {
		return nil, err
	}
	if err := document.Into(content, obj); err != nil {
		return nil, err
	}
	obj.GetObjectKind().SetGroupVersionKind(gvk)
	return obj, nil
}

func (c Codec) toProtobuf(o *Object) ([]byte, error) {
	obj, err := c.typed(c.Resource.GroupVersionKind, o.In(c.Resource).Object)
	if err != nil {
		return nil, err
	}
	return c.marshalProtobuf(obj)
}

func (c Codec) listToProtobuf(objects []*Object, meta ListMeta) ([]byte, error) {
	list := &unstructured.UnstructuredList{Object: map[string]any{"metadata": meta.document(c.Resource.Definition != "")}}
	for _, o := range objects {
		list.Items = append(list.Items, *o.In(c.Resource))
	}
	obj, err := c.typed(c.Resource.GroupVersion().WithKind(c.Resource.ListKind), list.UnstructuredContent())
	if err != nil {
		return nil, err
	}
	return c.marshalProtobuf(obj)
}

func (c Codec) marshalProtobuf(obj runtime.Object) ([]byte, error) {
	var out bytes.Buffer
	err := c.protobuf().Encode(obj, &out)
	return out.Bytes(), err
}
