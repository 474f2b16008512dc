package transport

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// NewBearerAuthRoundTripper sends a bearer token with requests that have no authorization.
func NewBearerAuthRoundTripper(bearer string, rt http.RoundTripper) http.RoundTripper {
	return &headers{rt, "Authorization", func(h http.Header) { h.Set("Authorization", "Bearer "+bearer) }}
}

// NewBearerAuthWithRefreshRoundTripper is NewBearerAuthRoundTripper with the token of a file, where one is named. The
// file is read again at most a minute after it changed; while it cannot be read the last token is used, the given one
// at first. With no token at all the file must be readable now.
func NewBearerAuthWithRefreshRoundTripper(bearer, tokenFile string, rt http.RoundTripper) (http.RoundTripper, error) {
	if tokenFile == "" {
		return NewBearerAuthRoundTripper(bearer, rt), nil
	}
	source := &tokenSource{path: tokenFile, token: bearer}
	if token, err := source.get(); token == "" {
		return nil, fmt.Errorf("read the bearer token: %w", err)
	}
	return &headers{rt, "Authorization", func(h http.Header) {
		token, _ := source.get()
		h.Set("Authorization", "Bearer "+token)
	}}, nil
}

// tokenFresh is how long a token that was read from a file is used without another look: projected service account
// tokens are replaced long before they expire.
const tokenFresh = time.Minute

// tokenSource is a bearer token in a file.
type tokenSource struct {
	path string

	mu    sync.Mutex
	token string
	read  time.Time
}

// get returns the token and, where the file could not be read this time, the reason.
func (s *tokenSource) get() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" && !s.read.IsZero() && time.Since(s.read) < tokenFresh {
		return s.token, nil
	}
	text, err := os.ReadFile(s.path)
	token := strings.TrimSpace(string(text))
	if err == nil && token == "" {
		err = fmt.Errorf("%s is empty", s.path)
	}
	if err == nil {
		s.token, s.read = token, time.Now()
	}
	return s.token, err
}
