package transport

import (
	"net/http"

	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/within"
)

// redirectGuard is a round tripper that refuses requests that follow a redirect away from the server. It is above all round
// trippers that add credentials. An http.Client that follows redirects, a program's own too, sends the next request through
// it; without it the token, the impersonation headers and the body would go to any host that a server names.
type redirectGuard struct {
	redact.Opaque

	rt       http.RoundTripper
	basePath string
}

var _ utilnet.RoundTripperWrapper = (*redirectGuard)(nil)

func (s *redirectGuard) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := within.Followed(req, s.basePath); err != nil {
		return refuse(req, err)
	}
	resp, err := s.rt.RoundTrip(req)
	if resp != nil && resp.Request == nil {
		resp.Request = req // the next check of a redirect starts from it
	}
	return resp, err
}

// refuse returns reason as the error of a request that is not sent, and closes the request's body.
func refuse(req *http.Request, reason error) (*http.Response, error) {
	if req.Body != nil {
		_ = req.Body.Close() // as http.RoundTripper demands, also of errors
	}
	return nil, reason
}

// SetHeaders adds to header what the round tripper below would add to a copy of the request; see headers.SetHeaders.
func (s *redirectGuard) SetHeaders(header http.Header) {
	if below, ok := s.rt.(interface{ SetHeaders(header http.Header) }); ok {
		below.SetHeaders(header)
	}
}

// WrappedRoundTripper returns the next round tripper.
func (s *redirectGuard) WrappedRoundTripper() http.RoundTripper { return s.rt }
