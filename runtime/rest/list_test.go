package rest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// list lists pods item by item.
func list(ctx context.Context, client *RESTClient, each func(*corev1.Pod) error) (*corev1.PodList, error) {
	into := &corev1.PodList{}
	return into, client.Get().Resource("pods").ListInto(ctx, ListConsumer{List: into, NewObject: newPod, Each: func(obj runtime.Object) error {
		return each(obj.(*corev1.Pod))
	}})
}

// collect returns a list with the pods that ListInto has passed on.
func collect(t *testing.T, client *RESTClient) (*corev1.PodList, error) {
	t.Helper()
	var pods []corev1.Pod
	into, err := list(t.Context(), client, func(pod *corev1.Pod) error {
		pods = append(pods, *pod)
		return nil
	})
	assert.Empty(t, into.Items)
	into.Items = pods
	return into, err
}

const listBegin = `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7","continue":"next"}`

// A list that is read item by item equals one that is read as a whole.
func TestListsItemByItem(t *testing.T) {
	for name, document := range map[string]string{
		"nothing":              listBegin + `}`,
		"no items":             listBegin + `,"items":[]}`,
		"null":                 listBegin + `,"items":null}`,
		"one":                  listBegin + `,"items":[` + pod + `]}`,
		"two, with space":      " " + listBegin + ` , "items" : [ ` + pod + " \n,\t" + pod + " ] } \n",
		"items first":          `{"items":[` + pod + `,{"metadata":{"name":"b"}}],"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"8"}}`,
		"an item that is null": listBegin + `,"items":[null,` + pod + `]}`,
		"escapes in the name":  listBegin + `,"it\u0065ms":[` + pod + `]}`,
		"another case":         listBegin + `,"Items":[` + pod + `]}`,
		"fields unknown":       `{"x":[{"items":[1]}],"kind":"PodList","apiVersion":"v1","items":[` + pod + `],"y":"}"}`,
		"metadata twice":       listBegin + `,"metadata":{"resourceVersion":"9"},"items":[` + pod + `]}`,
	} {
		t.Run(name, func(t *testing.T) {
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, document) })
			want := &corev1.PodList{}
			require.NoError(t, client.Get().Resource("pods").Do(t.Context()).Into(want))
			got, err := collect(t, client)
			require.NoError(t, err)
			if len(want.Items) == 0 {
				want.Items = nil
			}
			assert.Equal(t, want, got)
		})
	}
}

func TestListsThatCannotBeRead(t *testing.T) {
	for name, test := range map[string]struct{ document, text string }{
		"nothing at all":                {"", "the list broke after 0 bytes"},
		"a page":                        {"<html>", "invalid character '<' where a list was expected, at byte 0 of the list"},
		"an array":                      {"[]", "invalid character '[' where a list was expected"},
		"cut in an item":                {listBegin + `,"items":[` + pod[:20], "the list broke after 118 bytes"},
		"cut after an item":             {listBegin + `,"items":[` + pod, "the list broke after"},
		"no end":                        {listBegin + `,"items":[]`, "the list broke after"},
		"more after it":                 {listBegin + `}{`, "invalid character '{' after the list, at byte 89"},
		"a comma at the end":            {listBegin + `,"items":[` + pod + `,]}`, "invalid character ']' where a value was expected"},
		"no comma":                      {listBegin + `,"items":[` + pod + pod + `]}`, "invalid character '{' after an element of an array"},
		"items that are no array":       {listBegin + `,"items":{}}`, "the items of the list, at its byte 97, are not an array"},
		"items twice":                   {listBegin + `,"items":[],"items":[]}`, "the list has items twice"},
		"broken item":                   {listBegin + `,"items":[` + pod + `,{"metadata":x}]}`, "item 1 of the list, at its byte 179: invalid character 'x'"},
		"item of wrong types":           {listBegin + `,"items":[{"spec":7}]}`, "item 0 of the list, at its byte 98: json: cannot unmarshal number into Go struct field Pod.spec"},
		"item of another kind of value": {listBegin + `,"items":["web"]}`, "item 0 of the list"},
		"metadata of wrong types":       {`{"kind":"PodList","apiVersion":"v1","metadata":7,"items":[]}`, "cannot unmarshal number"},
		"garbage beside items":          {`{"kind":"PodList","apiVersion":"v1","x":{]},"items":[]}`, "invalid character ',' after the list"},
		"another kind":                  {`{"kind":"NodeList","apiVersion":"v1","items":[]}`, "the response is a *v1.NodeList, but a *v1.PodList was expected"},
		"an unknown kind":               {`{"kind":"Unheard","apiVersion":"of/v1","items":[]}`, `no kind "Unheard"`},
	} {
		t.Run(name, func(t *testing.T) {
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, test.document) })
			_, err := collect(t, client)
			require.ErrorContains(t, err, test.text)
			var decode interface{ DecodeError() bool }
			assert.ErrorAs(t, err, &decode, "a decoding error")
		})
	}
}

// What answers in place of a server may send any JSON. Read as a list it would look empty.
func TestAnAnswerThatIsNoList(t *testing.T) {
	for _, document := range []string{
		`null`, `{"login":"https://portal.example/"}`, `{"type":"ADDED","object":{"kind":"PodList"}}`,
		`{"kind":"NodeList","apiVersion":"v1","items":[]}`, `{"kind":"Status","apiVersion":"v1","status":"Success"}`,
	} {
		t.Run(document, func(t *testing.T) {
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, document) })
			require.Error(t, client.Get().Resource("pods").Do(t.Context()).Into(&corev1.PodList{}))
			_, err := collect(t, client)
			require.Error(t, err)
			var decode interface{ DecodeError() bool }
			assert.ErrorAs(t, err, &decode, "a decoding error")
			assert.NoError(t, client.Get().Resource("pods").Name("a").Do(t.Context()).Into(&corev1.Pod{}), "as in client-go, this is checked for lists only")
		})
	}
	// Servers in tests answer such lists, without versions.
	for _, document := range []string{`{}`, `{"items":[]}`, `{"items":null}`, `{"metadata":{}}`, `{"kind":"PodList","apiVersion":"v1"}`, `{"items":[{}]}`} {
		t.Run(document, func(t *testing.T) {
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, document) })
			require.NoError(t, client.Get().Resource("pods").Do(t.Context()).Into(&corev1.PodList{}))
			_, err := collect(t, client)
			require.NoError(t, err)
		})
	}
}

func TestHowAListEnds(t *testing.T) {
	const two = listBegin + `,"items":[` + pod + `,` + pod + `]}`
	serving := func(t *testing.T) *RESTClient {
		t.Helper()
		return serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, two) })
	}
	t.Run("by an error of the consumer", func(t *testing.T) {
		errEnough, calls := errors.New("enough"), 0
		_, err := list(t.Context(), serving(t), func(*corev1.Pod) error { calls++; return errEnough })
		assert.Same(t, errEnough, err)
		assert.Equal(t, 1, calls)
	})
	t.Run("by a refusal", func(t *testing.T) {
		client := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 403, status(403, "Forbidden")) })
		_, err := collect(t, client)
		assert.True(t, apierrors.IsForbidden(err), "%v", err)
	})
	t.Run("by a Status with code 200", func(t *testing.T) {
		client := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, status(410, "Expired")) })
		_, err := collect(t, client)
		assert.True(t, apierrors.IsResourceExpired(err), "%v", err)
	})
	t.Run("after a retry", func(t *testing.T) {
		requests := 0
		client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if requests++; requests == 1 {
				w.Header().Set("Retry-After", "0")
				answer(w, 429, "")
				return
			}
			answer(w, 200, two)
		})
		got, err := collect(t, client)
		require.NoError(t, err)
		assert.Len(t, got.Items, 2)
	})
	t.Run("by a body that breaks off", func(t *testing.T) {
		client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(len(two)))
			answer(w, 200, two[:len(two)-20])
		})
		got, err := collect(t, client)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.ErrorContains(t, err, "unexpected error when reading response body. Please retry.")
		assert.NotErrorAs(t, err, new(interface{ DecodeError() bool }), "the connection broke, which is no decoding error")
		assert.Len(t, got.Items, 1, "complete objects may have come before")
	})
	t.Run("by the context", func(t *testing.T) {
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			answer(w, 200, strings.TrimSuffix(two, "]}"))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		_, err := list(ctx, client, func(*corev1.Pod) error { cancel(); return nil })
		require.ErrorIs(t, err, context.Canceled)
	})
}

// Lists with a decoder of their own are read as a whole, and so are encodings other than JSON.
func TestListsReadWhole(t *testing.T) {
	for name, into := range map[string]runtime.Object{"of its own": &ownList{}, "raw": &metav1.List{}, "unstructured": &unstructured.UnstructuredList{}} {
		assert.False(t, ListConsumer{List: into, NewObject: newPod}.isPlainList(&kindCache{}), name)
	}
	assert.True(t, ListConsumer{List: &corev1.PodList{}, NewObject: newPod}.isPlainList(&kindCache{}))

	yaml := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/yaml")
		_, _ = io.WriteString(w, listBegin+`,"items":[`+pod+`]}`)
	})
	got, err := collect(t, yaml)
	require.NoError(t, err)
	assert.Equal(t, "7", got.ResourceVersion)
	require.Len(t, got.Items, 1)
	assert.Equal(t, "web", got.Items[0].Name)
}

// ownList decodes itself.
type ownList struct{ corev1.PodList }

func (*ownList) UnmarshalJSON([]byte) error { return nil }

// FuzzLists compares lists that are read item by item with lists that are read as a whole.
func FuzzLists(f *testing.F) {
	for _, seed := range []string{
		listBegin + `,"items":[` + pod + `]}`, `{"items":[{},null],"kind":"PodList","apiVersion":"v1"}`, listBegin, `{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"labels":{"a":"}"}}}]}x`,
		`{"apiVersion":"v1","kind":"Pod"}`, `{"kind":"PodList","apiVersion":"v1","items":[{"spec":1}]}`,
	} {
		f.Add(seed)
	}
	var document string
	client := fuzzClient(f, func(req *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: req, Body: io.NopCloser(strings.NewReader(document)),
		}, nil
	})
	f.Fuzz(func(t *testing.T, data string) {
		document = data
		want := &corev1.PodList{}
		wantErr := client.Get().Resource("pods").Do(t.Context()).Into(want)
		got, err := collect(t, client)
		switch {
		case err != nil && strings.Contains(err.Error(), "items twice"):
			return // the whole list is accepted, and its elements merge
		case (err == nil) != (wantErr == nil):
			t.Fatalf("whole: %v, item by item: %v", wantErr, err)
		case err != nil:
			return
		}
		if len(want.Items) == 0 {
			want.Items = nil
		}
		assert.Equal(t, want, got)
	})
}
