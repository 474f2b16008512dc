package transport

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/net/http/httpguts"
	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/within"
)

// The headers of impersonation.
const (
	ImpersonateUserHeader            = "Impersonate-User"
	ImpersonateUIDHeader             = "Impersonate-Uid"
	ImpersonateGroupHeader           = "Impersonate-Group"
	ImpersonateUserExtraHeaderPrefix = "Impersonate-Extra-"
)

// HTTPWrappersForConfig wraps rt as config says, from the inside out: WrapTransport, logging if klog's verbosity is 6 or more,
// authentication, user agent and impersonation. If config has credentials, the result refuses redirects to another host, port
// or scheme, and those out of config.BasePath: an http.Client that follows one gets an error.
//
// It fails if config has a user name and a token, and if the only token is in a file that cannot be read.
func HTTPWrappersForConfig(config *Config, rt http.RoundTripper) (http.RoundTripper, error) {
	if config.WrapTransport != nil {
		rt = config.WrapTransport(rt)
	}
	rt = DebugWrappers(rt)
	switch {
	case config.HasBasicAuth() && config.HasTokenAuth():
		return nil, errors.New("username/password or bearer token may be set, but not both")
	case config.HasTokenAuth():
		var err error
		if rt, err = NewBearerAuthWithRefreshRoundTripper(config.BearerToken, config.BearerTokenFile, rt); err != nil {
			return nil, err
		}
	case config.HasBasicAuth():
		rt = NewBasicAuthRoundTripper(config.Username, config.Password, rt)
	}
	if config.UserAgent != "" {
		rt = NewUserAgentRoundTripper(config.UserAgent, rt)
	}
	if config.impersonates() {
		rt = NewImpersonatingRoundTripper(config.Impersonate, rt)
	}
	if config.hasCredentials() {
		rt = &redirectGuard{rt: rt, basePath: config.BasePath}
	}
	return rt, nil
}

func (c *Config) impersonates() bool {
	who := c.Impersonate
	return who.UserName != "" || who.UID != "" || len(who.Groups) > 0 || len(who.Extra) > 0
}

// hasCredentials reports whether requests can carry credentials. WrapTransport counts, because a wrapper may add some.
func (c *Config) hasCredentials() bool {
	return c.HasBasicAuth() || c.HasTokenAuth() || c.HasCertAuth() || c.HasCertCallback() || c.impersonates() || c.WrapTransport != nil
}

// NewUserAgentRoundTripper sets the User-Agent header of requests that lack it.
func NewUserAgentRoundTripper(agent string, rt http.RoundTripper) http.RoundTripper {
	return withHeader(rt, "User-Agent", agent)
}

// NewBasicAuthRoundTripper adds basic authentication to requests without an Authorization header.
func NewBasicAuthRoundTripper(username, password string, rt http.RoundTripper) http.RoundTripper {
	req := http.Request{Header: http.Header{}}
	req.SetBasicAuth(username, password)
	return withHeader(rt, "Authorization", req.Header.Get("Authorization"))
}

// NewImpersonatingRoundTripper adds the headers of impersonation to requests without an Impersonate-User header.
func NewImpersonatingRoundTripper(impersonate ImpersonationConfig, delegate http.RoundTripper) http.RoundTripper {
	set := http.Header{}
	set.Set(ImpersonateUserHeader, impersonate.UserName)
	if impersonate.UID != "" {
		set.Set(ImpersonateUIDHeader, impersonate.UID)
	}
	for _, group := range impersonate.Groups {
		set.Add(ImpersonateGroupHeader, group)
	}
	addExtra(set, ImpersonateUserExtraHeaderPrefix, impersonate.Extra)
	return withHeaders(delegate, headerRule{unless: ImpersonateUserHeader, set: set})
}

// The headers in which an authenticating proxy names the user.
const (
	remoteUserHeader        = "X-Remote-User"
	remoteUIDHeader         = "X-Remote-Uid"
	remoteGroupHeader       = "X-Remote-Group"
	remoteExtraHeaderPrefix = "X-Remote-Extra-"
)

// NewAuthProxyRoundTripper calls SetAuthProxyHeaders on a copy of every request.
func NewAuthProxyRoundTripper(username, uid string, groups []string, extra map[string][]string, rt http.RoundTripper) http.RoundTripper {
	return &authProxy{rt: rt, set: func(req *http.Request) { SetAuthProxyHeaders(req, username, uid, groups, extra) }}
}

// authProxy replaces the headers that name the user.
type authProxy struct {
	redact.Opaque

	rt  http.RoundTripper
	set func(*http.Request)
}

var _ utilnet.RoundTripperWrapper = (*authProxy)(nil)

func (a *authProxy) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := within.Followed(req, ""); err != nil {
		return refuse(req, err)
	}
	req = cloneRequest(req)
	a.set(req)
	return a.rt.RoundTrip(req)
}

// WrappedRoundTripper returns the next round tripper.
func (a *authProxy) WrappedRoundTripper() http.RoundTripper { return a.rt }

// SetAuthProxyHeaders names the user in the headers of an authenticating proxy (X-Remote-…). It first removes all such headers
// from the request, so that a user cannot claim to be another.
func SetAuthProxyHeaders(req *http.Request, username, uid string, groups []string, extra map[string][]string) {
	for key := range req.Header {
		canonical := http.CanonicalHeaderKey(key)
		if canonical == remoteUserHeader || canonical == remoteUIDHeader || canonical == remoteGroupHeader ||
			strings.HasPrefix(canonical, remoteExtraHeaderPrefix) {
			delete(req.Header, key)
		}
	}
	req.Header.Set(remoteUserHeader, username)
	if uid != "" {
		req.Header.Set(remoteUIDHeader, uid)
	}
	for _, group := range groups {
		req.Header.Add(remoteGroupHeader, group)
	}
	addExtra(req.Header, remoteExtraHeaderPrefix, extra)
}

// addExtra adds a header for each value of extra, with the name prefix and key.
func addExtra(header http.Header, prefix string, extra map[string][]string) {
	for key, values := range extra {
		for _, value := range values {
			header.Add(prefix+escapeKey(key), value)
		}
	}
}

// escapeKey escapes percent signs, and bytes that header names must not contain (RFC 9110, section 5.6.2), as %XX.
func escapeKey(key string) string {
	var escaped strings.Builder
	for i := range len(key) {
		if b := key[i]; b != '%' && httpguts.IsTokenRune(rune(b)) {
			escaped.WriteByte(b)
		} else {
			fmt.Fprintf(&escaped, "%%%02X", b)
		}
	}
	return escaped.String()
}
