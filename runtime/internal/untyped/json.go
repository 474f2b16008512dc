package untyped

import (
	"reflect"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"

	codecmetav1 "github.com/typewright/typewright/runtime/codec/metav1"
	"github.com/typewright/typewright/runtime/codec/scan"
)

// jsonSerializer decodes unstructured objects and metadata in one pass, with a scanner. Everything else, what the scanner gives up on, and
// what is an error is decoded by the serializer that it embeds. So values and errors are those of that serializer. It is safe for
// concurrent use.
type jsonSerializer struct {
	runtime.Serializer

	kinds    anyKind
	scanners *sync.Pool
	options  scan.Options
}

// Decode decodes data, into the object into if its type fits.
func (s jsonSerializer) Decode(
	data []byte, defaults *schema.GroupVersionKind, into runtime.Object,
) (runtime.Object, *schema.GroupVersionKind, error) {
	scanner, done := s.scanner()
	defer done()
	if obj := s.target(scanner, data, into); obj != nil {
		scanner.Reset(data)
		if kind, ok := s.scan(scanner, obj); ok {
			return obj, &kind, nil
		}
	}
	return s.Serializer.Decode(data, defaults, into)
}

// DecodeJSON decodes an item of a list into an empty object. The list has been decoded as a whole before, so the item need not name its
// kind. Package rest calls it.
func (s jsonSerializer) DecodeJSON(data []byte, into any) error {
	scanner, done := s.scanner()
	defer done()
	scanner.Reset(data)
	switch into := into.(type) {
	case *unstructured.Unstructured:
		if content := scanner.Content(); scanner.End() {
			into.Object = content
			return nil
		}
		into.Object = map[string]any{}
		return kjson.UnmarshalCaseSensitivePreserveInts(data, &into.Object)
	case *metav1.PartialObjectMetadata:
		if decodeMetadata(scanner, into); scanner.End() {
			return nil
		}
		*into = metav1.PartialObjectMetadata{}
	}
	return kjson.UnmarshalCaseSensitivePreserveInts(data, into)
}

// With returns a serializer that decodes objects of a cache in accordance with options. Package rest calls it.
func (s jsonSerializer) With(options scan.Options) runtime.Decoder {
	s.options = options
	return s
}

func (s jsonSerializer) scanner() (scanner *scan.Scanner, done func()) {
	scanner, ok := s.scanners.Get().(*scan.Scanner)
	if !ok {
		scanner = &scan.Scanner{}
	}
	scanner.SetOptions(s.options)
	return scanner, func() {
		scanner.Reset(nil) // the scanner must not keep the document in memory
		s.scanners.Put(scanner)
	}
}

// target returns the object that a document is to be decoded into, if the scanner can: into, or if that is nil a new object of a kind that
// has no Go type.
func (s jsonSerializer) target(scanner *scan.Scanner, data []byte, into runtime.Object) runtime.Object {
	switch obj := into.(type) {
	case nil:
		scanner.Reset(data)
		kind, ok := kindOf(scanner.TypeMeta())
		if !ok || s.hasGoType(kind) {
			return nil
		}
		return s.kinds.Unknown(kind)
	case *unstructured.Unstructured:
		return obj
	case *metav1.PartialObjectMetadata:
		if obj != nil && reflect.ValueOf(*obj).IsZero() {
			return obj
		}
	}
	return nil
}

// scan decodes a document that must name its kind. It returns false, and leaves obj unchanged, if the scanner gives up.
func (s jsonSerializer) scan(scanner *scan.Scanner, obj runtime.Object) (kind schema.GroupVersionKind, ok bool) {
	switch obj := obj.(type) {
	case *unstructured.Unstructured:
		content := scanner.Content()
		if scanner.End() {
			if kind, ok = kindOfContent(content); ok {
				obj.Object = content
			}
		}
	case *metav1.PartialObjectMetadata:
		var read metav1.PartialObjectMetadata
		decodeMetadata(scanner, &read)
		kind, ok = kindOf(read.APIVersion, read.Kind, scanner.End())
		if ok = ok && (kind == partialKind || s.isWholeObject(kind)); ok {
			*obj = read
		}
	}
	return kind, ok
}

// hasGoType reports whether the scheme has a type for a kind. Statuses and options have one in every group-version, which
// Scheme.Recognizes does not see.
func (s jsonSerializer) hasGoType(kind schema.GroupVersionKind) bool {
	_, err := s.kinds.Scheme.New(kind)
	return err == nil
}

// isWholeObject reports whether the metadata of objects of a kind are all that is to be decoded of them.
func (s jsonSerializer) isWholeObject(kind schema.GroupVersionKind) bool {
	if s.hasGoType(kind) {
		return false
	}
	_, ok := s.kinds.Unknown(kind).(*metav1.PartialObjectMetadata)
	return ok
}

// partialKind is what servers call metadata without the rest of the object.
var partialKind = metav1.SchemeGroupVersion.WithKind("PartialObjectMetadata")

// decodeMetadata reads the metadata of any object.
func decodeMetadata(s *scan.Scanner, v *metav1.PartialObjectMetadata) {
	o := s.Object()
	for o.Next() {
		switch string(o.Name) {
		case "kind":
			scan.String(s, &v.Kind)
		case "apiVersion":
			scan.String(s, &v.APIVersion)
		case "metadata":
			codecmetav1.DecodeObjectMeta(s, &v.ObjectMeta)
		default:
			if looksLikeKind(string(o.Name)) {
				s.GiveUp()
			}
			s.Unknown(o.Name, v)
		}
	}
}

// kindOf returns the kind of a document that names both.
func kindOf(apiVersion, kind string, ok bool) (schema.GroupVersionKind, bool) {
	gv, err := schema.ParseGroupVersion(apiVersion)
	return gv.WithKind(kind), ok && err == nil && gv.Version != "" && kind != ""
}

// kindOfContent returns the kind that an object names in the form that everybody takes for one.
func kindOfContent(content map[string]any) (schema.GroupVersionKind, bool) {
	for name := range content {
		if looksLikeKind(name) {
			return schema.GroupVersionKind{}, false
		}
	}
	apiVersion, _ := content["apiVersion"].(string)
	kind, _ := content["kind"].(string)
	return kindOf(apiVersion, kind, true)
}

// looksLikeKind reports whether encoding/json, which ignores case, takes another name for kind or apiVersion. apimachinery finds the kind
// of a document with it.
func looksLikeKind(name string) bool {
	return name != "kind" && name != "apiVersion" && (strings.EqualFold(name, "kind") || strings.EqualFold(name, "apiVersion"))
}

// metadataLists decodes a list of whole objects as a list of their metadata, whatever kind the list names.
type metadataLists struct{ runtime.Serializer }

// Decode decodes data, into the object into if its type fits.
func (s metadataLists) Decode(
	data []byte, defaults *schema.GroupVersionKind, into runtime.Object,
) (runtime.Object, *schema.GroupVersionKind, error) {
	list, ok := into.(*metav1.PartialObjectMetadataList)
	if !ok {
		return s.Serializer.Decode(data, defaults, into)
	}
	obj, kind, err := s.Serializer.Decode(data, defaults, nil)
	if got, ok := obj.(*metav1.PartialObjectMetadataList); ok && err == nil {
		*list = *got
		return list, kind, nil
	}
	return obj, kind, err
}
