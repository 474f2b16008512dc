package cluster

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
	"net"
	"os"
	"path/filepath"
	"time"
)

// keyPair is a certificate and its key, as PEM and in files.
type keyPair struct {
	cert              *x509.Certificate
	key               *ecdsa.PrivateKey
	certPEM, keyPEM   []byte
	certFile, keyFile string
}

// certificates are those of a cluster. One authority signs the certificates of the server and of the users.
type certificates struct {
	ca, server      keyPair
	serviceAccounts string // file of the key that signs service account tokens
}

func makeCertificates(dir string) (*certificates, error) {
	var c certificates
	var err error
	if c.ca, err = issue(nil, &x509.Certificate{
		Subject: pkix.Name{CommonName: "e2e authority"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, time.Hour*24); err != nil {
		return nil, err
	}
	if c.server, err = issue(&c.ca, &x509.Certificate{
		Subject: pkix.Name{CommonName: "kube-apiserver"}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost", "kubernetes.default.svc"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}, time.Hour*24); err != nil {
		return nil, err
	}
	for name, pair := range map[string]*keyPair{"ca": &c.ca, "server": &c.server} {
		pair.certFile, pair.keyFile = filepath.Join(dir, name+".crt"), filepath.Join(dir, name+".key")
		if err := pair.write(); err != nil {
			return nil, err
		}
	}
	c.serviceAccounts = c.server.keyFile // any key will do
	return &c, nil
}

// issue makes a key and a certificate, which the authority by signs; a nil authority makes it self-signed.
func issue(by *keyPair, template *x509.Certificate, lasts time.Duration) (keyPair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return keyPair{}, fmt.Errorf("make a key: %w", err)
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		return keyPair{}, fmt.Errorf("make a serial number: %w", err)
	}
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Minute), time.Now().Add(lasts)
	pair := keyPair{cert: template, key: key}
	if by == nil {
		by = &pair
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.cert, &key.PublicKey, by.key)
	if err != nil {
		return keyPair{}, fmt.Errorf("sign the certificate of %s: %w", template.Subject, err)
	}
	if pair.cert, err = x509.ParseCertificate(der); err != nil {
		return keyPair{}, err
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return keyPair{}, err
	}
	pair.certPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pair.keyPEM = pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER})
	return pair, nil
}

func (p *keyPair) write() error {
	if err := os.WriteFile(p.certFile, p.certPEM, 0o600); err != nil {
		return err
	}
	return os.WriteFile(p.keyFile, p.keyPEM, 0o600)
}

// clientTLS returns a TLS configuration that trusts the cluster's servers.
func (c *certificates) clientTLS() *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(c.ca.cert)
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}

// CA returns the PEM certificate of the authority that clients of the cluster must trust.
func (c *Cluster) CA() []byte { return c.certs.ca.certPEM }

// ClientCertificate makes a PEM certificate and key with which a client authenticates as user, a member of groups.
func (c *Cluster) ClientCertificate(user string, groups []string, lasts time.Duration) (certPEM, keyPEM []byte, err error) {
	pair, err := issue(&c.certs.ca, &x509.Certificate{
		Subject: pkix.Name{CommonName: user, Organization: groups}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, lasts)
	return pair.certPEM, pair.keyPEM, err
}
