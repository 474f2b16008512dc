package transport

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/credfile"
	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/within"
)

// Token is a bearer token that knows whether it has expired: *oauth2.Token of golang.org/x/oauth2, which this package
// does without, so that programs which use no OAuth do not link it.
type Token interface {
	comparable
	// SetAuthHeader puts the token into the request.
	SetAuthHeader(req *http.Request)
	// Valid reports whether the token can be used still.
	Valid() bool
}

// TokenSource supplies tokens: oauth2.TokenSource does. It is used by many goroutines at once.
type TokenSource[T Token] interface {
	Token() (T, error)
}

// ResettableTokenSource is a TokenSource that keeps tokens and can be told to give up those that a server refused.
type ResettableTokenSource[T Token] interface {
	TokenSource[T]
	// ResetTokenOlderThan forgets the token, if it was not supplied after t.
	ResetTokenOlderThan(t time.Time)
}

// TokenSourceWrapTransport sends the tokens of ts with requests that have no authorization.
func TokenSourceWrapTransport[T Token](ts TokenSource[T]) func(http.RoundTripper) http.RoundTripper {
	return func(rt http.RoundTripper) http.RoundTripper { return &tokenTransport[T]{rt: rt, source: ts} }
}

// ResettableTokenSourceWrapTransport is TokenSourceWrapTransport that resets ts when a server refuses a token with 401, so
// that the next request gets a new one.
func ResettableTokenSourceWrapTransport[T Token](ts ResettableTokenSource[T]) func(http.RoundTripper) http.RoundTripper {
	return func(rt http.RoundTripper) http.RoundTripper {
		return &tokenTransport[T]{rt: rt, source: ts, refused: ts.ResetTokenOlderThan}
	}
}

type tokenTransport[T Token] struct {
	redact.Opaque

	rt      http.RoundTripper
	source  TokenSource[T]
	refused func(time.Time)
}

// WrappedRoundTripper returns what lies below.
func (t *tokenTransport[T]) WrappedRoundTripper() http.RoundTripper { return t.rt }

func (t *tokenTransport[T]) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := within.Followed(req, ""); err != nil {
		return refuse(req, err)
	}
	if req.Header.Get("Authorization") != "" {
		return t.rt.RoundTrip(req)
	}
	token, err := t.source.Token()
	if err != nil {
		return refuse(req, fmt.Errorf("get a bearer token: %w", err))
	}
	req = utilnet.CloneRequest(req)
	token.SetAuthHeader(req)
	begun := time.Now()
	resp, err := t.rt.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusUnauthorized && t.refused != nil {
		t.refused(begun)
	}
	return resp, err
}

// NewCachedTokenSource returns a ResettableTokenSource that asks ts for a token when the last one has expired or was
// reset. While ts fails, it supplies an expired token rather than none; it returns the error where it has none.
func NewCachedTokenSource[T Token](ts TokenSource[T]) *cachingTokenSource[T] {
	return &cachingTokenSource[T]{source: ts}
}

// NewCachedFileTokenSource is NewCachedTokenSource of the token in a file, which is read again once a minute: projected
// service account tokens are replaced long before they expire.
func NewCachedFileTokenSource(path string) *cachingTokenSource[*fileToken] {
	return NewCachedTokenSource(tokenFile(path))
}

type cachingTokenSource[T Token] struct {
	redact.Opaque

	source TokenSource[T]

	mu    sync.Mutex
	token T // the zero value for none
	since time.Time
}

// Token returns the token of the moment.
func (s *cachingTokenSource[T]) Token() (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var none T
	if s.token != none && s.token.Valid() {
		return s.token, nil
	}
	fresh, err := s.source.Token()
	switch {
	case err == nil:
		s.token, s.since = fresh, time.Now()
	case s.token == none:
		return none, err
	default:
		klog.TODO().Error(err, "Cannot renew the bearer token: the last one is used on")
	}
	return s.token, nil
}

// ResetTokenOlderThan forgets the token, if it was not supplied after t.
func (s *cachingTokenSource[T]) ResetTokenOlderThan(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.since.After(t) {
		var none T
		s.token, s.since = none, time.Time{}
	}
}

// tokenFresh is how long a token that was read from a file is used without another look.
const tokenFresh = time.Minute

// fileToken is a token as a file held it.
type fileToken struct {
	redact.Opaque

	text  string
	until time.Time
}

// Valid reports whether the file need not be read again.
func (t *fileToken) Valid() bool { return time.Now().Before(t.until) }

// SetAuthHeader puts the token into the request.
func (t *fileToken) SetAuthHeader(req *http.Request) {
	req.Header.Set("Authorization", "Bearer "+t.text)
}

// tokenFile is the path of a file with a token.
type tokenFile string

// Token reads the file. Errors name it, and never quote it.
func (f tokenFile) Token() (*fileToken, error) {
	data, err := credfile.Read(string(f))
	if err != nil {
		return nil, fmt.Errorf("failed to read token file: %w", err)
	}
	text := strings.TrimSpace(string(data))
	if text == "" {
		return nil, fmt.Errorf("read empty token from file %q", string(f))
	}
	return &fileToken{text: text, until: time.Now().Add(tokenFresh)}, nil
}
