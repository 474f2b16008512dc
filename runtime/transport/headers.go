package transport

import (
	"maps"
	"net/http"
	"slices"

	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/within"
)

// headers is a round tripper that sets missing headers on a copy of the request.
type headers struct {
	redact.Opaque

	rt    http.RoundTripper
	rules []headerRule
}

// headerRule sets headers on requests that lack one header.
type headerRule struct {
	// unless is the header, in canonical form, whose presence turns the rule off.
	unless string
	set    http.Header
	// public means that the headers are not credentials and may be sent anywhere, so redirects are not checked.
	public bool
}

var _ utilnet.RoundTripperWrapper = (*headers)(nil)

// withHeader sets a header on requests that lack it.
func withHeader(rt http.RoundTripper, name, value string) http.RoundTripper {
	return withHeaders(rt, headerRule{unless: name, set: http.Header{name: {value}}, public: name == "User-Agent"})
}

// withHeaders adds a rule to rt. If rt is a headers round tripper, the result replaces it, so that a request is copied once.
func withHeaders(rt http.RoundTripper, rule headerRule) http.RoundTripper {
	for name, values := range rule.set {
		rule.set[name] = slices.Clip(values) // requests share the slice: appending to one must not change the others
	}
	if below, ok := rt.(*headers); ok {
		return &headers{rt: below.rt, rules: append(slices.Clip(below.rules), rule)}
	}
	return &headers{rt: rt, rules: []headerRule{rule}}
}

func (h *headers) RoundTrip(req *http.Request) (*http.Response, error) {
	for i := range h.rules {
		if !h.rules[i].public && req.Response != nil {
			if err := within.Followed(req, ""); err != nil {
				return refuse(req, err)
			}
		}
		if !has(req.Header, h.rules[i].unless) {
			req = cloneRequest(req)
			h.SetHeaders(req.Header)
			break
		}
	}
	return h.rt.RoundTrip(req)
}

// SetHeaders adds to header what RoundTrip would add. Call it when a request is made, and RoundTrip need not copy the request.
// The caller owns header but must not change its values in place.
func (h *headers) SetHeaders(header http.Header) {
	for _, rule := range slices.Backward(h.rules) { // the outermost first: it has precedence
		if !has(header, rule.unless) {
			maps.Copy(header, rule.set)
		}
	}
}

// has reports whether a header is set and not empty.
func has(header http.Header, canonical string) bool {
	values := header[canonical]
	return len(values) > 0 && values[0] != ""
}

// WrappedRoundTripper returns the next round tripper.
func (h *headers) WrappedRoundTripper() http.RoundTripper { return h.rt }

// cloneRequest returns a shallow copy of a request with its own map of headers. Headers can be set, but not appended to or
// changed in place, because the values are shared.
func cloneRequest(req *http.Request) *http.Request {
	clone := new(http.Request)
	*clone = *req
	clone.Header = maps.Clone(req.Header)
	if clone.Header == nil {
		clone.Header = http.Header{}
	}
	return clone
}
