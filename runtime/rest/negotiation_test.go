package rest

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/runtime/serializer/cbor"
	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"
	"k8s.io/apimachinery/pkg/watch"

	restwatch "github.com/typewright/typewright/runtime/rest/watch"
)

// withCBOR returns a serializer that knows CBOR, too. Package rest does not include it, so programs without CBOR need not
// link it.
func withCBOR(t *testing.T) serializer.CodecFactory {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	metav1.AddToGroupVersion(scheme, corev1.SchemeGroupVersion)
	return serializer.NewCodecFactory(scheme, serializer.WithSerializer(cbor.NewSerializerInfo))
}

// encoded returns a pod in a media type, and a stream of two events of it.
func encoded(t *testing.T, mediaType string) (object, stream []byte) {
	t.Helper()
	codecs := withCBOR(t)
	info, ok := runtime.SerializerInfoForMediaType(codecs.SupportedMediaTypes(), mediaType)
	require.True(t, ok)
	obj := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web"}}
	object, err := runtime.Encode(codecs.EncoderForVersion(info.Serializer, corev1.SchemeGroupVersion), obj)
	require.NoError(t, err)
	var frames bytes.Buffer
	encoder := restwatch.NewEncoder(
		streaming.NewEncoder(info.StreamSerializer.Framer.NewFrameWriter(&frames), info.StreamSerializer.Serializer),
		codecs.EncoderForVersion(info.Serializer, corev1.SchemeGroupVersion))
	for range 2 {
		require.NoError(t, encoder.Encode(&watch.Event{Type: watch.Added, Object: obj}))
	}
	return object, frames.Bytes()
}

func TestEncodings(t *testing.T) {
	for name, test := range map[string]struct{ media, stream string }{
		"JSON":     {runtime.ContentTypeJSON, runtime.ContentTypeJSON},
		"protobuf": {runtime.ContentTypeProtobuf, runtime.ContentTypeProtobuf + ";stream=watch"},
		"CBOR":     {runtime.ContentTypeCBOR, runtime.ContentTypeCBORSequence},
	} {
		t.Run(name, func(t *testing.T) {
			object, stream := encoded(t, test.media)
			var accept, sent string
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				accept, sent = r.Header.Get("Accept"), r.Header.Get("Content-Type")
				body := object
				w.Header().Set("Content-Type", test.media)
				if r.URL.Query().Get("watch") != "" {
					body = stream
					w.Header().Set("Content-Type", test.stream)
				}
				_, _ = w.Write(body)
			})
			config := configFor(t, server.base.String())
			config.NegotiatedSerializer = withCBOR(t).WithoutConversion()
			config.AcceptContentTypes = test.media + "," + runtime.ContentTypeJSON
			client, err := RESTClientFor(config)
			require.NoError(t, err)

			var got corev1.Pod
			require.NoError(t, client.Post().Resource("pods").Body(&corev1.Pod{}).Do(t.Context()).Into(&got))
			assert.Equal(t, "web", got.Name)
			assert.Equal(t, test.media+","+runtime.ContentTypeJSON, accept)
			assert.Equal(t, runtime.ContentTypeJSON, sent)

			var names []string
			err = client.Get().Resource("pods").Param("watch", "1").WatchInto(t.Context(), WatchConsumer{NewObject: newPod, Each: func(kind watch.EventType, obj runtime.Object) error {
				names = append(names, string(kind)+" "+obj.(*corev1.Pod).Name)
				return nil
			}})
			require.NoError(t, err)
			assert.Equal(t, []string{"ADDED web", "ADDED web"}, names)
		})
	}
}

func TestProtobufWherePreferred(t *testing.T) {
	for name, test := range map[string]struct {
		content      ContentConfig
		accept, sent string
	}{
		"nothing is configured":        {ContentConfig{}, "application/vnd.kubernetes.protobuf,application/json", runtime.ContentTypeProtobuf},
		"JSON is configured":           {ContentConfig{ContentType: runtime.ContentTypeJSON}, "application/json, */*", runtime.ContentTypeJSON},
		"what to accept is configured": {ContentConfig{AcceptContentTypes: "application/json;q=1"}, "application/json;q=1", runtime.ContentTypeJSON},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, test.accept, r.Header.Get("Accept"))
				assert.Equal(t, test.sent, r.Header.Get("Content-Type"))
				body, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.Equal(t, test.sent == runtime.ContentTypeProtobuf, bytes.HasPrefix(body, []byte("k8s\x00")))
				answer(w, http.StatusOK, pod)
			})
			config := configFor(t, server.base.String())
			test.content.GroupVersion, test.content.NegotiatedSerializer = config.GroupVersion, config.NegotiatedSerializer
			config.ContentConfig = test.content
			client, err := RESTClientFor(config)
			require.NoError(t, err)
			require.NoError(t, client.Post().UseProtobufAsDefaultIfPreferred(true).Resource("pods").Body(&corev1.Pod{}).Do(t.Context()).Error())
		})
	}
}

// noDecoders is a negotiator without decoders that returns no error.
type noDecoders struct{ runtime.ClientNegotiator }

func (noDecoders) Decoder(string, map[string]string) (runtime.Decoder, error) { return nil, nil }

func TestANegotiatorWithoutDecoders(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusUnauthorized, `{"no":"status"}`) })
	client.content.Negotiator = noDecoders{client.content.Negotiator}
	_, err := client.Get().Resource("pods").Do(t.Context()).Get()
	assert.True(t, apierrors.IsUnauthorized(err), "%v", err)
}
