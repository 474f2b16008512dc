package transport

import (
	"errors"
	"net/http"
	"net/url"

	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// The headers that name somebody to act as.
const (
	ImpersonateUserHeader            = "Impersonate-User"
	ImpersonateUIDHeader             = "Impersonate-Uid"
	ImpersonateGroupHeader           = "Impersonate-Group"
	ImpersonateUserExtraHeaderPrefix = "Impersonate-Extra-"
)

// HTTPWrappersForConfig puts the wrappers that config asks for around rt: its own, then authentication, user agent and
// impersonation.
func HTTPWrappersForConfig(config *Config, rt http.RoundTripper) (http.RoundTripper, error) {
	if config.WrapTransport != nil {
		rt = config.WrapTransport(rt)
	}
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
	impersonate := config.Impersonate
	if impersonate.UserName != "" || impersonate.UID != "" || len(impersonate.Groups) > 0 || len(impersonate.Extra) > 0 {
		rt = NewImpersonatingRoundTripper(impersonate, rt)
	}
	return rt, nil
}

// headers is a round tripper that sets headers on a copy of each request.
type headers struct {
	rt http.RoundTripper
	// header is the one whose presence means that the request takes care of itself.
	header string
	set    func(http.Header)
}

var _ utilnet.RoundTripperWrapper = (*headers)(nil)

func (h *headers) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Header.Get(h.header) == "" {
		req = utilnet.CloneRequest(req)
		h.set(req.Header)
	}
	return h.rt.RoundTrip(req)
}

// WrappedRoundTripper returns what lies below, for those who look for the transport at the bottom.
func (h *headers) WrappedRoundTripper() http.RoundTripper { return h.rt }

// NewUserAgentRoundTripper sends agent with requests that have none.
func NewUserAgentRoundTripper(agent string, rt http.RoundTripper) http.RoundTripper {
	return &headers{rt, "User-Agent", func(h http.Header) { h.Set("User-Agent", agent) }}
}

// NewBasicAuthRoundTripper sends user name and password with requests that have no authorization.
func NewBasicAuthRoundTripper(username, password string, rt http.RoundTripper) http.RoundTripper {
	var req http.Request
	req.Header = http.Header{}
	req.SetBasicAuth(username, password)
	value := req.Header.Get("Authorization")
	return &headers{rt, "Authorization", func(h http.Header) { h.Set("Authorization", value) }}
}

// NewImpersonatingRoundTripper acts as somebody else in requests that do not say so themselves.
func NewImpersonatingRoundTripper(impersonate ImpersonationConfig, delegate http.RoundTripper) http.RoundTripper {
	return &headers{delegate, ImpersonateUserHeader, func(h http.Header) {
		h.Set(ImpersonateUserHeader, impersonate.UserName)
		if impersonate.UID != "" {
			h.Set(ImpersonateUIDHeader, impersonate.UID)
		}
		for _, group := range impersonate.Groups {
			h.Add(ImpersonateGroupHeader, group)
		}
		for key, values := range impersonate.Extra {
			for _, value := range values {
				h.Add(ImpersonateUserExtraHeaderPrefix+url.PathEscape(key), value)
			}
		}
	}}
}
