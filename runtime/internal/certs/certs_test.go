package certs_test

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/internal/certs"
)

// parse reads a certificate in PEM.
func parse(t *testing.T, data []byte) *x509.Certificate {
	t.Helper()
	block, rest := pem.Decode(data)
	require.NotNil(t, block)
	assert.Empty(t, rest)
	cert, err := x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	return cert
}

// verify checks a certificate against an authority.
func verify(authority *certs.Authority, cert *x509.Certificate, usage x509.ExtKeyUsage) error {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority.PEM())
	_, err := cert.Verify(x509.VerifyOptions{Roots: pool, KeyUsages: []x509.ExtKeyUsage{usage}})
	return err
}

func TestAuthoritiesVouchForWhatTheySign(t *testing.T) {
	authority, err := certs.New("authority", time.Hour)
	require.NoError(t, err)
	other, err := certs.New("authority", time.Hour)
	require.NoError(t, err)
	template := &x509.Certificate{Subject: pkix.Name{CommonName: "someone"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	certPEM, keyPEM, err := authority.Sign(template)
	require.NoError(t, err)
	_, err = tls.X509KeyPair(certPEM, keyPEM)
	require.NoError(t, err, "the key belongs to the certificate")

	cert := parse(t, certPEM)
	assert.Equal(t, "someone", cert.Subject.CommonName)
	assert.NoError(t, verify(authority, cert, x509.ExtKeyUsageClientAuth))
	assert.Error(t, verify(authority, cert, x509.ExtKeyUsageServerAuth))
	assert.Error(t, verify(other, cert, x509.ExtKeyUsageClientAuth), "another authority of the same name")

	again, _, err := authority.Sign(template)
	require.NoError(t, err)
	assert.NotEqual(t, cert.SerialNumber, parse(t, again).SerialNumber)
	assert.Nil(t, template.SerialNumber, "the template stays as it is")
}

func TestTheTemplateSaysHowLong(t *testing.T) {
	authority, err := certs.New("authority", 2*time.Hour)
	require.NoError(t, err)
	now := time.Now()
	own := parse(t, authority.PEM())
	assert.WithinRange(t, own.NotAfter, now.Add(119*time.Minute), now.Add(121*time.Minute))
	assert.True(t, own.IsCA)

	expired, _, err := authority.Sign(&x509.Certificate{NotAfter: now.Add(-time.Minute), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	require.NoError(t, err)
	var invalid x509.CertificateInvalidError
	require.ErrorAs(t, verify(authority, parse(t, expired), x509.ExtKeyUsageClientAuth), &invalid)
	assert.Equal(t, x509.Expired, invalid.Reason)
}

func TestServerAsksForCertificatesAndDoesNotInsist(t *testing.T) {
	authority, err := certs.New("authority", time.Hour)
	require.NoError(t, err)
	server, err := authority.Server(&x509.Certificate{
		Subject: pkix.Name{CommonName: "server"}, DNSNames: []string{"localhost"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	require.NoError(t, err)
	certPEM, keyPEM, err := authority.Sign(&x509.Certificate{Subject: pkix.Name{CommonName: "client"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	require.NoError(t, err)
	client, err := tls.X509KeyPair(certPEM, keyPEM)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority.PEM())
	for name, shown := range map[string][]tls.Certificate{"": nil, "client": {client}} {
		assert.Equal(t, name, caller(t, server, &tls.Config{RootCAs: roots, ServerName: "localhost", Certificates: shown, MinVersion: tls.VersionTLS12}))
	}
}

// caller is the name that a server reads from its client's certificate.
func caller(t *testing.T, server, client *tls.Config) (name string) {
	t.Helper()
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	done := make(chan error, 1)
	accepted := tls.Server(far, server)
	go func() { done <- accepted.HandshakeContext(t.Context()) }()
	require.NoError(t, tls.Client(near, client).HandshakeContext(t.Context()))
	require.NoError(t, <-done)
	if shown := accepted.ConnectionState().PeerCertificates; len(shown) > 0 {
		return shown[0].Subject.CommonName
	}
	return ""
}
