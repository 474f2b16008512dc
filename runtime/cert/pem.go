package cert

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Types of PEM blocks.
const (
	CertificateBlockType        = "CERTIFICATE"
	CertificateRequestBlockType = "CERTIFICATE REQUEST"
)

// ParseCertsPEM returns the certificates in PEM blocks of their type that have no headers; it passes over other blocks. It is an
// error if there is none, or one that cannot be read.
func ParseCertsPEM(pemCerts []byte) ([]*x509.Certificate, error) {
	certs := []*x509.Certificate{}
	for block, rest := pem.Decode(pemCerts); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != CertificateBlockType || len(block.Headers) != 0 {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return certs, err
		}
		certs = append(certs, cert)
	}
	if len(certs) == 0 {
		return certs, errors.New("data does not contain any valid RSA or ECDSA certificates")
	}
	return certs, nil
}

// EncodeCertificates writes certificates one after the other.
func EncodeCertificates(certs ...*x509.Certificate) ([]byte, error) {
	var out bytes.Buffer
	for _, cert := range certs {
		if err := pem.Encode(&out, &pem.Block{Type: CertificateBlockType, Bytes: cert.Raw}); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// CanReadCertAndKey tells whether two files can be read. One without the other is an error.
func CanReadCertAndKey(certPath, keyPath string) (bool, error) {
	certErr, keyErr := canRead(certPath), canRead(keyPath)
	switch {
	case certErr != nil && keyErr != nil:
		return false, nil //nolint:nilerr // neither is there
	case certErr != nil:
		return false, fmt.Errorf("error reading %s, certificate and key must be supplied as a pair: %w", certPath, certErr)
	case keyErr != nil:
		return false, fmt.Errorf("error reading %s, certificate and key must be supplied as a pair: %w", keyPath, keyErr)
	}
	return true, nil
}

func canRead(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return file.Close()
}

// WriteCert writes a file that everybody may read, in place of what it held. It makes the folders that are missing.
func WriteCert(certPath string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(certPath), 0o755); err != nil {
		return err
	}
	return os.WriteFile(certPath, data, 0o644) //nolint:gosec // certificates are public
}

// NewPool returns the certificates of a file; see [ParseCertsPEM].
func NewPool(filename string) (*x509.CertPool, error) {
	data, err := os.ReadFile(filename)
	if err != nil {
		return nil, err
	}
	pool, err := NewPoolFromBytes(data)
	if err != nil {
		return nil, fmt.Errorf("error creating pool from %s: %w", filename, err)
	}
	return pool, nil
}

// NewPoolFromBytes returns the certificates in PEM blocks; see [ParseCertsPEM].
func NewPoolFromBytes(pemBlock []byte) (*x509.CertPool, error) {
	certs, err := ParseCertsPEM(pemBlock)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	for _, cert := range certs {
		pool.AddCert(cert)
	}
	return pool, nil
}

// CertsFromFile returns the certificates of a file; see [ParseCertsPEM].
func CertsFromFile(file string) ([]*x509.Certificate, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	certs, err := ParseCertsPEM(data)
	if err != nil {
		return nil, fmt.Errorf("error reading %s: %w", file, err)
	}
	return certs, nil
}
