package dynamic_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// serve returns a client for pods of a server that sends JSON.
func serve(t *testing.T, config rest.Config, answer http.HandlerFunc) dynamic.ResourceInterface {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer(w, req)
	}))
	t.Cleanup(server.Close)
	config.Host, config.QPS = server.URL, -1
	client, err := dynamic.NewForConfig(&config)
	require.NoError(t, err)
	return client.Resource(pods)
}

func text(document string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, document) }
}

// streamed lists as informers do.
func streamed(t *testing.T, client dynamic.ResourceInterface, opts cache.StreamOptions) ([]unstructured.Unstructured, metav1.ListMeta, error) {
	t.Helper()
	streamer, ok := client.(typed.StreamLister[*unstructured.Unstructured])
	require.True(t, ok)
	items := []unstructured.Unstructured{}
	meta, err := streamer.StreamList(t.Context(), opts, func(item *unstructured.Unstructured) error {
		items = append(items, *item)
		return nil
	})
	return items, meta, err
}

const (
	podList = `"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7","continue":"next","remainingItemCount":3}`
	bare    = `{"metadata":{"name":"a","uid":"u","resourceVersion":"5","managedFields":[{"manager":"m"}]},"spec":{"n":1,"f":1.5}}`
	whole   = `{"apiVersion":"fleet.example.com/v1","kind":"Robot","metadata":{"name":"b"},"x":[null,{}]}`
)

// The client decodes each list to the same value as apimachinery, which reads the list as a whole.
func TestListsAreThoseOfApimachinery(t *testing.T) {
	for name, document := range map[string]string{
		"a built-in kind":        `{` + podList + `,"items":[` + bare + `,` + bare + `]}`,
		"a custom kind":          `{"apiVersion":"fleet.example.com/v1","items":[` + whole + `,` + whole + `],"kind":"RobotList","metadata":{"resourceVersion":"7"}}`,
		"kinds come late":        `{"items":[` + whole + `,` + bare + `,` + whole + `,null],` + podList + `}`,
		"the version comes late": `{"kind":"PodList","items":[` + bare + `],"apiVersion":"v1"}`,
		"no version":             `{"kind":"PodList","metadata":{},"items":[` + bare + `,` + whole + `]}`,
		"a kind alone":           `{` + podList + `,"items":[{"kind":"Pod"},{"apiVersion":"v2"},{"kind":7},null,{}]}`,
		"another kind":           `{"kind":"Mixture","apiVersion":"v1","items":[` + bare + `]}`,
		"nothing":                `{` + podList + `}`,
		"no items":               `{` + podList + `,"items":[]}`,
		"null":                   `{` + podList + `,"items":null}`,
		"other fields":           `{"x":{"items":[1]},` + podList + `,"items":[` + bare + `],"Items":[1],"y":1.0}`,
		"a field twice":          `{` + podList + `,"items":[{"metadata":{"name":"a"},"metadata":{"uid":"u"}}]}`,
		"not UTF-8":              `{` + podList + ",\"items\":[{\"a\":\"\xff\"}]}",
		"success":                `{"kind":"Status","apiVersion":"v1","status":"Success"}`,
	} {
		t.Run(name, func(t *testing.T) {
			want := &unstructured.UnstructuredList{}
			require.NoError(t, want.UnmarshalJSON([]byte(document)))
			client := serve(t, rest.Config{}, text(document))
			got, err := client.List(t.Context(), metav1.ListOptions{})
			require.NoError(t, err)
			assert.Equal(t, want, got)

			items, meta, err := streamed(t, client, cache.StreamOptions{})
			require.NoError(t, err)
			assert.Equal(t, want.Items, items)
			assert.Equal(t, want.GetResourceVersion(), meta.ResourceVersion)
			assert.Equal(t, want.GetContinue(), meta.Continue)
			assert.Equal(t, want.GetRemainingItemCount(), meta.RemainingItemCount)

			items, _, err = streamed(t, client, cache.StreamOptions{DropManagedFields: true})
			require.NoError(t, err)
			for i := range want.Items {
				want.Items[i].SetManagedFields(nil)
			}
			assert.Equal(t, want.Items, items)
		})
	}
}

// A list that is not complete, or a response that is not a list, is an error of List and of informers.
func TestListsThatCannotBeRead(t *testing.T) {
	complete := `{` + podList + `,"items":[` + bare + `]}`
	documents := map[string]string{
		"an item that is no object": `{` + podList + `,"items":[` + bare + `,7]}`, "a broken item": `{` + podList + `,"items":[{"a":}]}`,
		"a status in the middle": `{` + podList + `,"items":[` + bare + `,{"kind":"Status","apiVersion":"v1","status":"Failure"}`,
		"something behind":       complete + `{}`, "no kind": `{"metadata":{},"items":[]}`, "an array": `[]`, "no JSON": `<html>`, "nothing": ``,
		"items that are not an array": `{` + podList + `,"items":{}}`,
	}
	for end := range len(complete) {
		documents[fmt.Sprintf("cut at byte %d", end)] = complete[:end]
	}
	var document string
	client := serve(t, rest.Config{}, func(w http.ResponseWriter, req *http.Request) { text(document)(w, req) })
	for name := range documents {
		document = documents[name]
		list, err := client.List(t.Context(), metav1.ListOptions{})
		require.Error(t, err, name)
		assert.Nil(t, list, name)
		_, _, err = streamed(t, client, cache.StreamOptions{})
		require.Error(t, err, name)
		decoding := interface{ DecodeError() bool }(nil)
		assert.ErrorAs(t, err, &decoding, name)
	}
}

func TestAFailureWithACodeOfSuccess(t *testing.T) {
	client := serve(t, rest.Config{}, text(`{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old","reason":"Expired","code":410}`))
	_, err := client.List(t.Context(), metav1.ListOptions{})
	assert.True(t, apierrors.IsResourceExpired(err), "%v", err)
	_, _, err = streamed(t, client, cache.StreamOptions{})
	assert.True(t, apierrors.IsResourceExpired(err), "%v", err)
}

// Items are passed on while the response arrives: the server sends the second once the client has the first.
func TestItemsArriveOneByOne(t *testing.T) {
	seen := make(chan struct{})
	client := serve(t, rest.Config{}, func(w http.ResponseWriter, req *http.Request) {
		text(`{`+podList+`,"items":[`+bare)(w, req)
		_ = http.NewResponseController(w).Flush()
		select {
		case <-seen:
		case <-req.Context().Done():
			return
		}
		text(`,`+bare+`]}`)(w, req)
	})
	streamer, ok := client.(typed.StreamLister[*unstructured.Unstructured])
	require.True(t, ok)
	count := 0
	_, err := streamer.StreamList(t.Context(), cache.StreamOptions{}, func(item *unstructured.Unstructured) error {
		if count++; count == 1 {
			close(seen)
		}
		assert.Equal(t, "Pod", item.GetKind())
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, 2, count)
}

func TestAConsumerEndsAList(t *testing.T) {
	full := errors.New("full")
	for _, document := range []string{`{` + podList + `,"items":[` + bare + `,` + bare + `]}`, `{"items":[` + bare + `,` + whole + `],` + podList + `}`} {
		streamer, ok := serve(t, rest.Config{}, text(document)).(typed.StreamLister[*unstructured.Unstructured])
		require.True(t, ok)
		calls := 0
		_, err := streamer.StreamList(t.Context(), cache.StreamOptions{}, func(*unstructured.Unstructured) error {
			calls++
			return full
		})
		assert.Equal(t, full, err)
		assert.Equal(t, 1, calls)
	}
}

func TestACompressedList(t *testing.T) {
	client := serve(t, rest.Config{}, func(w http.ResponseWriter, req *http.Request) {
		assert.Equal(t, "gzip", req.Header.Get("Accept-Encoding"))
		w.Header().Set("Content-Encoding", "gzip")
		compressed := gzip.NewWriter(w)
		_, _ = io.WriteString(compressed, `{`+podList+`,"items":[`+strings.Repeat(bare+",", 5000)+bare+`]}`)
		_ = compressed.Close()
	})
	list, err := client.List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	assert.Len(t, list.Items, 5001)
	items, _, err := streamed(t, client, cache.StreamOptions{})
	require.NoError(t, err)
	assert.Equal(t, list.Items, items)
}

// A list that the caller keeps is bounded; one that goes by is not.
func TestSecurityAListIsBounded(t *testing.T) {
	document := `{` + podList + `,"items":[` + strings.Repeat(bare+",", 100) + bare + `]}`
	for limit, fits := range map[int64]bool{int64(len(document)): true, int64(len(document)) - 1: false, 1: false, -1: true, 0: true} {
		client := serve(t, rest.Config{MaxResponseBytes: limit}, text(document))
		list, err := client.List(t.Context(), metav1.ListOptions{})
		if fits {
			require.NoError(t, err)
			assert.Len(t, list.Items, 101)
		} else {
			tooLarge := &rest.ResponseTooLargeError{}
			require.ErrorAs(t, err, &tooLarge)
			assert.Equal(t, limit, tooLarge.Limit)
		}
		items, _, err := streamed(t, client, cache.StreamOptions{})
		require.NoError(t, err)
		assert.Len(t, items, 101)
	}
}
