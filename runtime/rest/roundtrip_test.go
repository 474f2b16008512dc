package rest

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRoundTripEqualsHTTPClientDo sends the same requests both ways and compares what was sent, the answers and the errors.
func TestRoundTripEqualsHTTPClientDo(t *testing.T) {
	answers := func(code int, location string) roundTripperFunc {
		final := code
		if location != "" {
			final = http.StatusOK
		}
		return func(req *http.Request) (*http.Response, error) {
			if location == "" || strings.HasSuffix(req.URL.Path, "/there") {
				return &http.Response{StatusCode: final, Body: io.NopCloser(strings.NewReader("fine")), Header: http.Header{}}, nil
			}
			return &http.Response{StatusCode: code, Body: http.NoBody, Header: http.Header{"Location": {location}}}, nil
		}
	}
	errGone := errors.New("gone")
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	for name, test := range map[string]struct {
		rt     roundTripperFunc
		method string
		url    string
		change func(*http.Client)
	}{
		"an answer":                      {rt: answers(200, "")},
		"a refusal":                      {rt: answers(404, "")},
		"not modified":                   {rt: answers(304, "")},
		"a redirect":                     {rt: answers(301, "/there")},
		"a redirect that is not a GET":   {rt: answers(302, "/there"), method: http.MethodPost},
		"a redirect that keeps a body":   {rt: answers(307, "/there"), method: http.MethodPut},
		"a redirect to another host":     {rt: answers(302, "http://elsewhere/there")},
		"a redirect to an invalid URL":   {rt: answers(302, "http://%zz/")},
		"a redirect in circles":          {rt: answers(302, "/here")},
		"an error":                       {rt: func(*http.Request) (*http.Response, error) { return nil, errGone }},
		"an error of a POST":             {rt: func(*http.Request) (*http.Response, error) { return nil, errGone }, method: http.MethodPost},
		"an answer and an error":         {rt: func(*http.Request) (*http.Response, error) { return &http.Response{}, errGone }},
		"neither an answer nor an error": {rt: func(*http.Request) (*http.Response, error) { return nil, nil }},
		"an answer without a body":       {rt: func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: http.StatusOK}, nil }},
		"a Content-Length without a body": {rt: func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, ContentLength: 5}, nil
		}},
		"a URL with a password": {rt: answers(200, ""), url: "http://me:secret@host/"},
		"an error with such a URL": {
			rt: func(*http.Request) (*http.Response, error) { return nil, errGone }, url: "http://me:secret@host/",
		},
		"cookies":   {rt: answers(200, ""), change: func(c *http.Client) { c.Jar = jar }},
		"a timeout": {rt: answers(200, ""), change: func(c *http.Client) { c.Timeout = time.Minute }},
	} {
		t.Run(name, func(t *testing.T) {
			type outcome struct {
				sent       []string
				code       int
				body, text string
				gone       bool
			}
			send := func(do func(*http.Client, *http.Request) (*http.Response, error)) outcome {
				var got outcome
				client := &http.Client{CheckRedirect: withinServer(""), Transport: roundTripperFunc(func(req *http.Request) (*http.Response, error) {
					var body []byte
					if req.Body != nil {
						body, _ = io.ReadAll(req.Body)
					}
					got.sent = append(got.sent, strings.Join([]string{
						req.Method, req.URL.Redacted(), req.Host, string(body), req.Header.Get("Authorization"), req.Header.Get("Accept"),
					}, " "))
					return test.rt(req)
				})}
				if test.change != nil {
					test.change(client)
				}
				method, url := test.method, test.url
				if method == "" {
					method = http.MethodGet
				}
				if url == "" {
					url = "http://host/here"
				}
				req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader("body"))
				require.NoError(t, err)
				req.Header.Set("Accept", "a")
				resp, err := do(client, req)
				if err != nil {
					got.text, got.gone = err.Error(), errors.Is(err, errGone)
					assert.NotContains(t, got.text, "secret")
				}
				if resp != nil && resp.Body != nil {
					body, _ := io.ReadAll(resp.Body)
					assert.NoError(t, resp.Body.Close())
					got.code, got.body = resp.StatusCode, string(body)
				}
				return got
			}
			assert.Equal(t, send((*http.Client).Do), send(roundTrip))
		})
	}
}
