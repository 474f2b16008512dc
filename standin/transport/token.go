package transport

import (
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"

	typewright "github.com/typewright/typewright/runtime/transport"
)

// Our functions of tokens have a type parameter for the token, so that programs without OAuth need not link oauth2. client-go's
// have *oauth2.Token, as those below.

// ResettableTokenSource is a source that caches tokens and can drop those that a server refused.
type ResettableTokenSource = typewright.ResettableTokenSource[*oauth2.Token]

// TokenSourceWrapTransport adds a token of ts to requests without an Authorization header.
func TokenSourceWrapTransport(ts oauth2.TokenSource) func(http.RoundTripper) http.RoundTripper {
	return typewright.TokenSourceWrapTransport(ts)
}

// ResettableTokenSourceWrapTransport is TokenSourceWrapTransport that resets ts when a server refuses a token with 401, so that the
// next request uses a new one.
func ResettableTokenSourceWrapTransport(ts ResettableTokenSource) func(http.RoundTripper) http.RoundTripper {
	return typewright.ResettableTokenSourceWrapTransport(ts)
}

// NewCachedTokenSource returns a source that fetches a token from ts when the last one has expired or was reset. While ts fails, it
// returns the expired token; it returns the error only if it has no token. It is safe for concurrent use.
func NewCachedTokenSource(ts oauth2.TokenSource) ResettableTokenSource {
	return typewright.NewCachedTokenSource(ts)
}

// NewCachedFileTokenSource is NewCachedTokenSource for the token in a file, which is read again after a minute.
func NewCachedFileTokenSource(path string) ResettableTokenSource {
	cached := typewright.NewCachedFileTokenSource(path)
	return &fileTokens{
		authorize: func(req *http.Request) error {
			token, err := cached.Token()
			if err == nil {
				token.SetAuthHeader(req)
			}
			return err
		},
		reset: cached.ResetTokenOlderThan,
	}
}

// fileTokens is a source of tokens of a file. Ours have a type without an exported name, and tell their text in a header only.
type fileTokens struct {
	authorize func(*http.Request) error
	reset     func(time.Time)
}

// Token returns the token of the file. It has no expiry: the source caches it.
func (f *fileTokens) Token() (*oauth2.Token, error) {
	req := http.Request{Header: http.Header{}}
	if err := f.authorize(&req); err != nil {
		return nil, err
	}
	return &oauth2.Token{AccessToken: strings.TrimPrefix(req.Header.Get("Authorization"), "Bearer ")}, nil
}

// ResetTokenOlderThan drops the cached token unless it was read after t.
func (f *fileTokens) ResetTokenOlderThan(t time.Time) { f.reset(t) }
