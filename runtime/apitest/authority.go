package apitest

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"sync"
	"time"

	"github.com/typewright/typewright/runtime/internal/certs"
)

// authority vouches for a server on the loopback interface and for its clients. It is safe for concurrent use.
type authority struct {
	signing *certs.Authority
	server  *tls.Config

	mu      sync.Mutex
	clients map[string]keyPair
}

// keyPair is a certificate and its key, in PEM.
type keyPair struct{ cert, key []byte }

func newAuthority() (*authority, error) {
	signing, err := certs.New("apitest-ca", 24*time.Hour)
	if err != nil {
		return nil, err
	}
	a := &authority{signing: signing, clients: map[string]keyPair{}}
	a.server, err = signing.Server(&x509.Certificate{
		Subject: pkix.Name{CommonName: "apitest"}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"},
	})
	if err != nil {
		return nil, err
	}
	a.server.NextProtos = []string{"h2", "http/1.1"}
	return a, nil
}

// client returns the certificate of a user and its key, the same for each call. A system without randomness has none.
func (a *authority) client(user string) (cert, key []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	pair, made := a.clients[user]
	if !made {
		var err error
		pair.cert, pair.key, err = a.signing.Sign(&x509.Certificate{
			Subject: pkix.Name{CommonName: user, Organization: []string{"system:masters"}}, KeyUsage: x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		})
		if err != nil {
			return nil, nil
		}
		a.clients[user] = pair
	}
	return pair.cert, pair.key
}
