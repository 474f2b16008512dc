package execplugin

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"

	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/within"
)

// roundTripper adds the program's credentials to requests without an Authorization header.
type roundTripper struct {
	redact.Opaque

	a    *Authenticator
	rt   http.RoundTripper
	last atomic.Pointer[credentials] // of the last request; nil before the first
}

var _ utilnet.RoundTripperWrapper = (*roundTripper)(nil)

func (a *Authenticator) wrap(rt http.RoundTripper) http.RoundTripper {
	return &roundTripper{a: a, rt: rt}
}

// WrappedRoundTripper returns the next round tripper.
func (r *roundTripper) WrappedRoundTripper() http.RoundTripper { return r.rt }

// RoundTrip sends the request. If the server responds with 401 and the body can be sent again, it sends the request once more
// with new credentials. If it cannot get any, it returns the first response.
func (r *roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Header.Get("Authorization") != "" {
		return r.rt.RoundTrip(req)
	}
	err := within.Followed(req, "")
	var creds *credentials
	if err == nil {
		if creds, err = r.a.get(req.Context(), nil); err != nil {
			err = fmt.Errorf("getting credentials: %w", err)
		}
	}
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // as http.RoundTripper demands, also of errors
		}
		return nil, err
	}
	r.switchTo(creds)
	resp, err := r.rt.RoundTrip(withCredentials(req, creds))
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	fresh, err := r.a.get(req.Context(), creds)
	if err != nil || req.Body != nil && req.GetBody == nil {
		return resp, nil //nolint:nilerr // the refusal is what the caller asked about
	}
	again := withCredentials(req, fresh)
	if req.Body != nil {
		if again.Body, err = req.GetBody(); err != nil {
			return resp, nil //nolint:nilerr // the refusal is what the caller asked about
		}
	}
	drain(resp.Body)
	r.switchTo(fresh)
	return r.rt.RoundTrip(again)
}

// switchTo closes the idle connections if creds are new and the client certificate may have changed, because a connection keeps
// the certificate of its handshake.
func (r *roundTripper) switchTo(creds *credentials) {
	if last := r.last.Swap(creds); last != nil && last != creds && (last.cert != nil || creds.cert != nil) {
		utilnet.CloseIdleConnectionsFor(r.rt)
	}
}

// drain reads up to 2 KiB of a response that is not needed, so that its connection can be used again, and closes it.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 2<<10)
	_ = body.Close()
}

// withCredentials returns a copy of a request with the token of creds. A client certificate belongs to the connection.
func withCredentials(req *http.Request, creds *credentials) *http.Request {
	req = utilnet.CloneRequest(req)
	if token := creds.token.Reveal(); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return req
}
