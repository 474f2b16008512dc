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
	if !isAt(req.URL, r.first) && !isAt(req.URL, current.base) {
		return current.anonymous.RoundTrip(withoutCredentials(req, r.first.User, current.base.User))
	}
	response, err := current.transport.RoundTrip(r.addressed(req, current.base))
	if err != nil || response.StatusCode != http.StatusUnauthorized || !repeatable(req) {
		return response, err
	}
	next := r.instead(current)
	if next == current {
		return response, nil
	}
	again := r.addressed(req, next.base)
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

// isAt tells whether a URL is one of the server at base.
func isAt(u, base *url.URL) bool { return u.Scheme == base.Scheme && u.Host == base.Host }

// addressed returns a copy of the request for the server at base, with the user and password of its URL, if any. Requests
// are made for the first server, or lead to the one of the moment after a redirect. What http.Client has added for a server
// that the request no longer goes to is left out: credentials of a URL, cookies.
func (r *reloader) addressed(req *http.Request, base *url.URL) *http.Request {
	moved := withoutCredentials(req, r.first.User)
	if !isAt(req.URL, base) {
		moved.URL.Scheme, moved.URL.Host, moved.Host = base.Scheme, base.Host, ""
		moved.Header.Del("Cookie")
	}
	if isAt(req.URL, r.first) {
		moved.URL.Path = rebased(req.URL.Path, r.first.Path, base.Path)
		moved.URL.RawPath = rebased(req.URL.RawPath, r.first.Path, base.Path)
	}
	if base.User != nil && moved.Header.Get("Authorization") == "" {
		moved.Header.Set("Authorization", basic(base.User))
	}
	return moved
}

// withoutCredentials returns a copy of the request without a user and password in its URL, and without the header that
// http.Client has made of them, or of those of a URL that led here.
func withoutCredentials(req *http.Request, users ...*url.Userinfo) *http.Request {
	bare := req.Clone(req.Context())
	bare.URL.User = nil
	for _, user := range append(users, req.URL.User) {
		if user != nil && bare.Header.Get("Authorization") == basic(user) {
			bare.Header.Del("Authorization")
		}
	}
	return bare
}

func basic(user *url.Userinfo) string {
	header := http.Request{Header: http.Header{}}
	password, _ := user.Password()
	header.SetBasicAuth(user.Username(), password)
	return header.Header.Get("Authorization")
}

// rebased returns a path below one folder as the same path below another. Other paths only gain the new folder.
func rebased(path, from, to string) string {
	if path == "" {
		return ""
	}
	from, to = strings.TrimSuffix(from, "/"), strings.TrimSuffix(to, "/")
	if rest, below := strings.CutPrefix(path, from); below && (rest == "" || rest[0] == '/') {
		path = rest
	}
	return to + path
}

// WrappedRoundTripper returns the transport of the moment.
func (r *reloader) WrappedRoundTripper() http.RoundTripper { return r.current.Load().transport }

// CloseIdleConnections closes those of the transport of the moment.
func (r *reloader) CloseIdleConnections() { utilnet.CloseIdleConnectionsFor(r.WrappedRoundTripper()) }
