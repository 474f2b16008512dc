package rest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/flowcontrol"
)

func parameters() runtime.ParameterCodec {
	scheme := runtime.NewScheme()
	metav1.AddToGroupVersion(scheme, corev1.SchemeGroupVersion)
	return runtime.NewParameterCodec(scheme)
}

func TestURLs(t *testing.T) {
	client, err := RESTClientFor(configFor(t, "https://host:6443/base"))
	require.NoError(t, err)
	limit := &metav1.ListOptions{Limit: 5, LabelSelector: "a=b"}
	for name, test := range map[string]struct {
		request *Request
		want    string
	}{
		"object":         {client.Get().Namespace("ns").Resource("pods").Name("web"), "/base/api/v1/namespaces/ns/pods/web"},
		"subresource":    {client.Put().Namespace("ns").Resource("pods").Name("web").SubResource("status"), "/base/api/v1/namespaces/ns/pods/web/status"},
		"all namespaces": {client.Get().Namespace("").Resource("Pods"), "/base/api/v1/pods"},
		"cluster scope":  {client.Get().NamespaceIfScoped("ns", false).Resource("nodes"), "/base/api/v1/nodes"},
		"options":        {client.Get().Resource("pods").VersionedParams(limit, parameters()), "/base/api/v1/pods?labelSelector=a%3Db&limit=5"},
		"timeout":        {client.Get().Resource("pods").Timeout(time.Second), "/base/api/v1/pods?timeout=1s"},
		"absolute":       {client.Get().AbsPath("/version"), "/base/version"},
		"trailing slash": {client.Get().AbsPath("/apis/"), "/base/apis/"},
		"prefix, suffix": {client.Get().Prefix("proxy").Resource("nodes").Name("n").Suffix("logs", "a"), "/base/api/v1/proxy/nodes/n/logs/a"},
		"uri":            {client.Get().RequestURI("/other?x=1"), "/base/other?x=1"},
		"name with dots": {client.Get().Resource("nodes").Name("a.b"), "/base/api/v1/nodes/a.b"},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, test.request.Error())
			assert.Equal(t, test.want, test.request.URL().RequestURI())
		})
	}
}

func TestInvalidRequestsAreNotSent(t *testing.T) {
	var sent atomic.Int32
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) { sent.Add(1); answer(w, 200, pod) })
	for name, test := range map[string]struct {
		request *Request
		want    string
	}{
		"parent folder":      {client.Get().Resource("pods").Name(".."), `invalid resource name ".."`},
		"slash":              {client.Get().Resource("pods").Name("a/b"), `invalid resource name "a/b"`},
		"percent":            {client.Get().Namespace("%2e").Resource("pods"), `invalid namespace "%2e"`},
		"subresource":        {client.Get().Resource("pods").Name("a").SubResource("x", ".."), `invalid subresource ".."`},
		"empty name":         {client.Get().Resource("pods").Name(""), "resource name may not be empty"},
		"two names":          {client.Get().Resource("pods").Name("a").Name("b"), `resource name already set to "a", cannot change to "b"`},
		"get, no namespace":  {client.Get().Namespace("").Resource("pods").Name("a"), "an empty namespace may not be set when a resource name is provided"},
		"post, no namespace": {client.Post().Namespace("").Resource("pods"), "an empty namespace may not be set during creation"},
		"strange body":       {client.Post().Resource("pods").Body(42), "unknown type used for body: int"},
		"the first error":    {client.Get().Resource("a/b").Name(""), `invalid resource "a/b"`},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.request.Do(t.Context()).Error()
			require.ErrorContains(t, err, test.want)
			var construction *RequestConstructionError
			require.ErrorAs(t, err, &construction)
		})
	}
	assert.Zero(t, sent.Load())
}

func TestInto(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "application/json, */*", r.Header.Get("Accept"))
		w.Header().Add("Warning", `299 - "old"`)
		answer(w, http.StatusCreated, pod)
	})
	var got corev1.Pod
	var code int
	var created bool
	result := client.Get().Namespace("default").Resource("pods").Name("web").Do(t.Context()).StatusCode(&code).WasCreated(&created)
	require.NoError(t, result.Into(&got))
	assert.Equal(t, "web", got.Name)
	assert.Equal(t, http.StatusCreated, code)
	assert.True(t, created)
	require.Len(t, result.Warnings(), 1)
	assert.Equal(t, "old", result.Warnings()[0].Text)
	obj, err := result.Get()
	require.NoError(t, err)
	assert.Equal(t, &got, obj)
}

func TestAnswersThatAreErrors(t *testing.T) {
	long := "<html>" + strings.Repeat("x", 10_000)
	for name, test := range map[string]struct {
		code        int
		contentType string
		body        string
		is          func(error) bool
		text        string
	}{
		"a status":        {404, "application/json", status(404, "NotFound"), apierrors.IsNotFound, "no luck"},
		"a conflict":      {409, "application/json", status(409, "Conflict"), apierrors.IsConflict, "no luck"},
		"a 200 status":    {200, "application/json", status(403, "Forbidden"), apierrors.IsForbidden, "no luck"},
		"HTML":            {503, "text/html", "<html>sorry</html>", apierrors.IsServiceUnavailable, "the server is currently unable to handle the request"},
		"HTML, long":      {500, "text/html", long, apierrors.IsInternalError, "(10006 bytes in all)"},
		"no body":         {401, "", "", apierrors.IsUnauthorized, "the server has asked for the client to provide credentials"},
		"HTML on success": {200, "text/html", "<html>", func(err error) bool { return err != nil }, "text/html"},
	} {
		t.Run(name, func(t *testing.T) {
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", test.contentType)
				w.WriteHeader(test.code)
				_, _ = io.WriteString(w, test.body)
			})
			err := client.Get().Resource("pods").Name("web").Do(t.Context()).Into(&corev1.Pod{})
			require.Error(t, err)
			assert.True(t, test.is(err), "%v", err)
			assert.ErrorContains(t, err, test.text)
			assert.Less(t, len(err.Error()), 4096, "quotes are bounded")
		})
	}
}

func TestRawReturnsAnyContentType(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "ok")
	})
	data, err := client.Get().AbsPath("/readyz").Do(t.Context()).Raw()
	require.NoError(t, err)
	assert.Equal(t, "ok", string(data))
}

func TestRetryAfter(t *testing.T) {
	var bodies []string
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		bodies = append(bodies, string(data))
		if len(bodies) < 3 {
			w.Header().Set("Retry-After", "0")
			answer(w, http.StatusTooManyRequests, status(429, "TooManyRequests"))
			return
		}
		answer(w, 200, pod)
	})
	err := client.Patch(types.MergePatchType).Resource("pods").Name("web").Body([]byte("{}")).Do(t.Context()).Error()
	require.NoError(t, err)
	assert.Equal(t, []string{"{}", "{}", "{}"}, bodies, "the body is sent again")
}

func TestRetriesEnd(t *testing.T) {
	for name, test := range map[string]struct {
		retryAfter string
		change     func(*Request) *Request
		want       int32
	}{
		"after ten by default":             {"0", func(r *Request) *Request { return r }, 11},
		"after MaxRetries":                 {"0", func(r *Request) *Request { return r.MaxRetries(2) }, 3},
		"at once without Retry-After":      {"", func(r *Request) *Request { return r }, 1},
		"at once without a body to repeat": {"0", func(r *Request) *Request { return r.Verb("POST").Body(io.MultiReader(bytes.NewReader(nil))) }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var sent atomic.Int32
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				sent.Add(1)
				if test.retryAfter != "" {
					w.Header().Set("Retry-After", test.retryAfter)
				}
				answer(w, http.StatusServiceUnavailable, status(503, "ServiceUnavailable"))
			})
			err := test.change(client.Get().Resource("pods")).Do(t.Context()).Error()
			assert.True(t, apierrors.IsServiceUnavailable(err), "%v", err)
			assert.Equal(t, test.want, sent.Load())
		})
	}
}

func TestTheContextEndsWaitsBeforeARequest(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "300")
		answer(w, http.StatusTooManyRequests, status(429, "TooManyRequests"))
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, client.Get().Resource("pods").Do(ctx).Error(), context.DeadlineExceeded)

	slow := flowcontrol.NewTokenBucketRateLimiter(0.001, 1)
	require.True(t, slow.TryAccept())
	err := client.Get().Resource("pods").Throttle(slow).Do(ctx).Error()
	require.ErrorIs(t, err, context.DeadlineExceeded)
	ctx, cancel = context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	err = client.Get().Resource("pods").Throttle(slow).Do(ctx).Error()
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.ErrorContains(t, err, "client rate limiter Wait")
}

func TestResetConnections(t *testing.T) {
	for verb, want := range map[string]int32{http.MethodGet: 2, http.MethodPost: 1} {
		t.Run(verb, func(t *testing.T) {
			var sent atomic.Int32
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if sent.Add(1) == 1 {
					panic(http.ErrAbortHandler)
				}
				answer(w, 200, pod)
			})
			err := client.Verb(verb).Resource("pods").MaxRetries(1).Do(t.Context()).Error()
			assert.Equal(t, want, sent.Load())
			assert.Equal(t, verb == http.MethodGet, err == nil, "%v", err)
		})
	}
}

func TestAClientIsSafeForConcurrentUse(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, pod) })
	var all sync.WaitGroup
	for range 1000 {
		all.Go(func() {
			var got corev1.Pod
			assert.NoError(t, client.Get().Namespace("default").Resource("pods").Name("web").Do(t.Context()).Into(&got))
			assert.Equal(t, "web", got.Name)
		})
	}
	all.Wait()
}

func TestSecretsAreNotPrinted(t *testing.T) {
	config := &Config{Host: "https://u:s3cret@h", Password: "s3cret", BearerToken: "s3cret", TLSClientConfig: TLSClientConfig{KeyData: []byte("s3cret")}}
	for _, text := range []string{config.String(), config.GoString(), config.TLSClientConfig.String()} {
		assert.NotContains(t, text, "s3cret")
		assert.NotContains(t, text, "0x73, 0x33", "the bytes of the secret")
	}
	assert.Contains(t, config.String(), `Host:"https://u:xxxxx@h"`)
}

func TestCredentialsDoNotFollowARedirect(t *testing.T) {
	var stolen atomic.Int32
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { stolen.Add(1) }))
	defer thief.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/pods/near" {
			http.Redirect(w, r, "/api/v1/pods/web", http.StatusFound)
			return
		}
		if r.URL.Path == "/api/v1/pods/web" {
			assert.Equal(t, "Bearer t", r.Header.Get("Authorization"))
			answer(w, 200, pod)
			return
		}
		http.Redirect(w, r, thief.URL+"/x", http.StatusFound)
	}))
	defer server.Close()
	config := configFor(t, server.URL)
	config.BearerToken = "t"
	client, err := RESTClientFor(config)
	require.NoError(t, err)
	require.NoError(t, client.Get().Resource("pods").Name("near").Do(t.Context()).Error())
	err = client.Get().Resource("pods").Name("far").Do(t.Context()).Error()
	require.ErrorContains(t, err, "refused to follow a redirect")
	assert.Zero(t, stolen.Load())
}
