package serve

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/internal/document"
)

// Built-in resources speak protobuf as well: between it and what is stored stands their Go type.

var marshalsProtobuf = reflect.TypeFor[interface {
	MarshalToSizedBuffer(data []byte) (int, error)
}]()

// speaksProtobuf reports whether the resource's Go type has a form in protobuf.
func (r *request) speaksProtobuf() bool {
	if r.resource.Type == nil {
		return false
	}
	return reflect.PointerTo(r.resource.Type).Implements(marshalsProtobuf)
}

func (r *request) protobuf() *protobuf.Serializer {
	return protobuf.NewSerializer(r.api.makers(), r.api.makers())
}

func (r *request) protobufToJSON() ([]byte, error) {
	gvk := r.resource.GroupVersionKind
	obj, actual, err := r.protobuf().Decode(r.body, &gvk, nil)
	if err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("the object provided is unrecognized (must be of type %s): %v (%s)", r.resource.Kind, err, excerpt(r.body)))
	}
	obj.GetObjectKind().SetGroupVersionKind(*actual)
	return json.Marshal(obj)
}

// typed is an object in the Go type of its kind.
func (r *request) typed(content map[string]any) (runtime.Object, error) {
	obj, err := r.api.makers().New(r.resource.GroupVersionKind)
	if err != nil {
		return nil, err
	}
	if err := document.Into(content, obj); err != nil {
		return nil, err
	}
	obj.GetObjectKind().SetGroupVersionKind(r.resource.GroupVersionKind)
	return obj, nil
}

func (r *request) toProtobuf(o *Object) ([]byte, error) {
	obj, err := r.typed(o.as(r.resource).Object)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = r.protobuf().Encode(obj, &out)
	return out.Bytes(), err
}

func (f form) protobufList(objects []*Object, meta listMeta) error {
	list := &unstructured.UnstructuredList{Object: map[string]any{"metadata": meta.asMap()}}
	for _, o := range objects {
		list.Items = append(list.Items, *o.as(f.r.resource))
	}
	gvk := f.r.resource.GroupVersion().WithKind(f.r.resource.ListKind)
	obj, err := f.r.api.makers().New(gvk)
	if err != nil {
		return err
	}
	if err := document.Into(list.UnstructuredContent(), obj); err != nil {
		return err
	}
	obj.GetObjectKind().SetGroupVersionKind(gvk)
	var out bytes.Buffer
	if err := f.r.protobuf().Encode(obj, &out); err != nil {
		return err
	}
	f.write(http.StatusOK, out.Bytes())
	return nil
}

// protobufFrame adds an event, as a length and a message, to what is to be sent.
func (s *stream) protobufFrame(kind watch.EventType, object []byte) error {
	if kind == watch.Error { // a Status, not an object of the resource
		status := &metav1.Status{}
		if err := json.Unmarshal(object, status); err != nil {
			return err
		}
		status.SetGroupVersionKind(metav1.SchemeGroupVersion.WithKind("Status"))
		var out bytes.Buffer
		if err := s.r.protobuf().Encode(status, &out); err != nil {
			return err
		}
		object = out.Bytes()
	}
	event := &metav1.WatchEvent{Type: string(kind), Object: runtime.RawExtension{Raw: object}}
	data, err := event.Marshal()
	if err != nil {
		return err
	}
	s.buffer = binary.BigEndian.AppendUint32(s.buffer, uint32(len(data))) //nolint:gosec // objects are far smaller
	s.buffer = append(s.buffer, data...)
	if len(s.buffer) < flushAt && !s.apart {
		return nil
	}
	return s.send()
}
