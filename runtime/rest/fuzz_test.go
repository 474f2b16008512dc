package rest

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
)

func fuzzClient(f *testing.F, answer func(*http.Request) (*http.Response, error)) *RESTClient {
	f.Helper()
	content := ClientContentConfig{
		GroupVersion: corev1.SchemeGroupVersion,
		Negotiator:   runtime.NewClientNegotiator(codecs().WithoutConversion(), corev1.SchemeGroupVersion),
	}
	base := &url.URL{Scheme: "http", Host: "host", Path: "/base/"}
	client, err := NewRESTClient(base, "/api/v1", content, nil, &http.Client{Transport: roundTripperFunc(answer)})
	require.NoError(f, err)
	return client
}

// FuzzPathSegments checks that no value leaves its segment of the path: either a server parses what was meant, or nothing is
// sent.
func FuzzPathSegments(f *testing.F) {
	for _, seed := range [][4]string{
		{"default", "pods", "web", "log"}, {"..", "pods", ".", ""}, {"a/b", "p%2e", "%2e%2e", "/"}, {"", "pods", "x", ""}, {"ns", "Pods", "a?b#c", "é\x00"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	client := fuzzClient(f, nil)
	f.Fuzz(func(t *testing.T, namespace, resource, name, subresource string) {
		r := client.Get().Namespace(namespace).Resource(resource).Name(name)
		want := []string{"base", "api", "v1", "namespaces", namespace, strings.ToLower(resource), name}
		if subresource != "" {
			r = r.SubResource(subresource)
			want = append(want, subresource)
		}
		if r.check() != nil || resource == "" {
			return
		}
		seen, err := url.ParseRequestURI(r.URL().RequestURI())
		require.NoError(t, err)
		require.Equal(t, want, strings.Split(strings.TrimPrefix(seen.Path, "/"), "/"))
		require.Empty(t, seen.RawQuery)
	})
}

// FuzzAnswers checks that every answer is an object or an error, and that an answer with a status of failure is an error of
// api/errors.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{pod, status(409, "Conflict"), `{"kind":"Status"}`, "<html>", "", "k8s\x00\xff", `{"kind":"Status","apiVersion":"v1","status":"Failure","code":-1}`} {
		f.Add(uint16(404), "application/json", []byte(seed))
		f.Add(uint16(200), "application/json", []byte(seed))
	}
	f.Add(uint16(500), "text/html; charset=\xff", []byte("x"))
	var code int
	var contentType string
	var body []byte
	client := fuzzClient(f, func(req *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: code, Header: http.Header{"Content-Type": {contentType}}, Request: req,
			Body: http.MaxBytesReader(nil, readCloser{strings.NewReader(string(body))}, 1<<20), ContentLength: int64(len(body)),
		}, nil
	})
	f.Fuzz(func(t *testing.T, status uint16, media string, data []byte) {
		code, contentType, body = 200+int(status)%400, media, data
		got := &corev1.Pod{}
		err := client.Get().Resource("pods").Name("web").Do(t.Context()).Into(got)
		if code <= http.StatusPartialContent {
			return
		}
		var described apierrors.APIStatus
		if !errors.As(err, &described) {
			require.Error(t, err)
			require.Less(t, code, 400, "%v", err) // redirects without a place are net/http's errors
			return
		}
		require.LessOrEqual(t, len(err.Error()), len(data)+4*quoteLimit)
	})
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }
