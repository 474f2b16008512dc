package rest

import (
	"fmt"
	"net/http"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// roundTrip does what client.Do does. An http.Client readies itself for redirects before each request: it copies headers
// and URL, a tenth of all that a small GET allocates. Here it is asked when it is needed, with the answer at hand: for a
// redirect, an error, and whatever else is not plain. Errors name the URL without what may be secret in it.
func roundTrip(client *http.Client, req *http.Request) (*http.Response, error) {
	if client.Transport == nil || client.Jar != nil || client.Timeout != 0 || req.URL.User != nil {
		resp, err := client.Do(req)
		return resp, redact.Error(err)
	}
	resp, err := client.Transport.RoundTrip(req)
	if err == nil && resp != nil && resp.Body != nil && resp.StatusCode/100 != http.StatusMultipleChoices/100 {
		return resp, nil
	}
	if err == nil {
		err = faulty(client.Transport, resp)
	}
	answered := *client
	answered.Transport = &answeredAlready{RoundTripper: client.Transport, resp: resp, err: err}
	resp, err = answered.Do(req)
	return resp, redact.Error(err)
}

// faulty names a round tripper that answers with what is no answer: http.Client would name the one below.
func faulty(rt http.RoundTripper, resp *http.Response) error {
	switch {
	case resp == nil:
		return fmt.Errorf("http: RoundTripper implementation (%T) returned a nil *Response with a nil error", rt)
	case resp.Body == nil && resp.ContentLength > 0:
		return fmt.Errorf("http: RoundTripper implementation (%T) returned a *Response with content length %d but a nil Body", rt, resp.ContentLength)
	default:
		return nil
	}
}

// answeredAlready has the answer to the first request, and sends those that follow, which are redirects.
type answeredAlready struct {
	http.RoundTripper

	resp *http.Response
	err  error
	used bool
}

func (a *answeredAlready) RoundTrip(req *http.Request) (*http.Response, error) {
	if a.used {
		return a.RoundTripper.RoundTrip(req)
	}
	a.used = true
	return a.resp, a.err
}
