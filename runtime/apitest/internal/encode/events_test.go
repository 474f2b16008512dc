package encode

import (
	"encoding/binary"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

const configMap = `{apiVersion: v1, kind: ConfigMap, metadata: {name: a, resourceVersion: "7"}, data: {b: c}}`

func eventsFor(t *testing.T, codec Codec, accept string) *Events {
	t.Helper()
	events, err := encoder(t, codec, accept, "").Events()
	require.NoError(t, err)
	return events
}

func TestEventsInYAMLAreRefused(t *testing.T) {
	_, err := encoder(t, builtinCodec(t, "ConfigMap"), MediaYAML, "").Events()
	requireStatus(t, err, http.StatusNotAcceptable, "only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch")
}

func TestEventsInJSON(t *testing.T) {
	events := eventsFor(t, builtinCodec(t, "ConfigMap"), "")
	assert.Equal(t, MediaJSON, events.MediaType()) //nolint:testifylint // it is a media type
	buffer, err := events.Append([]byte("before\n"), watch.Added, object(t, configMap))
	require.NoError(t, err)
	buffer, err = events.AppendBookmark(buffer, 12, nil)
	require.NoError(t, err)
	buffer, err = events.AppendBookmark(buffer, 13, map[string]any{"x": "y"})
	require.NoError(t, err)
	buffer, err = events.AppendError(buffer, apierrors.NewResourceExpired("too old"))
	require.NoError(t, err)

	lines := strings.Split(string(buffer), "\n")
	require.Len(t, lines, 6)
	assert.Equal(t, "before", lines[0])
	assert.JSONEq(t, `{"type":"ADDED","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"7"},"data":{"b":"c"}}}`, lines[1])
	assert.JSONEq(t, `{"type":"BOOKMARK","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"resourceVersion":"12","creationTimestamp":null}}}`, lines[2])
	assert.JSONEq(t, `{"type":"BOOKMARK","object":{"apiVersion":"v1","kind":"ConfigMap",
		"metadata":{"resourceVersion":"13","creationTimestamp":null,"annotations":{"x":"y"}}}}`, lines[3])
	assert.JSONEq(t, `{"type":"ERROR","object":{"apiVersion":"v1","kind":"Status","metadata":{},"status":"Failure","message":"too old","reason":"Expired","code":410}}`, lines[4])
	assert.Empty(t, lines[5])
}

func TestOnlyTheFirstTableOfAStreamHasColumns(t *testing.T) {
	events := eventsFor(t, builtinCodec(t, "ConfigMap"), asTable)
	for i, columns := range []int{3, 0, 0} {
		line, err := events.Append(nil, watch.Modified, object(t, configMap))
		require.NoError(t, err)
		var frame struct {
			Type   string
			Object metav1.Table
		}
		require.NoError(t, json.Unmarshal(line, &frame))
		assert.Equal(t, "MODIFIED", frame.Type)
		assert.Len(t, frame.Object.ColumnDefinitions, columns, "event %d", i)
		assert.Equal(t, "7", frame.Object.ResourceVersion)
		assert.Len(t, frame.Object.Rows, 1)
	}
}

func TestAnObjectWithoutFormLeavesTheBufferAlone(t *testing.T) {
	events := eventsFor(t, builtinCodec(t, "ConfigMap"), asMetadataList)
	buffer, err := events.Append([]byte("before"), watch.Added, object(t, configMap))
	require.Error(t, err)
	assert.Equal(t, "before", string(buffer))
}

// frames reads the events of a stream in protobuf.
func frames(t *testing.T, data []byte) (events []metav1.WatchEvent) {
	t.Helper()
	for len(data) > 0 {
		require.GreaterOrEqual(t, len(data), 4)
		size := binary.BigEndian.Uint32(data)
		require.GreaterOrEqual(t, len(data), 4+int(size))
		var event metav1.WatchEvent
		require.NoError(t, event.Unmarshal(data[4:4+size]))
		events, data = append(events, event), data[4+size:]
	}
	return events
}

func TestEventsInProtobuf(t *testing.T) {
	codec := builtinCodec(t, "ConfigMap")
	events := eventsFor(t, codec, MediaProtobuf)
	assert.Equal(t, MediaProtobuf+";stream=watch", events.MediaType())
	buffer, err := events.Append(nil, watch.Deleted, object(t, configMap))
	require.NoError(t, err)
	buffer, err = events.AppendError(buffer, apierrors.NewResourceExpired("too old"))
	require.NoError(t, err)

	got := frames(t, buffer)
	require.Len(t, got, 2)
	assert.Equal(t, "DELETED", got[0].Type)
	assert.Equal(t, &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Name: "a", ResourceVersion: "7"}, Data: map[string]string{"b": "c"},
	}, decoded(t, codec, got[0].Object.Raw))
	assert.Equal(t, "ERROR", got[1].Type)
	status := &metav1.Status{}
	_, _, err = codec.protobuf().Decode(got[1].Object.Raw, nil, status)
	require.NoError(t, err)
	assert.Equal(t, int32(http.StatusGone), status.Code)
}

// decoded reads an object in protobuf into its Go type.
func decoded(t *testing.T, codec Codec, data []byte) runtime.Object {
	t.Helper()
	obj, _, err := codec.protobuf().Decode(data, nil, nil)
	require.NoError(t, err)
	return obj
}

func TestProtobufThereAndBack(t *testing.T) {
	codec := builtinCodec(t, "ConfigMap")
	mediaType, body := answer(t, func(w http.ResponseWriter) error {
		return encoder(t, codec, MediaProtobuf, "").WriteObject(w, http.StatusOK, object(t, configMap))
	})
	assert.Equal(t, MediaProtobuf, mediaType)
	data, err := codec.JSON(MediaProtobuf, []byte(body))
	require.NoError(t, err)
	assert.JSONEq(t, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"7"},"data":{"b":"c"}}`, string(data))

	_, body = answer(t, func(w http.ResponseWriter) error {
		return encoder(t, codec, MediaProtobuf, "").WriteList(w, []*Object{object(t, configMap)}, ListMeta{Version: "9", Next: "token"})
	})
	list := &corev1.ConfigMapList{}
	_, gvk, err := codec.protobuf().Decode([]byte(body), nil, list)
	require.NoError(t, err)
	assert.Equal(t, "ConfigMapList", gvk.Kind)
	assert.Equal(t, metav1.ListMeta{ResourceVersion: "9", Continue: "token"}, list.ListMeta)
	assert.Equal(t, "c", list.Items[0].Data["b"])
}

func TestMetadataInProtobuf(t *testing.T) {
	const meta = ";g=meta.k8s.io;v=v1;as="
	for _, codec := range []Codec{builtinCodec(t, "ConfigMap"), customCodec(t)} {
		_, body := answer(t, func(w http.ResponseWriter) error {
			return encoder(t, codec, MediaProtobuf+meta+"PartialObjectMetadata", "").WriteObject(w, http.StatusOK, object(t, configMap))
		})
		partial := &metav1.PartialObjectMetadata{}
		_, gvk, err := codec.protobuf().Decode([]byte(body), nil, partial)
		require.NoError(t, err)
		assert.Equal(t, metav1.SchemeGroupVersion.WithKind("PartialObjectMetadata"), *gvk)
		assert.Equal(t, "a", partial.Name)

		_, body = answer(t, func(w http.ResponseWriter) error {
			return encoder(t, codec, MediaProtobuf+meta+"PartialObjectMetadataList", "").WriteList(w, []*Object{object(t, configMap)}, ListMeta{Version: "9"})
		})
		list := &metav1.PartialObjectMetadataList{}
		_, _, err = codec.protobuf().Decode([]byte(body), nil, list)
		require.NoError(t, err)
		assert.Equal(t, "9", list.ResourceVersion)
		assert.Equal(t, "a", list.Items[0].Name)
	}
}
