package encode

import (
	"encoding/binary"
	"encoding/json"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

// Events writes the events of one watch, each as a frame of the stream.
type Events struct {
	encoder Encoder
	// rows counts the rows of tables: only the first table of a stream has the columns.
	rows int
}

// Events returns a writer for the events of a watch in the encoder's format. YAML has no frames, so it is refused.
func (e Encoder) Events() (*Events, error) {
	if e.media == MediaYAML {
		return nil, notAcceptable("only the following media types are accepted: " + strings.Join(streamTypes(), ", "))
	}
	return &Events{encoder: e}, nil
}

func streamTypes() []string {
	return []string{MediaJSON + ";stream=watch", MediaProtobuf + ";stream=watch"}
}

// MediaType is the Content-Type of the stream.
func (e *Events) MediaType() string {
	if e.encoder.media == MediaJSON {
		return MediaJSON
	}
	return e.encoder.media + ";stream=watch"
}

// Append appends the frame of an event to the buffer.
func (e *Events) Append(buffer []byte, kind watch.EventType, o *Object) ([]byte, error) {
	data, err := e.encode(o)
	if err != nil {
		return buffer, err
	}
	return e.frame(buffer, kind, data)
}

// AppendBookmark appends the frame of a bookmark: an object of the resource's kind with only a resource version and perhaps
// annotations.
func (e *Events) AppendBookmark(buffer []byte, version uint64, annotations map[string]any) ([]byte, error) {
	metadata := map[string]any{"resourceVersion": strconv.FormatUint(version, 10), "creationTimestamp": nil}
	if annotations != nil {
		metadata["annotations"] = annotations
	}
	r := e.encoder.codec.Resource
	return e.Append(buffer, watch.Bookmark, NewObject(&unstructured.Unstructured{Object: map[string]any{
		"apiVersion": r.GroupVersion().String(), "kind": r.Kind, "metadata": metadata,
	}}))
}

// AppendError appends the frame that ends a watch with an error.
func (e *Events) AppendError(buffer []byte, cause error) ([]byte, error) {
	status := Status(cause)
	var data []byte
	var err error
	if e.encoder.media == MediaProtobuf {
		data, err = e.encoder.codec.marshalProtobuf(&status)
	} else {
		data, err = json.Marshal(status)
	}
	if err != nil {
		return buffer, err
	}
	return e.frame(buffer, watch.Error, data)
}

func (e *Events) encode(o *Object) ([]byte, error) {
	if e.encoder.encodeAs != "Table" {
		return e.encoder.encode(o)
	}
	table, err := e.encoder.tableOf([]*Object{o}, ListMeta{Version: o.GetResourceVersion()})
	if err != nil {
		return nil, err
	}
	if e.rows++; e.rows > 1 {
		table["columnDefinitions"] = nil
	}
	return json.Marshal(table)
}

// frame appends an event to the buffer: a line of JSON, or a protobuf message after its length.
func (e *Events) frame(buffer []byte, kind watch.EventType, object []byte) ([]byte, error) {
	if e.encoder.media != MediaProtobuf {
		buffer = append(buffer, `{"type":"`...)
		buffer = append(buffer, kind...)
		buffer = append(buffer, `","object":`...)
		buffer = append(buffer, object...)
		return append(buffer, '}', '\n'), nil
	}
	event := &metav1.WatchEvent{Type: string(kind), Object: runtime.RawExtension{Raw: object}}
	data, err := event.Marshal()
	if err != nil {
		return buffer, err
	}
	buffer = binary.BigEndian.AppendUint32(buffer, uint32(len(data))) //nolint:gosec // objects are far smaller
	return append(buffer, data...), nil
}
