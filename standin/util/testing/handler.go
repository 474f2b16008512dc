// Package testing has helpers for tests of HTTP clients.
package testing

import (
	"io"
	"net/http"
	"net/url"
	"reflect"
	"sync"
)

// TestInterface is what the checks of a FakeHandler report to, such as a *testing.T.
type TestInterface interface {
	Errorf(format string, args ...any)
	Logf(format string, args ...any)
}

// LogInterface is what a FakeHandler logs to, such as a *testing.T.
type LogInterface interface {
	Logf(format string, args ...any)
}

// FakeHandler answers each request with StatusCode and ResponseBody, and keeps the last request for the checks. Its fields may not be
// used while requests are on their way.
type FakeHandler struct {
	// RequestReceived and RequestBody are the last request.
	RequestReceived *http.Request
	RequestBody     string
	StatusCode      int
	ResponseBody    string
	// T gets errors of serving; nil for none.
	T LogInterface
	// SkipRequestFn returns true for requests that are answered with 404 and not kept; nil for none.
	SkipRequestFn func(verb string, url url.URL) bool

	mu       sync.Mutex
	requests int
	checked  bool
}

// SetResponseBody changes the body of later answers.
func (f *FakeHandler) SetResponseBody(responseBody string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ResponseBody = responseBody
}

// ServeHTTP keeps the request and answers it. It panics on a request after [FakeHandler.ValidateRequest]: the test has made one too
// many.
func (f *FakeHandler) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.SkipRequestFn != nil && f.SkipRequestFn(request.Method, *request.URL) {
		response.WriteHeader(http.StatusNotFound)
		return
	}
	f.requests++
	if f.checked {
		panic("a request came after the check of the last one: " + request.Method + " " + request.URL.Path)
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		f.logf("cannot read the body of a request: %v", err)
	}
	f.RequestReceived, f.RequestBody = request, string(body)
	response.Header().Set("Content-Type", "application/json")
	response.WriteHeader(f.StatusCode)
	if _, err := io.WriteString(response, f.ResponseBody); err != nil {
		f.logf("cannot write an answer: %v", err)
	}
}

func (f *FakeHandler) logf(format string, args ...any) {
	if f.T != nil {
		f.T.Logf(format, args...)
	}
}

// ValidateRequestCount reports whether count requests have come, and tells t if not.
func (f *FakeHandler) ValidateRequestCount(t TestInterface, count int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.requests != count {
		t.Errorf("%d requests have come, expected are %d, the last one is %v", f.requests, count, f.RequestReceived)
	}
	f.checked = true
	return f.requests == count
}

// ValidateRequest tells t if the last request has not the path, with its query, and the method, or another body. A nil body is not
// compared.
func (f *FakeHandler) ValidateRequest(t TestInterface, expectedPath, expectedMethod string, body *string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.checked = true
	if f.RequestReceived == nil {
		t.Errorf("no request has come, expected is %s %s", expectedMethod, expectedPath)
		return
	}
	expected, err := url.Parse(expectedPath)
	if err != nil {
		t.Errorf("cannot read the expected path %q: %v", expectedPath, err)
		return
	}
	got := f.RequestReceived.URL
	if got.Path != expected.Path || !reflect.DeepEqual(got.Query(), expected.Query()) {
		t.Errorf("the path is %s, expected is %s", got.RequestURI(), expectedPath)
	}
	if f.RequestReceived.Method != expectedMethod {
		t.Errorf("the method is %s, expected is %s", f.RequestReceived.Method, expectedMethod)
	}
	if body != nil && *body != f.RequestBody {
		t.Errorf("the body is %q, expected is %q", f.RequestBody, *body)
	}
}
