package rest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

// The unwanted object would not decode as a pod: it is left out without being decoded.
const (
	wanted   = `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","namespace":"x","uid":"u1","resourceVersion":"8"}}`
	unwanted = `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"b","namespace":"x","uid":"u2","resourceVersion":"9"},"spec":7}`
)

func keepFirst(uid, namespace string) bool { return uid == "u1" && namespace == "x" }

func TestListsLeaveOutWhatKeepRefuses(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, listBegin+`,"items":[`+unwanted+`,`+wanted+`,`+unwanted+`,{"metadata":{"name":"without uid"}}]}`)
	})
	var names []string
	err := client.Get().Resource("pods").ListInto(t.Context(), ListConsumer{List: &corev1.PodList{}, NewObject: newPod, Keep: keepFirst, Each: func(obj runtime.Object) error {
		names = append(names, obj.(*corev1.Pod).Name)
		return nil
	}})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "without uid"}, names, "an object without a UID is passed on")
}

func TestWatchesLeaveOutWhatKeepRefuses(t *testing.T) {
	client := streams(t, `{"type":"ADDED","object":`+unwanted+`}{"type":"MODIFIED","object":`+wanted+`}{"type":"DELETED","object":`+unwanted+`}`+bookmark, false)
	var seen []string
	err := client.Get().Resource("pods").WatchInto(t.Context(), WatchConsumer{
		NewObject: newPod, Keep: keepFirst,
		Omitted: func(version string) error { seen = append(seen, "omitted "+version); return nil },
		Each: func(kind watch.EventType, obj runtime.Object) error {
			seen = append(seen, string(kind)+" "+obj.(*corev1.Pod).Name)
			return nil
		},
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"omitted 9", "MODIFIED a", "omitted 9", "BOOKMARK "}, seen)
}
