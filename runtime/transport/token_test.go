package transport

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// oauthToken and oauthSource have the shape of golang.org/x/oauth2's Token and TokenSource.
type oauthToken struct {
	text  string
	until time.Time
}

func (t *oauthToken) Valid() bool { return time.Now().Before(t.until) }
func (t *oauthToken) SetAuthHeader(req *http.Request) {
	req.Header.Set("Authorization", "Bearer "+t.text)
}

type oauthSource interface {
	Token() (*oauthToken, error)
}

type source struct {
	texts []string
	life  time.Duration
	err   error
}

func (s *source) Token() (*oauthToken, error) {
	if s.err != nil {
		return nil, s.err
	}
	text := s.texts[0]
	s.texts = s.texts[1:]
	return &oauthToken{text, time.Now().Add(s.life)}, nil
}

// revokingServer starts a server that refuses the given tokens.
func revokingServer(t *testing.T, refused map[string]bool) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refused[r.Header.Get("Authorization")] {
			w.WriteHeader(http.StatusUnauthorized)
		}
		whoami(w, r)
	}))
	t.Cleanup(server.Close)
	return server
}

func TestTokenSources(t *testing.T) {
	server := revokingServer(t, map[string]bool{"Bearer a": true})
	base := &http.Transport{}
	t.Cleanup(base.CloseIdleConnections)
	// The type of the token is inferred, as with oauth2.TokenSource.
	var ts oauthSource = &source{texts: []string{"a", "b", "c"}, life: time.Hour}
	rt := ResettableTokenSourceWrapTransport(NewCachedTokenSource(ts))(base)
	for _, want := range []string{"Bearer a", "Bearer b", "Bearer b"} {
		seen, err := get(t, rt, server.URL)
		require.NoError(t, err)
		assert.Contains(t, seen, want, "a refused token is dropped, others are kept")
	}

	ts = &source{texts: []string{"x", "y"}}
	var wrap WrapperFunc = TokenSourceWrapTransport(ts)
	seen, err := get(t, wrap(base), server.URL)
	require.NoError(t, err)
	assert.Contains(t, seen, "Bearer x")

	errNone := errors.New("unavailable")
	_, err = get(t, TokenSourceWrapTransport[*oauthToken](&source{err: errNone})(base), server.URL)
	require.ErrorIs(t, err, errNone)
}

func TestAnExpiredTokenIsUsedIfThereIsNoOther(t *testing.T) {
	inner := &source{texts: []string{"a"}}
	cached := NewCachedTokenSource(inner)
	_, err := cached.Token()
	require.NoError(t, err)
	inner.err = errors.New("unavailable")
	token, err := cached.Token()
	require.NoError(t, err)
	assert.Equal(t, "a", token.text)
	cached.ResetTokenOlderThan(time.Now())
	_, err = cached.Token()
	require.ErrorIs(t, err, inner.err)
}

func TestARefusedTokenFileIsReadAgain(t *testing.T) {
	server := revokingServer(t, map[string]bool{"Bearer old": true})
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("old\n"), 0o600))
	rt := roundTripper(t, &Config{BearerTokenFile: file})
	require.NoError(t, os.WriteFile(file, []byte("new\n"), 0o600))
	for _, want := range []string{"Bearer old", "Bearer new"} {
		seen, err := get(t, rt, server.URL)
		require.NoError(t, err)
		assert.Contains(t, seen, want)
	}
	require.NoError(t, os.Remove(file))
	rt.(utilnet.RoundTripperWrapper).WrappedRoundTripper().(*bearerFile).source.ResetTokenOlderThan(time.Now())
	seen, err := get(t, rt, server.URL)
	require.NoError(t, err)
	assert.Contains(t, seen, "Bearer new", "while the file cannot be read, the last token stays in use")

	_, err = NewCachedFileTokenSource(file).Token()
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = NewCachedFileTokenSource(file).Token()
	require.ErrorContains(t, err, "read empty token from file")
}
