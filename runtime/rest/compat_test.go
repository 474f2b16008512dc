package rest

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"
	"k8s.io/klog/v2/textlogger"
)

// The answer to HEAD has the Content-Length of GET and no body.
func TestHEAD(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, http.MethodHead, r.Method)
		w.Header().Set("Content-Length", "1234")
	})
	data, err := client.Verb(http.MethodHead).AbsPath("/x").DoRaw(t.Context())
	require.NoError(t, err)
	assert.Empty(t, data)
	var code int
	require.NoError(t, client.Verb(http.MethodHead).AbsPath("/x").Do(t.Context()).StatusCode(&code).Error())
	assert.Equal(t, 200, code)
}

// A watch whose answer has no content type is read in the media type that the client prefers.
func TestAWatchWithoutContentType(t *testing.T) {
	url, _ := misbehave(t, func(_ int32, c *net.TCPConn) {
		respond(c, "200 OK", []string{"X: y"}, `{"type":"ADDED","object":`+pod+"}")
	})
	w, err := faultClient(t, faultConfig(url)).Get().Resource("pods").Watch(t.Context())
	require.NoError(t, err)
	defer w.Stop()
	event := <-w.ResultChan()
	assert.Equal(t, watch.Added, event.Type)
	assert.Equal(t, "web", event.Object.(*corev1.Pod).Name)
}

func TestAStreamIsNotSentAgain(t *testing.T) {
	url, sent := misbehave(t, func(_ int32, c *net.TCPConn) { reset(c) })
	_, err := faultClient(t, faultConfig(url)).Get().Resource("pods").Stream(t.Context())
	require.Error(t, err)
	assert.EqualValues(t, 1, sent.Load())
}

// If an answer is no Status, the text of the error is that of client-go, and the details quote the answer.
func TestErrorsQuoteTheAnswer(t *testing.T) {
	for contentType, test := range map[string]struct{ body, text string }{
		"text/plain":       {"upstream is asleep", "an error on the server (\"upstream is asleep\") has prevented the request from succeeding (get pods)"},
		"application/json": {`{"oops":1}`, `an error on the server ("{\"oops\":1}") has prevented the request from succeeding (get pods)`},
	} {
		client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, test.body)
		})
		err := client.Get().Resource("pods").Do(t.Context()).Error()
		require.EqualError(t, err, test.text)
		assert.Equal(t, test.body, quoteOf(t, err))
	}
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "who?")
	})
	err := client.Get().Resource("pods").Do(t.Context()).Error()
	require.EqualError(t, err, "the server could not find the requested resource (get pods)")
	assert.Equal(t, "who?", quoteOf(t, err))
}

func TestErrorsNameWebPages(t *testing.T) {
	for name, test := range map[string]struct {
		code              int
		contentType, body string
	}{
		"a login page":                   {200, "text/html; charset=utf-8", "<html>please log in</html>"},
		"a failure":                      {403, "text/html", "<html>no</html>"},
		"a failure, without type":        {503, "", "\n <!DOCTYPE html><html></html>"},
		"a page of another content type": {502, "text/plain", "<HTML>"},
	} {
		t.Run(name, func(t *testing.T) {
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{test.contentType}
				w.WriteHeader(test.code)
				_, _ = io.WriteString(w, test.body)
			})
			const want = "the answer is an HTML page, such as a login page"
			require.ErrorContains(t, client.Get().Resource("pods").Do(t.Context()).Into(&corev1.PodList{}), want)
			_, err := list(t.Context(), client, nil)
			require.ErrorContains(t, err, want)
			_, err = client.Get().Resource("pods").Watch(t.Context())
			require.ErrorContains(t, err, want)
		})
	}
}

// countingBackoff counts the sleeps that a backoff manager is asked for.
type countingBackoff struct {
	NoBackoff

	sleeps int
}

func (s *countingBackoff) SleepWithContext(context.Context, time.Duration) { s.sleeps++ }

func TestABackoffManagerSleepsBeforeEachAttempt(t *testing.T) {
	client, _ := scripted(t, throttled("0"), fine)
	manager := &countingBackoff{}
	require.NoError(t, client.Get().Resource("pods").BackOffWithContext(manager).Do(t.Context()).Error())
	assert.Equal(t, 2, manager.sleeps)
}

func TestAnEarlierErrorIsNamedWithoutItsURL(t *testing.T) {
	client, _ := scripted(t, reply{err: io.EOF}, reply{err: context.Canceled})
	err := client.Get().Resource("pods").Do(t.Context()).Error()
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "- error from a previous attempt: EOF")
}

func TestPathsWithoutABase(t *testing.T) {
	request := func() *Request { return NewRequestWithClient(&url.URL{}, "", ClientContentConfig{}, nil) }
	assert.Equal(t, "a/b/c", request().AbsPath("a/b", "c").URL().String())
	assert.Equal(t, "/a/", request().AbsPath("/a/").URL().String())
}

// Bodies are logged from verbosity 8 on, but bodies with credentials never.
func TestBodiesInLogs(t *testing.T) {
	const hidden = "czNjcmV0"
	for name, test := range map[string]struct {
		verbosity int
		path      string
		body      string
		want      []string
	}{
		"below 8":                       {7, "/api/v1/pods", pod, nil},
		"at 8":                          {8, "/api/v1/pods", pod, []string{`"Request Body"`, "ping", `"Response Body"`, "web"}},
		"a long one":                    {8, "/api/v1/pods", strings.Repeat("a", 2000), []string{"[truncated 976 chars]"}},
		"binary":                        {8, "/api/v1/pods", "k8s\x00\x01", []string{"6b 38 73 00 01"}},
		"a Secret":                      {10, "/api/v1/namespaces/x/secrets/y", hidden, []string{"<masked: 8 bytes>"}},
		"a token":                       {10, "/api/v1/namespaces/x/serviceaccounts/y/token", hidden, []string{"<masked: 8 bytes>"}},
		"a Secret elsewhere":            {10, "/other", `{"items":[{"kind" : "Secret","data":"` + hidden + `"}]}`, []string{"<masked"}},
		"a Secret in protobuf":          {10, "/other", "k8s\x00\x06Secret" + hidden, []string{"<masked"}},
		"a review of a token":           {10, "/other", `{"kind":"TokenReview","spec":"` + hidden + `"}`, []string{"<masked"}},
		"a list of Secrets":             {10, "/other", `{"kind":"SecretList","items":"` + hidden + `"}`, []string{"<masked"}},
		"a pod with the word Secret":    {8, "/other", `{"kind":"Pod","x":"Secret"}`, []string{`kind`, "Pod"}},
		"a resource named like secrets": {8, "/api/v1/secretstores", "[]", []string{`"Response Body" body="[]"`}},
	} {
		t.Run(name, func(t *testing.T) {
			var log strings.Builder
			logger := textlogger.NewLogger(textlogger.NewConfig(textlogger.Verbosity(test.verbosity), textlogger.Output(&log)))
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, test.body) })
			_, _ = client.Post().AbsPath(test.path).Body([]byte("ping")).DoRaw(klog.NewContext(t.Context(), logger))
			for _, want := range test.want {
				assert.Contains(t, log.String(), want)
			}
			if test.want == nil {
				assert.NotContains(t, log.String(), "Body")
			} else {
				assert.Contains(t, log.String(), "compat_test.go", "the line names the caller that sent the request")
			}
			assert.NotContains(t, log.String(), hidden)
		})
	}
}

func TestUserAgent(t *testing.T) {
	config := &Config{}
	require.NoError(t, SetKubernetesDefaults(config))
	assert.Contains(t, config.UserAgent, "kubernetes/")
	assert.Contains(t, config.UserAgent, "typewright")
}

// A timeout of the configuration ends a request as the end of a context does.
func TestTimeoutsAreDeadlineErrors(t *testing.T) {
	url, _ := misbehave(t, func(_ int32, c *net.TCPConn) { _, _ = c.Read(make([]byte, 1)) })
	config := faultConfig(url)
	config.Timeout = 100 * time.Millisecond
	client := faultClient(t, config)
	_, err := client.Get().AbsPath("/").DoRaw(t.Context())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "deadline exceeded")
	// A stream gets the error of the HTTP client, whose text depends on a race between two of its timers.
	_, err = client.Get().AbsPath("/").Stream(t.Context())
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// countingManager is a backoff manager without contexts.
type countingManager struct {
	NoBackoff

	calls []string
}

func (m *countingManager) UpdateBackoff(*url.URL, error, int) { m.calls = append(m.calls, "update") }

func (m *countingManager) CalculateBackoff(*url.URL) time.Duration {
	m.calls = append(m.calls, "calculate")
	return time.Minute
}

func (m *countingManager) Sleep(d time.Duration) { m.calls = append(m.calls, "sleep "+d.String()) }

func TestABackoffManagerWithoutContexts(t *testing.T) {
	manager := &countingManager{}
	client := serve(t, func(http.ResponseWriter, *http.Request) {})
	require.NoError(t, client.Get().AbsPath("/version").BackOff(manager).Do(t.Context()).Error())
	assert.Equal(t, []string{"calculate", "sleep 1m0s", "update"}, manager.calls)
	require.NoError(t, client.Get().AbsPath("/version").BackOff(nil).Do(t.Context()).Error())
}

func TestWarningsAreCounted(t *testing.T) {
	var out strings.Builder
	writer := NewWarningWriter(&out, WarningWriterOptions{Deduplicate: true})
	for _, text := range []string{"old", "old", "older"} {
		writer.HandleWarningHeader(299, "", text)
	}
	assert.Equal(t, 2, writer.WarningCount())
}

func TestCopiesOfTLSConfigurationsShareNothing(t *testing.T) {
	original := &TLSClientConfig{ServerName: "s", CertData: []byte("c"), KeyData: []byte("k"), CAData: []byte("a"), NextProtos: []string{"h2"}}
	c := original.DeepCopy()
	assert.Equal(t, original, c)
	c.CertData[0], c.KeyData[0], c.CAData[0], c.NextProtos[0] = 'x', 'x', 'x', "x"
	assert.Equal(t, &TLSClientConfig{ServerName: "s", CertData: []byte("c"), KeyData: []byte("k"), CAData: []byte("a"), NextProtos: []string{"h2"}}, original)
	assert.Nil(t, (*TLSClientConfig)(nil).DeepCopy())
}

// Raw returns the body of a refused request beside its error.
func TestRawReturnsTheBodyOfARefusal(t *testing.T) {
	const status = `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"no","reason":"Forbidden","code":403}`
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(status))
	})
	result := client.Get().AbsPath("/version").Do(t.Context())
	body, err := result.Raw()
	assert.JSONEq(t, status, string(body))
	assert.True(t, apierrors.IsUnexpectedServerError(err), "%v", err)
	require.EqualError(t, result.Error(), "no")
	assert.True(t, apierrors.IsForbidden(err))
}
