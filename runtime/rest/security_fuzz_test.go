package rest

import (
	"bytes"
	"encoding/binary"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

// FuzzSecurityWatchFrames checks that a stream, in JSON or protobuf, can do no more to a client than end its watch, and that
// the pieces it comes in do not matter.
func FuzzSecurityWatchFrames(f *testing.F) {
	event := `{"type":"ADDED","object":` + pod + `}`
	frame := func(text string) string { return string(binary.BigEndian.AppendUint32(nil, uint32(len(text)))) + text }
	f.Add([]byte(event+"\n"+event), false, byte(1))
	f.Add([]byte(event+`{"type":"ERROR","object":`+status(410, "Expired")+"}"), false, byte(3))
	f.Add([]byte(`{"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"-1"}}}`), false, byte(7))
	f.Add([]byte(frame("k8s\x00")+frame("")+"\xff\xff\xff\xff"), true, byte(2))
	f.Add([]byte(frame("\x0a\x05ADDED\x12\x09\x0a\x07{\"a\":1}")), true, byte(1))
	var stream []byte
	var contentType string
	var size int
	client := fuzzClient(f, func(req *http.Request) (*http.Response, error) {
		body := struct {
			io.Reader
			io.Closer
		}{&pieces{bytes.NewReader(stream), size}, io.NopCloser(nil)}
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {contentType}}, Request: req, Body: body, ContentLength: -1}, nil
	})
	f.Fuzz(func(t *testing.T, data []byte, protobuf bool, most byte) {
		stream, contentType = data, "application/json"
		if protobuf {
			contentType = runtime.ContentTypeProtobuf + ";stream=watch"
		}
		read := func(pieces int) (events int, text string) {
			size = pieces
			err := client.Get().Resource("pods").WatchInto(t.Context(), WatchConsumer{Each: func(_ watch.EventType, obj runtime.Object) error {
				require.NotNil(t, obj)
				events++
				return nil
			}})
			if err != nil {
				text = err.Error()
			}
			require.LessOrEqual(t, len(text), 8*len(data)+4<<10)
			return events, text
		}
		events, text := read(1 << 20)
		again, textAgain := read(1 + int(most))
		require.Equal(t, events, again)
		require.Equal(t, text == "", textAgain == "", "%s / %s", text, textAgain)
	})
}

// FuzzSecurityLists checks that a list that comes in pieces equals one that comes at once.
func FuzzSecurityLists(f *testing.F) {
	for _, seed := range []string{
		listBegin + `,"items":[` + pod + `,` + pod + `]}`, listBegin + `}`, `{"items":[{"metadata":{"name":"\\\""}}]}`,
		`{"items":null}`, `{"items":{}}`, listBegin + `,"items":[` + pod[:40], `{"a":"\u0022","items":[]}`,
	} {
		f.Add([]byte(seed), byte(1))
	}
	var stream []byte
	var size int
	client := fuzzClient(f, func(req *http.Request) (*http.Response, error) {
		body := struct {
			io.Reader
			io.Closer
		}{&pieces{bytes.NewReader(stream), size}, io.NopCloser(nil)}
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: req, Body: body, ContentLength: -1}, nil
	})
	f.Fuzz(func(t *testing.T, data []byte, most byte) {
		stream = data
		read := func(pieces int) (names []string, meta metav1.ListMeta, text string) {
			size = pieces
			into, err := list(t.Context(), client, func(pod *corev1.Pod) error { names = append(names, pod.Name); return nil })
			if err != nil {
				return names, metav1.ListMeta{}, err.Error()
			}
			return names, into.ListMeta, ""
		}
		names, meta, text := read(1 << 20)
		namesAgain, metaAgain, textAgain := read(1 + int(most))
		require.Equal(t, names, namesAgain)
		require.Equal(t, meta, metaAgain)
		require.Equal(t, text, textAgain)
	})
}

// pieces is a stream that comes in pieces of at most size bytes.
type pieces struct {
	io.Reader

	size int
}

func (p *pieces) Read(to []byte) (int, error) { return p.Reader.Read(to[:min(len(to), p.size)]) }
