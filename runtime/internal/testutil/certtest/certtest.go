// Package certtest signs certificates for tests, which it fails where that fails.
package certtest

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/internal/certs"
)

// Authority signs certificates for one test.
type Authority struct {
	t       testing.TB
	signing *certs.Authority
	// PEM is the authority's own certificate.
	PEM []byte
}

// NewAuthority returns an authority that nobody trusts yet.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	signing, err := certs.New("authority", time.Hour)
	require.NoError(t, err)
	return &Authority{t: t, signing: signing, PEM: signing.PEM()}
}

// Sign returns a certificate for name and its key, in PEM: valid now, on 127.0.0.1, for servers and clients, unless change
// makes something else of it.
func (a *Authority) Sign(name string, change ...func(*x509.Certificate)) (cert, key []byte) {
	a.t.Helper()
	cert, key, err := a.signing.Sign(template(name, change))
	require.NoError(a.t, err)
	return cert, key
}

// ServerConfig is the TLS configuration of a server, named server, that asks for client certificates of this authority.
func (a *Authority) ServerConfig(change ...func(*x509.Certificate)) *tls.Config {
	a.t.Helper()
	config, err := a.signing.Server(template("server", change))
	require.NoError(a.t, err)
	return config
}

func template(name string, change []func(*x509.Certificate)) *x509.Certificate {
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, c := range change {
		c(template)
	}
	return template
}
