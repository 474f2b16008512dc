// Package certs signs certificates for servers and clients that live no longer than a test: those of apitest, and those of
// the project's own tests.
package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// Authority signs certificates. It is safe for concurrent use.
type Authority struct {
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
	valid time.Duration
}

// New makes an authority. It and what it signs are valid for some time from now, and were an hour ago: clocks differ.
func New(name string, valid time.Duration) (*Authority, error) {
	a := &Authority{valid: valid}
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, key, err := a.sign(template)
	if err != nil {
		return nil, err
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		return nil, fmt.Errorf("read the certificate of %s: %w", name, err)
	}
	a.key = key
	return a, nil
}

// PEM is the authority's own certificate.
func (a *Authority) PEM() []byte { return encode("CERTIFICATE", a.cert.Raw) }

// Sign returns a certificate like the template and its new key, in PEM. If the template does not say so itself, the
// certificate is valid as long as the authority's, and its serial number is a random one.
func (a *Authority) Sign(template *x509.Certificate) (cert, key []byte, err error) {
	der, private, err := a.sign(template)
	if err != nil {
		return nil, nil, err
	}
	keyDER, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		return nil, nil, fmt.Errorf("write the key of %s: %w", template.Subject.CommonName, err)
	}
	return encode("CERTIFICATE", der), encode("EC PRIVATE KEY", keyDER), nil
}

// sign makes a key and a certificate for it. An authority without a certificate signs its own.
func (a *Authority) sign(template *x509.Certificate) (der []byte, key *ecdsa.PrivateKey, err error) {
	if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, nil, fmt.Errorf("make a key: %w", err)
	}
	complete := *template
	if complete.SerialNumber == nil {
		if complete.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
			return nil, nil, fmt.Errorf("make a serial number: %w", err)
		}
	}
	if complete.NotBefore.IsZero() {
		complete.NotBefore = time.Now().Add(-time.Hour)
	}
	if complete.NotAfter.IsZero() {
		complete.NotAfter = time.Now().Add(a.valid)
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = &complete, key
	}
	if der, err = x509.CreateCertificate(rand.Reader, &complete, parent, key.Public(), signer); err != nil {
		return nil, nil, fmt.Errorf("sign the certificate of %s: %w", template.Subject.CommonName, err)
	}
	return der, key, nil
}

// Server returns the configuration of a server with a certificate like the template. The server asks its clients for
// certificates of the authority, and serves those who have none as well.
func (a *Authority) Server(template *x509.Certificate) (*tls.Config, error) {
	cert, key, err := a.Sign(template)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("read the certificate of %s: %w", template.Subject.CommonName, err)
	}
	clients := x509.NewCertPool()
	clients.AddCert(a.cert)
	return &tls.Config{
		Certificates: []tls.Certificate{pair}, ClientCAs: clients, ClientAuth: tls.VerifyClientCertIfGiven, MinVersion: tls.VersionTLS12,
	}, nil
}

func encode(kind string, data []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data})
}
