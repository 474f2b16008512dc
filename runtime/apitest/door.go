package apitest

import (
	"crypto/rand"
	"crypto/tls"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/typewright/typewright/runtime/apitest/internal/serve"
	"github.com/typewright/typewright/runtime/rest"
)

// admin is whom the credentials of Config name.
const admin = "kubernetes-admin"

// door asks who is there, where the options have it ask.
type door struct {
	authority *authority // nil without TLS
	closed    bool       // to those who do not say who they are

	mu     sync.Mutex
	tokens map[string]string
	secret string // the part of the tokens made here that nobody else on the machine can guess
}

func newDoor(opts Options) (*door, error) {
	d := &door{tokens: maps.Clone(opts.Tokens), closed: opts.TLS || len(opts.Tokens) > 0}
	if d.tokens == nil {
		d.tokens = map[string]string{}
	}
	d.secret = rand.Text()
	var err error
	if opts.TLS {
		d.authority, err = newAuthority()
	}
	return d, err
}

// tls is nil where the server speaks plain HTTP.
func (d *door) tls() *tls.Config {
	if d.authority == nil {
		return nil
	}
	return d.authority.server
}

// admit accepts a token from now on.
func (d *door) admit(token, user string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tokens[token] = user
}

func (d *door) userOf(token string) (user string, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	user, ok = d.tokens[token]
	return user, ok
}

// around lets those through who say who they are, or everybody.
func (d *door) around(next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		req.Header.Del(serve.UserHeader)
		user, ok := d.caller(req)
		if !ok {
			status := statusOf(apierrors.NewUnauthorized("Unauthorized"))
			_ = writeJSON(w, int(status.Code), status)
			return
		}
		if user != "" {
			req.Header.Set(serve.UserHeader, user)
		}
		next.ServeHTTP(w, req)
	}
}

// caller is who sent a request, and whether he may come in.
func (d *door) caller(req *http.Request) (user string, ok bool) {
	if token, bears := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer "); bears {
		if user, ok := d.userOf(token); ok {
			return user, true
		}
		return "", !d.closed
	}
	if req.TLS != nil && len(req.TLS.VerifiedChains) > 0 {
		return req.TLS.PeerCertificates[0].Subject.CommonName, true
	}
	switch strings.Trim(req.URL.Path, "/") {
	case "readyz", "livez", "healthz", "version":
		return "", true
	}
	return "", !d.closed
}

// credentials gives a configuration what opens the door.
func (d *door) credentials(config *rest.Config) {
	if d.authority != nil {
		config.CAData = d.authority.signing.PEM()
		config.CertData, config.KeyData = d.authority.client(admin)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		config.BearerToken = slices.Min(slices.Collect(maps.Keys(d.tokens)))
	}
}

// UserConfig is Config with the credentials of a user: over TLS a certificate that names him, else a token. Without either
// option of the server nobody asks.
func (s *Server) UserConfig(user string) *rest.Config {
	config := s.Config()
	if s.door.authority != nil {
		config.CertData, config.KeyData = s.door.authority.client(user)
		return config
	}
	token := "apitest-" + user + "-" + s.door.secret
	s.door.admit(token, user)
	config.BearerToken = token
	return config
}
