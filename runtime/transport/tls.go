package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/typewright/typewright/runtime/internal/credfile"
)

// TLSConfigFor returns the TLS configuration for c, or nil if the defaults of crypto/tls suffice. It fails if c sets both a CA
// and Insecure, and if a file cannot be read or parsed. The client certificate's files are read again when they change; the
// CA file is not. The minimum version is TLS 1.2.
func TLSConfigFor(c *Config) (*tls.Config, error) {
	if !c.HasCA() && !c.HasCertAuth() && !c.HasCertCallback() && !c.TLS.Insecure && c.TLS.ServerName == "" && len(c.TLS.NextProtos) == 0 {
		return nil, nil
	}
	if c.HasCA() && c.TLS.Insecure {
		return nil, errors.New("specifying a root certificates file with the insecure flag is not allowed: remove one of them")
	}
	config := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: c.TLS.Insecure, //nolint:gosec // the user asks for it
		ServerName:         c.TLS.ServerName,
		NextProtos:         c.TLS.NextProtos,
	}
	var err error
	if config.RootCAs, err = rootCAs(&c.TLS); err != nil {
		return nil, err
	}
	config.GetClientCertificate, err = clientCertificate(c)
	return config, err
}

// rootCAs returns the root certificates of c, nil for the system's.
func rootCAs(c *TLSConfig) (*x509.CertPool, error) {
	data, err := dataOrFile("certificate authority", c.CAData, c.CAFile)
	if err != nil || len(data) == 0 {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("unable to load root certificates: no PEM certificate in %s", origin("the certificate authority data", c.CAData, c.CAFile))
	}
	return pool, nil
}

type certificateFunc = func(*tls.CertificateRequestInfo) (*tls.Certificate, error)

// clientCertificate returns the value of tls.Config.GetClientCertificate for c, nil if c has no client certificate.
func clientCertificate(c *Config) (certificateFunc, error) {
	switch {
	case c.HasCertAuth() && len(c.TLS.CertData) == 0 && len(c.TLS.KeyData) == 0:
		files := &certificateFiles{cert: c.TLS.CertFile, key: c.TLS.KeyFile}
		if _, err := files.get(); err != nil {
			return nil, err
		}
		return func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return files.get() }, nil
	case c.HasCertAuth():
		cert, err := staticCertificate(&c.TLS)
		return func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return cert, nil }, err
	case c.HasCertCallback():
		return func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			cert, err := c.TLS.GetCertHolder.GetCert()
			if cert == nil && err == nil {
				cert = &tls.Certificate{}
			}
			return cert, err
		}, nil
	default:
		return nil, nil
	}
}

func staticCertificate(c *TLSConfig) (*tls.Certificate, error) {
	certData, err := dataOrFile("client certificate", c.CertData, c.CertFile)
	if err != nil {
		return nil, err
	}
	keyData, err := dataOrFile("client key", c.KeyData, c.KeyFile)
	if err != nil {
		return nil, err
	}
	cert, err := tls.X509KeyPair(certData, keyData)
	if err != nil {
		return nil, fmt.Errorf("client certificate and key: %w", err)
	}
	return &cert, nil
}

func dataOrFile(what string, data []byte, file string) ([]byte, error) {
	if len(data) > 0 || file == "" {
		return data, nil
	}
	data, err := credfile.Read(file)
	if err != nil {
		return nil, fmt.Errorf("read the %s: %w", what, err)
	}
	return data, nil
}

func origin(dataName string, data []byte, file string) string {
	if len(data) > 0 || file == "" {
		return dataName
	}
	return file
}
