package cert

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"time"
)

// inspectTimeout bounds how long a server may take to shake hands.
const inspectTimeout = 30 * time.Second

// GetClientCANames returns the names, as DER, of the authorities whose client certificates a server, host:port, says it accepts.
// It does not ask who the server is.
func GetClientCANames(apiHost string) ([]string, error) {
	names := []string{}
	config := &tls.Config{
		InsecureSkipVerify: true, //nolint:gosec // it is asked what any server says
		GetClientCertificate: func(hello *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			names = names[:0]
			for _, name := range hello.AcceptableCAs {
				names = append(names, string(name))
			}
			return &tls.Certificate{}, nil
		},
	}
	_, err := shakeHands(apiHost, config)
	if err != nil {
		return nil, err
	}
	return names, nil
}

// GetClientCANamesForURL is [GetClientCANames] for the server of a URL, at port 443 if the URL has none.
func GetClientCANamesForURL(kubeConfigURL string) ([]string, error) {
	host, err := hostOf(kubeConfigURL)
	if err != nil {
		return nil, err
	}
	return GetClientCANames(host)
}

// GetServingCertificates returns the certificates that a server, host:port, shows, and each in PEM. serverName, if not empty, is
// the name that the server is asked for. It does not ask whether they are valid.
func GetServingCertificates(apiHost, serverName string) ([]*x509.Certificate, [][]byte, error) {
	state, err := shakeHands(apiHost, &tls.Config{
		InsecureSkipVerify: true, //nolint:gosec // it is asked what any server shows
		ServerName:         serverName,
	})
	if err != nil {
		return nil, nil, err
	}
	encoded := [][]byte{}
	for _, cert := range state.PeerCertificates {
		data, err := EncodeCertificates(cert)
		if err != nil {
			return nil, nil, err
		}
		encoded = append(encoded, bytes.TrimSpace(data))
	}
	return state.PeerCertificates, encoded, nil
}

// GetServingCertificatesForURL is [GetServingCertificates] for the server of a URL, at port 443 if the URL has none.
func GetServingCertificatesForURL(kubeConfigURL, serverName string) ([]*x509.Certificate, [][]byte, error) {
	host, err := hostOf(kubeConfigURL)
	if err != nil {
		return nil, nil, err
	}
	return GetServingCertificates(host, serverName)
}

func hostOf(address string) (string, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("server: %w", err)
	}
	if parsed.Port() == "" {
		return net.JoinHostPort(parsed.Hostname(), "443"), nil
	}
	return parsed.Host, nil
}

func shakeHands(host string, config *tls.Config) (state tls.ConnectionState, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), inspectTimeout)
	defer cancel()
	conn, err := (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", host)
	if err != nil {
		return state, err
	}
	if secure, ok := conn.(*tls.Conn); ok {
		state = secure.ConnectionState()
	}
	if err := conn.Close(); err != nil {
		return state, fmt.Errorf("failed to close connection: %w", err)
	}
	return state, nil
}
