package codec_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/codec"
	"github.com/typewright/typewright/runtime/codec/scan"
	"github.com/typewright/typewright/runtime/rest"
)

// clearing is a serializer that sets the object to zero before it decodes, as the one of controller-runtime does.
type clearing struct{ runtime.NegotiatedSerializer }

func (s clearing) DecoderToVersion(decoder runtime.Decoder, gv runtime.GroupVersioner) runtime.Decoder {
	return clearingDecoder{s.NegotiatedSerializer.DecoderToVersion(decoder, gv)}
}

type clearingDecoder struct{ runtime.Decoder }

func (d clearingDecoder) Decode(
	data []byte, kind *schema.GroupVersionKind, into runtime.Object,
) (runtime.Object, *schema.GroupVersionKind, error) {
	if into != nil {
		reflect.ValueOf(into).Elem().SetZero()
	}
	return d.Decoder.Decode(data, kind, into)
}

// decoders returns a table for config maps and their lists that counts what it decodes.
func decoders(decoded *int) codec.Table {
	meta := func(s *scan.Scanner, name []byte, into *corev1.ConfigMap) {
		switch string(name) {
		case "kind":
			scan.String(s, &into.Kind)
		case "apiVersion":
			scan.String(s, &into.APIVersion)
		case "data":
			scan.Map(s, &into.Data, scan.String[string])
		default:
			s.GiveUp()
		}
	}
	item := func(s *scan.Scanner, v *corev1.ConfigMap) {
		for o := s.Object(); o.Next(); {
			meta(s, o.Name, v)
		}
	}
	return codec.Table{
		codec.For(func(s *scan.Scanner, v *corev1.ConfigMap) {
			item(s, v)
			*decoded++
		}),
		codec.For(func(s *scan.Scanner, v *corev1.ConfigMapList) {
			for o := s.Object(); o.Next(); {
				switch string(o.Name) {
				case "kind":
					scan.String(s, &v.Kind)
				case "apiVersion":
					scan.String(s, &v.APIVersion)
				case "items":
					scan.Slice(s, &v.Items, item)
				default:
					s.GiveUp()
				}
			}
			*decoded++
		}),
	}
}

// client returns a client, made as controller-runtime makes its own, of a server that answers with body.
func client(t *testing.T, body string, tables ...codec.Table) *rest.RESTClient {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", runtime.ContentTypeJSON)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	require.NoError(t, codec.AddToScheme(scheme, tables...))
	c, err := rest.RESTClientFor(&rest.Config{
		Host: server.URL, APIPath: "/api",
		ContentConfig: rest.ContentConfig{
			GroupVersion:         &corev1.SchemeGroupVersion,
			NegotiatedSerializer: clearing{serializer.WithoutConversionCodecFactory{CodecFactory: serializer.NewCodecFactory(scheme)}},
		},
	})
	require.NoError(t, err)
	return c
}

func TestAddToScheme(t *testing.T) {
	const one = `"kind":"ConfigMap","apiVersion":"v1","data":{"a":"b"}`
	for name, test := range map[string]struct {
		body string
		into runtime.Object
		used int
	}{
		"an object":                        {`{` + one + `}`, &corev1.ConfigMap{}, 1},
		"into an object that is not empty": {`{` + one + `}`, &corev1.ConfigMap{Data: map[string]string{"old": "value"}}, 1},
		"a list":                           {`{"kind":"ConfigMapList","apiVersion":"v1","items":[{"data":{"a":"b"}},{}]}`, &corev1.ConfigMapList{}, 1},
		"a document that the decoder gives up on": {`{` + one + `,"metadata":{"name":"rare"}}`, &corev1.ConfigMap{}, 1},
		"no JSON":                      {`{` + one, &corev1.ConfigMap{}, 1},
		"kind at the end":              {`{"data":{"a":"b"},"kind":"ConfigMap","apiVersion":"v1"}`, &corev1.ConfigMap{}, 0},
		"another kind":                 {`{"kind":"Secret","apiVersion":"v1","type":"t"}`, &corev1.Secret{}, 0},
		"a kind that is not asked for": {`{` + one + `}`, &corev1.Secret{}, 0},
		"no kind":                      {`{"data":{"a":"b"}}`, &corev1.ConfigMap{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			decoded := 0
			fast, plain := client(t, test.body, decoders(&decoded)), client(t, test.body)
			decoded = 0 // making a client tries the decoders
			got, want := test.into.DeepCopyObject(), test.into.DeepCopyObject()
			err := fast.Get().Resource("configmaps").Do(t.Context()).Into(got)
			wantErr := plain.Get().Resource("configmaps").Do(t.Context()).Into(want)
			assert.Equal(t, fmt.Sprint(wantErr), fmt.Sprint(err))
			assert.Equal(t, want, got)
			assert.Equal(t, test.used, decoded)
		})
	}
}

func TestAddToSchemeForWatches(t *testing.T) {
	events := strings.Repeat(`{"type":"ADDED","object":{"kind":"ConfigMap","apiVersion":"v1","data":{"a":"b"}}}`+"\n", 3)
	decoded := 0
	var seen [2][]any
	for i, c := range []*rest.RESTClient{client(t, events, decoders(&decoded)), client(t, events)} {
		decoded = 0
		w, err := c.Get().Resource("configmaps").Watch(t.Context())
		require.NoError(t, err)
		for event := range w.ResultChan() {
			seen[i] = append(seen[i], event)
		}
		if i == 0 {
			assert.Equal(t, 3, decoded)
		}
	}
	require.Len(t, seen[0], 3)
	assert.Equal(t, seen[1], seen[0])
}
