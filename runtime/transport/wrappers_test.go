package transport

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/klog/v2"
	"k8s.io/klog/v2/ktesting"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// sent returns the headers of a request below wrap.
func sent(t *testing.T, wrap func(http.RoundTripper) http.RoundTripper, header http.Header) http.Header {
	t.Helper()
	var seen http.Header
	rt := wrap(roundTripperFunc(func(req *http.Request) (*http.Response, error) {
		seen = req.Header
		return httptest.NewRecorder().Result(), nil
	}))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://host/", nil)
	require.NoError(t, err)
	req.Header = header
	resp, err := rt.RoundTrip(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return seen
}

type roundTripperFunc func(*http.Request) (*http.Response, error)

func (f roundTripperFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestKeysOfExtrasAreEscaped(t *testing.T) {
	seen := sent(t, func(rt http.RoundTripper) http.RoundTripper {
		return NewImpersonatingRoundTripper(ImpersonationConfig{UserName: "bo", UID: "7", Extra: map[string][]string{"acme.com/a:b%": {"x", "y"}}}, rt)
	}, http.Header{})
	assert.Equal(t, http.Header{
		"Impersonate-User": {"bo"}, "Impersonate-Uid": {"7"}, "Impersonate-Extra-Acme.com%2fa%3ab%25": {"x", "y"},
	}, seen)
}

func TestAuthProxyReplacesTheHeadersOfTheCaller(t *testing.T) {
	claimed := http.Header{"X-Remote-User": {"root"}, "X-Remote-Uid": {"0"}, "X-Remote-Group": {"system:masters"}, "x-remote-extra-evil": {"1"}, "Accept": {"a"}}
	seen := sent(t, func(rt http.RoundTripper) http.RoundTripper {
		return NewAuthProxyRoundTripper("bo", "", []string{"dev"}, map[string][]string{"scopes": {"x"}}, rt)
	}, claimed)
	assert.Equal(t, http.Header{"X-Remote-User": {"bo"}, "X-Remote-Group": {"dev"}, "X-Remote-Extra-Scopes": {"x"}, "Accept": {"a"}}, seen)
	assert.Equal(t, []string{"root"}, claimed["X-Remote-User"], "the caller's request is not changed")
}

func TestHeaderRulesShareARoundTripper(t *testing.T) {
	rt, err := HTTPWrappersForConfig(&Config{UserAgent: "u", BearerToken: "t", Impersonate: ImpersonationConfig{UserName: "bo"}}, http.DefaultTransport)
	require.NoError(t, err)
	s, ok := rt.(*redirectGuard)
	require.True(t, ok)
	h, ok := s.rt.(*headers)
	require.True(t, ok)
	set := http.Header{}
	s.SetHeaders(set)
	assert.Equal(t, http.Header{"User-Agent": {"u"}, "Authorization": {"Bearer t"}, "Impersonate-User": {"bo"}}, set)
	assert.Len(t, h.rules, 3)
	assert.Equal(t, http.DefaultTransport, h.rt)
}

func TestHeadersCanBeSetBeforehand(t *testing.T) {
	impersonate := func(user string, groups ...string) func(http.RoundTripper) http.RoundTripper {
		return func(rt http.RoundTripper) http.RoundTripper {
			return NewImpersonatingRoundTripper(ImpersonationConfig{UserName: user, Groups: groups}, rt)
		}
	}
	bearer := func(rt http.RoundTripper) http.RoundTripper { return NewBearerAuthRoundTripper("t", rt) }
	for name, test := range map[string]struct {
		wrap        func(http.RoundTripper) http.RoundTripper
		given, want http.Header
	}{
		"an absent header is set":           {bearer, http.Header{"Accept": {"a"}}, http.Header{"Accept": {"a"}, "Authorization": {"Bearer t"}}},
		"a header stays":                    {bearer, http.Header{"Authorization": {"Basic x"}}, http.Header{"Authorization": {"Basic x"}}},
		"an empty header is set":            {bearer, http.Header{"Authorization": {""}}, http.Header{"Authorization": {"Bearer t"}}},
		"impersonation":                     {impersonate("bo", "dev"), http.Header{}, http.Header{"Impersonate-User": {"bo"}, "Impersonate-Group": {"dev"}}},
		"impersonation by the caller stays": {impersonate("bo", "dev"), http.Header{"Impersonate-User": {"al"}}, http.Header{"Impersonate-User": {"al"}}},
		"the outermost of two wins": {func(rt http.RoundTripper) http.RoundTripper {
			return impersonate("bo")(impersonate("root", "system:masters")(rt))
		}, http.Header{}, http.Header{"Impersonate-User": {"bo"}}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, sent(t, test.wrap, test.given.Clone()), "set by the round tripper")
			beforehand := test.given.Clone()
			test.wrap(http.DefaultTransport).(*headers).SetHeaders(beforehand)
			assert.Equal(t, test.want, beforehand, "set beforehand")
			assert.Equal(t, test.want, sent(t, test.wrap, beforehand), "nothing is set twice")
		})
	}
}

func TestContextCanceller(t *testing.T) {
	errOver := errors.New("over")
	ctx, cancel := context.WithCancel(t.Context())
	rt := ContextCanceller(ctx, errOver)(roundTripperFunc(func(*http.Request) (*http.Response, error) { return httptest.NewRecorder().Result(), nil }))
	_, err := get(t, rt, "http://host/")
	require.NoError(t, err)
	cancel()
	_, err = get(t, rt, "http://host/")
	require.ErrorIs(t, err, errOver)
}

func TestDebugging(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Set-Cookie", "s3cret") }))
	defer server.Close()
	base := &http.Transport{}
	defer base.CloseIdleConnections()
	for name, test := range map[string]struct {
		verbosity int
		levels    []DebugLevel
		want, not []string
	}{
		"silent":        {5, []DebugLevel{DebugByContext}, nil, []string{"Request", "Response"}},
		"6":             {6, []DebugLevel{DebugByContext}, []string{"Response", `verb="GET"`, `status="200 OK"`, "milliseconds="}, []string{"Request", "headers"}},
		"7":             {7, []DebugLevel{DebugByContext}, []string{"Request", "Bearer", "masked", `status="200 OK"`}, []string{"Set-Cookie"}},
		"8":             {8, []DebugLevel{DebugByContext}, []string{"Bearer", "masked", "Set-Cookie"}, []string{"curl"}},
		"9":             {9, []DebugLevel{DebugByContext}, []string{"curl -v -XGET", "Authorization: Bearer <masked>", "dialMilliseconds"}, nil},
		"URL by option": {0, []DebugLevel{DebugJustURL}, []string{"Request", "url="}, []string{"Response"}},
	} {
		t.Run(name, func(t *testing.T) {
			config := ktesting.NewConfig(ktesting.Verbosity(test.verbosity), ktesting.BufferLogs(true))
			logger := ktesting.NewLogger(t, config)
			ctx := klog.NewContext(t.Context(), logger)
			rt := NewBearerAuthRoundTripper("s3cret", NewDebuggingRoundTripper(base, test.levels...))
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
			require.NoError(t, err)
			base.CloseIdleConnections()
			resp, err := rt.RoundTrip(req)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			text := logger.GetSink().(ktesting.Underlier).GetBuffer().String()
			for _, want := range test.want {
				assert.Contains(t, text, want)
			}
			for _, not := range append(test.not, "s3cret") {
				assert.NotContains(t, text, not)
			}
		})
	}
}

func TestRedactedAuthorizationNamesTheScheme(t *testing.T) {
	for value, want := range map[string]string{
		"Bearer abc": "Bearer <masked>", "basic abc": "basic <masked>", "abc": "<masked>", "Digest abc": "<masked>", "": "", "Bearer": "Bearer <masked>",
	} {
		assert.Equal(t, want, redact.Authorization(value))
	}
}
