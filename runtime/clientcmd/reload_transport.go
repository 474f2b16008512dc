package clientcmd

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	utilnet "k8s.io/apimachinery/pkg/util/net"
)

var _ utilnet.RoundTripperWrapper = &reloader{}

// RoundTrip sends a request as the kubeconfig says, and again where the server refuses it and the kubeconfig has changed.
func (r *reloader) RoundTrip(req *http.Request) (*http.Response, error) {
	current := r.ifDue()
	response, err := current.transport.RoundTrip(r.addressed(req, current.base))
	if err != nil || response.StatusCode != http.StatusUnauthorized || !repeatable(req) {
		return response, err
	}
	next := r.instead(current)
	if next == current {
		return response, nil
	}
	again := r.addressed(req, next.base).Clone(req.Context())
	if req.GetBody != nil {
		if again.Body, err = req.GetBody(); err != nil {
			return response, nil //nolint:nilerr // the refusal is the answer then
		}
	}
	_, _ = io.CopyN(io.Discard, response.Body, 2<<10) // so that the connection can be used again
	_ = response.Body.Close()
	return next.transport.RoundTrip(again)
}

func repeatable(req *http.Request) bool {
	return req.Body == nil || req.Body == http.NoBody || req.GetBody != nil
}

// addressed returns the request for the server at base: requests are made for the first one.
func (r *reloader) addressed(req *http.Request, base *url.URL) *http.Request {
	if base.Scheme == r.first.Scheme && base.Host == r.first.Host && base.Path == r.first.Path {
		return req
	}
	moved := req.Clone(req.Context())
	moved.URL.Scheme, moved.URL.Host, moved.Host = base.Scheme, base.Host, ""
	prefix, newPrefix := strings.TrimSuffix(r.first.Path, "/"), strings.TrimSuffix(base.Path, "/")
	moved.URL.Path = newPrefix + strings.TrimPrefix(req.URL.Path, prefix)
	if req.URL.RawPath != "" {
		moved.URL.RawPath = newPrefix + strings.TrimPrefix(req.URL.RawPath, prefix)
	}
	return moved
}

// WrappedRoundTripper returns the transport of the moment.
func (r *reloader) WrappedRoundTripper() http.RoundTripper { return r.current.Load().transport }

// CloseIdleConnections closes those of the transport of the moment.
func (r *reloader) CloseIdleConnections() { utilnet.CloseIdleConnectionsFor(r.WrappedRoundTripper()) }
