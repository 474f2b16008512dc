package transport

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/credfile"
	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/within"
)

// Token is a bearer token with an expiry, such as *oauth2.Token of golang.org/x/oauth2. The interface keeps that module out of
// programs that do not use OAuth.
type Token interface {
	comparable
	// SetAuthHeader sets the Authorization header of the request.
	SetAuthHeader(req *http.Request)
	// Valid reports whether the token has not expired.
	Valid() bool
}

// TokenSource returns tokens, as oauth2.TokenSource does. It must be safe for concurrent use.
type TokenSource[T Token] interface {
	Token() (T, error)
}

// ResettableTokenSource is a TokenSource that caches tokens and can drop those that a server refused.
type ResettableTokenSource[T Token] interface {
	TokenSource[T]
	// ResetTokenOlderThan drops the cached token unless it was fetched after t.
	ResetTokenOlderThan(t time.Time)
}

// TokenSourceWrapTransport adds a token of ts to requests without an Authorization header.
func TokenSourceWrapTransport[T Token](ts TokenSource[T]) func(http.RoundTripper) http.RoundTripper {
	return func(rt http.RoundTripper) http.RoundTripper { return &tokenTransport[T]{rt: rt, source: ts} }
}

// ResettableTokenSourceWrapTransport is TokenSourceWrapTransport that resets ts when a server refuses a token with 401, so
// that the next request uses a new one.
func ResettableTokenSourceWrapTransport[T Token](ts ResettableTokenSource[T]) func(http.RoundTripper) http.RoundTripper {
	return func(rt http.RoundTripper) http.RoundTripper {
		return &tokenTransport[T]{rt: rt, source: ts, refused: ts.ResetTokenOlderThan}
	}
}

// tokenTransport adds a token of source to requests. refused, if not nil, is called after a response with 401, with the time
// at which the request was sent.
type tokenTransport[T Token] struct {
	redact.Opaque

	rt      http.RoundTripper
	source  TokenSource[T]
	refused func(time.Time)
}

// WrappedRoundTripper returns the next round tripper.
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

// NewCachedTokenSource returns a ResettableTokenSource that fetches a token from ts when the last one has expired or was
// reset. While ts fails, it returns the expired token; it returns the error only if it has no token. It is safe for
// concurrent use, and calls ts once at a time.
func NewCachedTokenSource[T Token](ts TokenSource[T]) *cachingTokenSource[T] {
	return &cachingTokenSource[T]{source: ts}
}

// NewCachedFileTokenSource is NewCachedTokenSource for the token in a file. The file is read again after a minute: the
// kubelet replaces projected service account tokens long before they expire.
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

// Token returns the current token.
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
		klog.TODO().Error(err, "Cannot renew the bearer token: the last one stays in use")
	}
	return s.token, nil
}

// ResetTokenOlderThan drops the cached token unless it was fetched after t.
func (s *cachingTokenSource[T]) ResetTokenOlderThan(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.since.After(t) {
		var none T
		s.token, s.since = none, time.Time{}
	}
}

// tokenFresh is how long a token is used before its file is read again.
const tokenFresh = time.Minute

// fileToken is a token that was read from a file.
type fileToken struct {
	redact.Opaque

	text  string
	until time.Time // when to read the file again
}

// Valid reports whether the file need not be read again.
func (t *fileToken) Valid() bool { return time.Now().Before(t.until) }

// SetAuthHeader sets the Authorization header of the request.
func (t *fileToken) SetAuthHeader(req *http.Request) {
	req.Header.Set("Authorization", "Bearer "+t.text)
}

// tokenFile is the path of a file with a token.
type tokenFile string

// Token reads the file. Errors name the file and never quote its content.
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

// NewBearerAuthRoundTripper adds a bearer token to requests without an Authorization header.
func NewBearerAuthRoundTripper(bearer string, rt http.RoundTripper) http.RoundTripper {
	return withHeader(rt, "Authorization", "Bearer "+bearer)
}

// NewBearerAuthWithRefreshRoundTripper is NewBearerAuthRoundTripper with the token of a file, if tokenFile is not empty.
// The file is read again after a minute, and after the server refused the token. While it cannot be read, the last token
// stays in use, at first bearer. If bearer is empty, the file must be readable now.
func NewBearerAuthWithRefreshRoundTripper(bearer, tokenFile string, rt http.RoundTripper) (http.RoundTripper, error) {
	if tokenFile == "" {
		return NewBearerAuthRoundTripper(bearer, rt), nil
	}
	b := &bearerFile{rt: rt, source: NewCachedFileTokenSource(tokenFile)}
	token, err := b.source.Token()
	switch {
	case err == nil:
		b.last.Store(token)
	case bearer == "":
		return nil, fmt.Errorf("read the bearer token: %w", err)
	default:
		b.last.Store(&fileToken{text: bearer})
	}
	return b, nil
}

// bearerFile adds the token in a file to requests.
type bearerFile struct {
	redact.Opaque

	rt     http.RoundTripper
	source *cachingTokenSource[*fileToken]
	last   atomic.Pointer[fileToken] // used while source fails; never nil
}

var _ utilnet.RoundTripperWrapper = (*bearerFile)(nil)

// WrappedRoundTripper returns the next round tripper.
func (b *bearerFile) WrappedRoundTripper() http.RoundTripper { return b.rt }

func (b *bearerFile) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := within.Followed(req, ""); err != nil {
		return refuse(req, err)
	}
	if has(req.Header, "Authorization") {
		return b.rt.RoundTrip(req)
	}
	token, err := b.source.Token()
	if err != nil {
		token = b.last.Load()
	} else {
		b.last.Store(token)
	}
	req = cloneRequest(req)
	token.SetAuthHeader(req)
	begun := time.Now()
	resp, err := b.rt.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusUnauthorized {
		b.source.ResetTokenOlderThan(begun)
	}
	return resp, err
}
