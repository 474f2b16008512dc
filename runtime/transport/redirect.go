package transport

import (
	"net/http"

	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/within"
)

// stays is a round tripper that refuses to follow a redirect away from the server that was asked. It lies above all that
// adds credentials: an http.Client that follows redirects, a program's own too, sends the next request through here, and
// would have the token, the impersonation and the body go to whatever host a server names.
type stays struct {
	redact.Opaque

	rt       http.RoundTripper
	basePath string
}

var _ utilnet.RoundTripperWrapper = (*stays)(nil)

func (s *stays) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := within.Followed(req, s.basePath); err != nil {
		return refuse(req, err)
	}
	resp, err := s.rt.RoundTrip(req)
	if resp != nil && resp.Request == nil {
		resp.Request = req // what a redirect would be followed from
	}
	return resp, err
}

// refuse does not send a request, for a reason.
func refuse(req *http.Request, reason error) (*http.Response, error) {
	if req.Body != nil {
		_ = req.Body.Close() // as http.RoundTripper demands, also of errors
	}
	return nil, reason
}

// SetHeaders sets what the round tripper below would set on a copy of a request with header.
func (s *stays) SetHeaders(header http.Header) {
	if below, ok := s.rt.(interface{ SetHeaders(header http.Header) }); ok {
		below.SetHeaders(header)
	}
}

// WrappedRoundTripper returns the next round tripper.
func (s *stays) WrappedRoundTripper() http.RoundTripper { return s.rt }
