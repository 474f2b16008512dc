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

// The headers that name somebody to act as.
const (
	ImpersonateUserHeader            = "Impersonate-User"
	ImpersonateUIDHeader             = "Impersonate-Uid"
	ImpersonateGroupHeader           = "Impersonate-Group"
	ImpersonateUserExtraHeaderPrefix = "Impersonate-Extra-"
)

// HTTPWrappersForConfig puts the wrappers that config asks for around rt: its own, then logging as far as klog's verbosity
// asks for it, authentication, user agent and impersonation. With credentials of any kind what it returns refuses redirects
// to another host, scheme or port than was asked, and out of config.BasePath: an http.Client that follows them gets an error.
// It fails where config has two ways to authenticate, and where it has a token file only, which cannot be read.
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
		rt = &stays{rt: rt, basePath: config.BasePath}
	}
	return rt, nil
}

func (c *Config) impersonates() bool {
	who := c.Impersonate
	return who.UserName != "" || who.UID != "" || len(who.Groups) > 0 || len(who.Extra) > 0
}

// hasCredentials reports whether there is anything that a server could be told of the user. What wraps the transport may add
// some too.
func (c *Config) hasCredentials() bool {
	return c.HasBasicAuth() || c.HasTokenAuth() || c.HasCertAuth() || c.HasCertCallback() || c.impersonates() || c.WrapTransport != nil
}

// NewUserAgentRoundTripper sends agent with requests that have none.
func NewUserAgentRoundTripper(agent string, rt http.RoundTripper) http.RoundTripper {
	return withHeader(rt, "User-Agent", agent)
}

// NewBasicAuthRoundTripper sends user name and password with requests that have no authorization.
func NewBasicAuthRoundTripper(username, password string, rt http.RoundTripper) http.RoundTripper {
	req := http.Request{Header: http.Header{}}
	req.SetBasicAuth(username, password)
	return withHeader(rt, "Authorization", req.Header.Get("Authorization"))
}

// NewImpersonatingRoundTripper acts as somebody else in requests that do not say so themselves.
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

// The headers by which an authenticating proxy tells a server who the user is.
const (
	remoteUserHeader        = "X-Remote-User"
	remoteUIDHeader         = "X-Remote-Uid"
	remoteGroupHeader       = "X-Remote-Group"
	remoteExtraHeaderPrefix = "X-Remote-Extra-"
)

// NewAuthProxyRoundTripper vouches for a user, as an authenticating proxy does, in every request.
func NewAuthProxyRoundTripper(username, uid string, groups []string, extra map[string][]string, rt http.RoundTripper) http.RoundTripper {
	return &authProxy{rt: rt, set: func(req *http.Request) { SetAuthProxyHeaders(req, username, uid, groups, extra) }}
}

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

// SetAuthProxyHeaders replaces what the request says of its user, as an authenticating proxy must: nothing of what the
// user claimed himself may stay.
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

// addExtra adds headers whose names end with the keys of extra.
func addExtra(header http.Header, prefix string, extra map[string][]string) {
	for key, values := range extra {
		for _, value := range values {
			header.Add(prefix+escapeKey(key), value)
		}
	}
}

// escapeKey writes as %XX what may not stand in the name of a header (RFC 9110, section 5.6.2), and percent signs.
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
