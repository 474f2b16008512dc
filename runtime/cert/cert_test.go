package cert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
	"github.com/typewright/typewright/runtime/keyutil"
)

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

func TestSelfSignedAuthority(t *testing.T) {
	from := time.Now().Add(-48 * time.Hour).UTC().Truncate(time.Second)
	cert, err := NewSelfSignedCACert(Config{CommonName: "ca", Organization: []string{"org"}, NotBefore: from}, newKey(t))
	require.NoError(t, err)
	assert.True(t, cert.IsCA)
	assert.Equal(t, from, cert.NotBefore)
	assert.Equal(t, []string{"ca"}, cert.DNSNames)
	assert.Equal(t, []string{"org"}, cert.Subject.Organization)
	assert.NoError(t, cert.CheckSignatureFrom(cert))
	other, err := NewSelfSignedCACert(Config{}, newKey(t))
	require.NoError(t, err)
	assert.NotEqual(t, cert.SerialNumber, other.SerialNumber)
	assert.Empty(t, other.DNSNames)
}

func TestSelfSignedServer(t *testing.T) {
	certPEM, keyPEM, err := GenerateSelfSignedCertKey("web", []net.IP{net.IPv4(10, 0, 0, 1)}, []string{"web.example"})
	require.NoError(t, err)
	_, err = tls.X509KeyPair(certPEM, keyPEM)
	require.NoError(t, err)
	certs, err := ParseCertsPEM(certPEM)
	require.NoError(t, err)
	require.Len(t, certs, 2, "the authority follows")
	roots := x509.NewCertPool()
	roots.AddCert(certs[1])
	for _, name := range []string{"web", "web.example", "10.0.0.1"} {
		_, err := certs[0].Verify(x509.VerifyOptions{Roots: roots, DNSName: name})
		assert.NoError(t, err, name)
	}
	assert.Equal(t, year, certs[0].NotAfter.Sub(certs[0].NotBefore))

	certPEM, _, err = GenerateSelfSignedCertKeyWithOptions(SelfSignedCertKeyOptions{Host: "::1", MaxAge: 2 * time.Hour})
	require.NoError(t, err)
	certs, err = ParseCertsPEM(certPEM)
	require.NoError(t, err)
	assert.True(t, certs[0].IPAddresses[0].Equal(net.IPv6loopback))
	assert.Equal(t, 2*time.Hour, certs[0].NotAfter.Sub(certs[0].NotBefore))
}

func TestFixtures(t *testing.T) {
	folder := t.TempDir()
	cert, key, err := GenerateSelfSignedCertKeyWithFixtures("web", []net.IP{net.IPv4(10, 0, 0, 1)}, []string{"a", "b"}, folder)
	require.NoError(t, err)
	again, sameKey, err := GenerateSelfSignedCertKeyWithFixtures("web", []net.IP{net.IPv4(10, 0, 0, 1)}, []string{"a", "b"}, folder)
	require.NoError(t, err)
	assert.Equal(t, cert, again)
	assert.Equal(t, key, sameKey)
	require.NoError(t, os.Remove(filepath.Join(folder, "web_10.0.0.1_a-b.key")))
	_, _, err = GenerateSelfSignedCertKeyWithFixtures("web", []net.IP{net.IPv4(10, 0, 0, 1)}, []string{"a", "b"}, folder)
	require.ErrorContains(t, err, "can be read, but key")
}

func TestRequests(t *testing.T) {
	elliptic := newKey(t)
	csr, err := MakeCSR(elliptic, &pkix.Name{CommonName: "node"}, []string{"dns"}, []net.IP{net.IPv4(10, 0, 0, 1)})
	require.NoError(t, err)
	block, rest := pem.Decode(csr)
	require.NotNil(t, block)
	assert.Empty(t, rest)
	assert.Equal(t, CertificateRequestBlockType, block.Type)
	request, err := x509.ParseCertificateRequest(block.Bytes)
	require.NoError(t, err)
	require.NoError(t, request.CheckSignature())
	assert.Equal(t, "node", request.Subject.CommonName)
	assert.Equal(t, []string{"dns"}, request.DNSNames)
	_, err = MakeCSR("no key", &pkix.Name{}, nil, nil)
	require.Error(t, err)

	key, err := rsa.GenerateKey(rand.Reader, 3072)
	require.NoError(t, err)
	assert.Equal(t, x509.SHA384WithRSA, signatureAlgorithm(key))
	assert.Equal(t, x509.UnknownSignatureAlgorithm, signatureAlgorithm(elliptic))
}

func TestFiles(t *testing.T) {
	folder := t.TempDir()
	certFile, keyFile := filepath.Join(folder, "below", "cert"), filepath.Join(folder, "key")
	readable, err := CanReadCertAndKey(certFile, keyFile)
	require.NoError(t, err)
	assert.False(t, readable)

	certPEM, keyPEM := certtest.NewAuthority(t).Sign("one")
	require.NoError(t, WriteCert(certFile, certPEM))
	_, err = CanReadCertAndKey(certFile, keyFile)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "error reading "+keyFile)
	_, err = CanReadCertAndKey(keyFile, certFile)
	require.ErrorContains(t, err, "error reading "+keyFile)
	require.NoError(t, keyutil.WriteKey(keyFile, keyPEM))
	readable, err = CanReadCertAndKey(certFile, keyFile)
	require.NoError(t, err)
	assert.True(t, readable)

	certs, err := CertsFromFile(certFile)
	require.NoError(t, err)
	assert.Equal(t, "one", certs[0].Subject.CommonName)
	_, err = NewPool(certFile)
	require.NoError(t, err)
	for _, broken := range []string{keyFile, folder, filepath.Join(folder, "no")} {
		_, err = CertsFromFile(broken)
		require.ErrorContains(t, err, broken)
		_, err = NewPool(broken)
		require.ErrorContains(t, err, broken)
	}
}

func TestParseCerts(t *testing.T) {
	certPEM, keyPEM := certtest.NewAuthority(t).Sign("one")
	block, _ := pem.Decode(certPEM)
	withHeader := pem.EncodeToMemory(&pem.Block{Type: CertificateBlockType, Headers: map[string]string{"a": "b"}, Bytes: block.Bytes})
	broken := pem.EncodeToMemory(&pem.Block{Type: CertificateBlockType, Bytes: []byte{1}})
	for name, test := range map[string]struct {
		data  []byte
		count int
		err   string
	}{
		"one":               {certPEM, 1, ""},
		"among others":      {append(append(keyPEM, withHeader...), certPEM...), 1, ""},
		"one without a key": {keyPEM, 0, "does not contain any valid"},
		"with a header":     {withHeader, 0, "does not contain any valid"},
		"nothing":           {nil, 0, "does not contain any valid"},
		"a broken one":      {append(certPEM, broken...), 1, "x509"},
	} {
		certs, err := ParseCertsPEM(test.data)
		assert.Len(t, certs, test.count, name)
		if test.err == "" {
			assert.NoError(t, err, name)
		} else {
			assert.ErrorContains(t, err, test.err, name)
		}
	}
}

func TestInspection(t *testing.T) {
	authority := certtest.NewAuthority(t)
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = authority.ServerConfig()
	server.TLS.ClientAuth = tls.RequestClientCert
	server.StartTLS()
	defer server.Close()

	certs, encoded, err := GetServingCertificatesForURL(server.URL, "name")
	require.NoError(t, err)
	assert.Equal(t, "server", certs[0].Subject.CommonName)
	parsed, err := ParseCertsPEM(encoded[0])
	require.NoError(t, err)
	assert.Equal(t, certs[0].Raw, parsed[0].Raw)

	names, err := GetClientCANamesForURL(server.URL)
	require.NoError(t, err)
	require.Len(t, names, 1)
	assert.Contains(t, names[0], "authority")

	for _, bad := range []string{"https://127.0.0.1:1", "::"} {
		_, err = GetClientCANamesForURL(bad)
		require.Error(t, err)
		_, _, err = GetServingCertificatesForURL(bad, "")
		require.Error(t, err)
	}
	host, err := hostOf("https://server/path")
	require.NoError(t, err)
	assert.Equal(t, "server:443", host)
}
