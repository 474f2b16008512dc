package transport

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"

	"github.com/typewright/typewright/runtime/internal/credfile"
	"github.com/typewright/typewright/runtime/metrics"
)

// files tells whether the files that a pool was made from hold what they held: digests, because one is a private key.
type files struct{ ca, cert, key [sha256.Size]byte }

func (c *Config) watchesCAFile() bool { return len(c.TLS.CAData) == 0 && c.TLS.CAFile != "" }

func (c *Config) watchesCertFiles() bool {
	return c.HasCertAuth() && len(c.TLS.CertData) == 0 && len(c.TLS.KeyData) == 0
}

func (c *Config) usesCallback() bool { return c.HasCertCallback() && !c.HasCertAuth() }

// look reads the files, and reports whether they are whole.
func (c *connections) look() (now files, whole bool) {
	now, whole = c.seen, true
	if c.config.watchesCAFile() {
		now.ca, whole = c.lookAtCA()
	}
	if c.config.watchesCertFiles() {
		cert, errCert := credfile.Read(c.config.TLS.CertFile)
		key, errKey := credfile.Read(c.config.TLS.KeyFile)
		_, errPair := tls.X509KeyPair(cert, key)
		now.cert, now.key = sha256.Sum256(cert), sha256.Sum256(key)
		whole = whole && errCert == nil && errKey == nil && errPair == nil
	}
	return now, whole
}

// lookAtCA reads the CA file, and reports whether it holds certificates.
func (c *connections) lookAtCA() (digest [sha256.Size]byte, whole bool) {
	data, err := credfile.Read(c.config.TLS.CAFile)
	digest = sha256.Sum256(data)
	result := "failure"
	var reason string
	switch {
	case err != nil:
		reason = "read_error"
	case len(data) == 0:
		reason = "empty"
	case digest == c.seen.ca:
		result, reason = "success", "unchanged"
	case !x509.NewCertPool().AppendCertsFromPEM(data):
		reason = "ca_parse_error"
	default:
		result, reason = "success", "updated"
	}
	if c.current.Load() != nil {
		metrics.TransportCAReloads.Increment(result, reason)
	}
	return digest, result == "success"
}
