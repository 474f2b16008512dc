package metadata_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kjson "sigs.k8s.io/json"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// lists returns what a client makes of a list in JSON: List, and what informers get.
func lists(t *testing.T, document string) (list *metav1.PartialObjectMetadataList, streamed []metav1.PartialObjectMetadata, listErr, streamErr error) {
	t.Helper()
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, document)
	}).Resource(pods)
	list, listErr = client.List(t.Context(), metav1.ListOptions{})
	streamer, ok := client.(typed.StreamLister[*metav1.PartialObjectMetadata])
	require.True(t, ok)
	streamed = []metav1.PartialObjectMetadata{}
	_, streamErr = streamer.StreamList(t.Context(), cache.StreamOptions{}, func(obj *metav1.PartialObjectMetadata) error {
		streamed = append(streamed, *obj)
		return nil
	})
	return list, streamed, listErr, streamErr
}

const (
	partialItem = `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"a","labels":{"x":"y"}}}`
	wholeItem   = `{"metadata":{"name":"b","managedFields":[{"manager":"m"}]},"spec":{"nodeName":"n"},"status":null}`
)

func TestListsAreReadItemByItem(t *testing.T) {
	for name, document := range map[string]string{
		"of metadata":      `{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"7"},"items":[` + partialItem + `,` + partialItem + `]}`,
		"of whole objects": `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[` + wholeItem + `,` + wholeItem + `]}`,
		"kind behind":      `{"apiVersion":"fleet.example.com/v1","items":[` + wholeItem + `,null],"kind":"RobotList","metadata":{"continue":"next"}}`,
		"nothing":          `{"kind":"PodList","apiVersion":"v1","items":[]}`,
	} {
		t.Run(name, func(t *testing.T) {
			want := &metav1.PartialObjectMetadataList{}
			require.NoError(t, kjson.UnmarshalCaseSensitivePreserveInts([]byte(document), want))
			if want.Kind != "PartialObjectMetadataList" {
				want.TypeMeta = metav1.TypeMeta{}
			}
			list, streamed, listErr, streamErr := lists(t, document)
			require.NoError(t, listErr)
			require.NoError(t, streamErr)
			assert.Equal(t, want, list)
			assert.Equal(t, want.Items, streamed)
		})
	}
}

func TestListsThatCannotBeRead(t *testing.T) {
	for name, document := range map[string]string{
		"cut":           `{"kind":"PodList","apiVersion":"v1","items":[` + wholeItem,
		"one object":    `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"}}`,
		"another type":  `{"kind":"Table","apiVersion":"meta.k8s.io/v1"}`,
		"no kind":       `{"items":[]}`,
		"a broken item": `{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":7}}]}`,
	} {
		_, _, listErr, streamErr := lists(t, document)
		for _, err := range []error{listErr, streamErr} {
			decoding := interface{ DecodeError() bool }(nil)
			assert.ErrorAs(t, err, &decoding, name)
		}
	}
	_, _, listErr, streamErr := lists(t, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410}`)
	assert.True(t, apierrors.IsResourceExpired(listErr), "%v", listErr)
	assert.True(t, apierrors.IsResourceExpired(streamErr), "%v", streamErr)
}

func TestSecurityAListIsBounded(t *testing.T) {
	client := serveWith(t, rest.Config{MaxResponseBytes: 100}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"kind":"PodList","apiVersion":"v1","items":[`+wholeItem+`]}`)
	})
	_, err := client.Resource(pods).List(t.Context(), metav1.ListOptions{})
	require.ErrorAs(t, err, new(*rest.ResponseTooLargeError))
}
