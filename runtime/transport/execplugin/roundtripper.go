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

// roundTripper sends requests with the program's credentials.
type roundTripper struct {
	redact.Opaque

	a    *Authenticator
	rt   http.RoundTripper
	last atomic.Pointer[credentials]
}

var _ utilnet.RoundTripperWrapper = (*roundTripper)(nil)

func (a *Authenticator) wrap(rt http.RoundTripper) http.RoundTripper {
	return &roundTripper{a: a, rt: rt}
}

// WrappedRoundTripper returns what lies below.
func (r *roundTripper) WrappedRoundTripper() http.RoundTripper { return r.rt }

// RoundTrip sends the request, and once more with new credentials where the server refuses the first, if the body can be
// sent again. It does not change req.
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
	r.use(creds)
	resp, err := r.rt.RoundTrip(with(req, creds))
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	fresh, err := r.a.get(req.Context(), creds)
	if err != nil || req.Body != nil && req.GetBody == nil {
		return resp, nil //nolint:nilerr // the refusal is what the caller asked about
	}
	again := with(req, fresh)
	if req.Body != nil {
		if again.Body, err = req.GetBody(); err != nil {
			return resp, nil //nolint:nilerr // the refusal is what the caller asked about
		}
	}
	drain(resp.Body)
	r.use(fresh)
	return r.rt.RoundTrip(again)
}

// use has connections with another certificate than that of creds used no more: a connection keeps the certificate that
// it began with.
func (r *roundTripper) use(creds *credentials) {
	if last := r.last.Swap(creds); last != nil && last != creds && (last.cert != nil || creds.cert != nil) {
		utilnet.CloseIdleConnectionsFor(r.rt)
	}
}

// drain reads a little of an answer that nobody wants, so that its connection can be used again.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 2<<10)
	_ = body.Close()
}

// with returns a copy of a request with credentials.
func with(req *http.Request, creds *credentials) *http.Request {
	req = utilnet.CloneRequest(req)
	if token := creds.token.Reveal(); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return req
}
