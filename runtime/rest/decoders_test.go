package rest

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/codec/scan"
)

func plainDecoder() runtime.Decoder {
	info, _ := runtime.SerializerInfoForMediaType(codecs().SupportedMediaTypes(), runtime.ContentTypeJSON)
	return codecs().WithoutConversion().DecoderToVersion(info.Serializer, nil)
}

func TestKindCacheDecodesTheSame(t *testing.T) {
	podType := &schema.GroupVersionKind{Version: "v1", Kind: "Pod"}
	documents := []string{
		pod, `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"b"}}`, " {\n\"kind\" : \"Pod\" ,\"apiVersion\":\"v1\"}",
		`{"metadata":{"name":"c"},"kind":"Pod","apiVersion":"v1"}`, `{"apiVersion":"v1","metadata":{"name":"c"},"kind":"Pod"}`,
		`{"metadata":{"name":"no kind"}}`, `{"kind":"Pod","metadata":{"name":"no version"}}`, `{"kind":"Po\u0064","apiVersion":"v1"}`,
		status(404, "NotFound"), `{"kind":"Node","apiVersion":"v1","metadata":{"name":"n"}}`, `{"kind":"Pod","apiVersion":"v2"}`,
		`{"kind":"Pod","apiVersion":"v1","spec":7}`, `{"kind":"Pod","apiVersion":"v1"`, `{"kind":"Pod","apiVersion":"v1"}x`, `{"kind":"Pod"`, `{"kind":7,"apiVersion":"v1"}`,
		`[]`, ``, `null`, `{}`, `{"kind":"Pod","apiVersion":"v1","Metadata":{"name":"case"},"unknown":1}`,
	}
	d, ok := cacheKinds(plainDecoder(), reflection{}).(*kindCache)
	require.True(t, ok)
	for range 2 { // before and after the kind is cached
		for _, document := range documents {
			for _, defaults := range []*schema.GroupVersionKind{nil, podType} {
				for _, newInto := range []func() runtime.Object{
					func() runtime.Object { return &corev1.Pod{} },
					func() runtime.Object { return &corev1.Node{} },
					func() runtime.Object { return &metav1.Status{} },
					func() runtime.Object { return &unstructured.Unstructured{} },
					func() runtime.Object { return &runtime.Unknown{} },
					func() runtime.Object { return nil },
				} {
					into, plainInto := newInto(), newInto()
					obj, gvk, err := d.Decode([]byte(document), defaults, into)
					want, wantGVK, wantErr := plainDecoder().Decode([]byte(document), defaults, plainInto)
					require.Equal(t, wantErr, err, "%s into %T", document, into)
					if err != nil {
						continue
					}
					require.Equal(t, want, obj, document)
					require.Equal(t, wantGVK, gvk, document)
					require.Equal(t, plainInto, into, document)
					require.Equal(t, want == plainInto, obj == into, document)
				}
			}
		}
	}
	_, known := d.known.into.Load(reflect.TypeFor[*corev1.Pod]())
	assert.True(t, known)
}

func TestWhichDecodersGetAKindCache(t *testing.T) {
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	strict := runtime.WithoutVersionDecoder{Decoder: json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, json.SerializerOptions{Strict: true})}
	assert.Equal(t, runtime.Decoder(strict), cacheKinds(strict, reflection{}))
	yaml := runtime.WithoutVersionDecoder{Decoder: json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, json.SerializerOptions{Yaml: true})}
	assert.Equal(t, runtime.Decoder(yaml), cacheKinds(yaml, reflection{}))
	converting := serializer.NewCodecFactory(scheme).UniversalDecoder()
	assert.Equal(t, converting, cacheKinds(converting, reflection{}))
}

// FuzzKindCache compares a decoder that has cached the kind of pods with one that has not, with Status bodies too.
func FuzzKindCache(f *testing.F) {
	for _, seed := range []string{pod, status(404, "NotFound"), `{"kind":"Pod" , "apiVersion":"v1","metadata":{"labels":{"a":null}}}`, `{"kind":"\"","apiVersion":"v1"}`, `{"kind":"Pod"`} {
		f.Add([]byte(seed))
	}
	d := cacheKinds(plainDecoder(), reflection{})
	_, _, err := d.Decode([]byte(pod), nil, &corev1.Pod{})
	require.NoError(f, err)
	plain := plainDecoder()
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.Count(data, []byte("kind")) > 1 || bytes.Count(data, []byte("apiVersion")) > 1 || bytes.Contains(data, []byte(`\u`)) {
			return // if a name occurs twice, either value may count
		}
		cached, uncached := &corev1.Pod{}, &corev1.Pod{}
		obj, gvk, err := d.Decode(data, nil, cached)
		want, wantGVK, wantErr := plain.Decode(data, nil, uncached)
		require.Equal(t, wantErr, err)
		require.Equal(t, want, obj)
		require.Equal(t, uncached, cached)
		if err == nil {
			require.Equal(t, wantGVK, gvk)
		}
	})
}

// countingDecoder is a serializer that decodes JSON itself and counts the calls.
type countingDecoder struct {
	runtime.NegotiatedSerializer

	calls *int
}

func (s countingDecoder) DecodeJSON(data []byte, into any) error {
	*s.calls++
	return reflection{}.DecodeJSON(data, into)
}

func TestSerializersThatDecodeJSON(t *testing.T) {
	var document string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, document) }))
	defer server.Close()
	calls := 0
	config := configFor(t, server.URL)
	config.NegotiatedSerializer = countingDecoder{config.NegotiatedSerializer, &calls}
	client, err := RESTClientFor(config)
	require.NoError(t, err)
	get := func() error { return client.Get().Resource("pods").Do(t.Context()).Into(&corev1.Pod{}) }

	document = pod
	require.NoError(t, get())
	assert.Equal(t, 0, calls, "the first answer goes through the serializer, which finds out the kind")
	require.NoError(t, get())
	assert.Equal(t, 1, calls)

	document = addedPod + addedPod
	err = client.Get().Resource("pods").WatchInto(t.Context(), WatchConsumer{NewObject: newPod, Each: func(watch.EventType, runtime.Object) error { return nil }})
	require.NoError(t, err)
	assert.Equal(t, 3, calls, "a watch uses the kind that a GET has found out")

	document = listBegin + `,"items":[` + pod + `,` + pod + `]}`
	got, err := collect(t, client)
	require.NoError(t, err)
	assert.Len(t, got.Items, 2)
	assert.Equal(t, 5, calls)
}

// leanDecoder is a serializer whose JSON decoder can skip managed fields. It counts the calls of both methods.
type leanDecoder struct {
	runtime.NegotiatedSerializer

	plain, forCache atomic.Int64
}

func (d *leanDecoder) DecodeJSON(data []byte, into any) error {
	d.plain.Add(1)
	return reflection{}.DecodeJSON(data, into)
}

func (d *leanDecoder) DecodeJSONForCache(data []byte, into any, _ scan.Options) error {
	d.forCache.Add(1)
	return reflection{}.DecodeJSON(data, into)
}

func TestManagedFieldsAreSkippedOnlyOnDemand(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Query().Get("watch") != "":
			answer(w, 200, strings.Repeat(`{"type":"ADDED","object":`+pod+`}`, 3))
		default:
			answer(w, 200, listBegin+`,"items":[`+pod+`,`+pod+`]}`)
		}
	}))
	t.Cleanup(server.Close)
	config, counted := configFor(t, server.URL), &leanDecoder{NegotiatedSerializer: codecs().WithoutConversion()}
	config.NegotiatedSerializer = counted
	client, err := RESTClientFor(config)
	require.NoError(t, err)
	for _, drop := range []bool{false, true, false} {
		plain, forCache := counted.plain.Load(), counted.forCache.Load()
		each := func(runtime.Object) error { return nil }
		require.NoError(t, client.Get().Resource("pods").ListInto(t.Context(),
			ListConsumer{List: &corev1.PodList{}, NewObject: newPod, Each: each, Decoding: scan.Options{DropManagedFields: drop}}))
		require.NoError(t, client.Get().Resource("pods").Param("watch", "1").WatchInto(t.Context(),
			WatchConsumer{NewObject: newPod, Each: func(watch.EventType, runtime.Object) error { return nil }, Decoding: scan.Options{DropManagedFields: drop}}))
		require.NoError(t, client.Get().Resource("pods").Name("web").Do(t.Context()).Into(&corev1.PodList{}), "the object of a caller")
		assert.Equal(t, drop, counted.forCache.Load() > forCache)
		assert.Equal(t, !drop, counted.plain.Load() > plain+1, "at most for the object of the caller")
	}
}
