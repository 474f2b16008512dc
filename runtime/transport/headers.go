package transport

import (
	"maps"
	"net/http"
	"slices"

	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/within"
)

// headers is a round tripper that sets headers on a copy of each request.
type headers struct {
	redact.Opaque

	rt    http.RoundTripper
	rules []headerRule
}

// headerRule is a header whose presence means that the request takes care of itself, and what to set where it is absent.
type headerRule struct {
	unless string
	set    http.Header
	// public tells that anybody may see it: it follows redirects anywhere.
	public bool
}

var _ utilnet.RoundTripperWrapper = (*headers)(nil)

// withHeader sets one header where it is absent.
func withHeader(rt http.RoundTripper, name, value string) http.RoundTripper {
	return withHeaders(rt, headerRule{unless: name, set: http.Header{name: {value}}, public: name == "User-Agent"})
}

// withHeaders adds a rule. What rt sets and what is added here are set together, so that a request is copied once.
func withHeaders(rt http.RoundTripper, rule headerRule) http.RoundTripper {
	for name, values := range rule.set {
		rule.set[name] = slices.Clip(values) // requests share them: whoever adds a value to one must not write into all
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

// SetHeaders sets what RoundTrip would set on a copy of a request with header, so that whoever makes the request spares it
// the copy. It belongs to the caller; the values do not.
func (h *headers) SetHeaders(header http.Header) {
	for _, rule := range slices.Backward(h.rules) { // the outermost first: those below find that all is said
		if !has(header, rule.unless) {
			maps.Copy(header, rule.set)
		}
	}
}

// has reports whether a header is there; an empty one does not count.
func has(header http.Header, canonical string) bool {
	values := header[canonical]
	return len(values) > 0 && values[0] != ""
}

// WrappedRoundTripper returns the next round tripper.
func (h *headers) WrappedRoundTripper() http.RoundTripper { return h.rt }

// cloneRequest copies a request as far as a round tripper may need to change it: headers can be set, not changed in place.
func cloneRequest(req *http.Request) *http.Request {
	clone := new(http.Request)
	*clone = *req
	clone.Header = maps.Clone(req.Header)
	if clone.Header == nil {
		clone.Header = http.Header{}
	}
	return clone
}
