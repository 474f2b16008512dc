package transport

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/within"
)

// NewBearerAuthRoundTripper sends a bearer token with requests that have no authorization.
func NewBearerAuthRoundTripper(bearer string, rt http.RoundTripper) http.RoundTripper {
	return withHeader(rt, "Authorization", "Bearer "+bearer)
}

// NewBearerAuthWithRefreshRoundTripper is NewBearerAuthRoundTripper with the token of a file, where one is named. The
// file is read again a minute after it was read, and after a token was refused; while it cannot be read the last token is
// used, the given one at first. With no token at all the file must be readable now.
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

// bearerFile sends the token that a file holds.
type bearerFile struct {
	redact.Opaque

	rt     http.RoundTripper
	source *cachingTokenSource[*fileToken]
	last   atomic.Pointer[fileToken]
}

var _ utilnet.RoundTripperWrapper = (*bearerFile)(nil)

// WrappedRoundTripper returns what lies below.
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
