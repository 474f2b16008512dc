package transport

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"

	"github.com/typewright/typewright/runtime/internal/credfile"
	"github.com/typewright/typewright/runtime/metrics"
)

// fileDigests are digests of the files of a pool, to find out whether they have changed. The content is not kept, because it
// includes a private key. The digest of a file that the pool does not use is zero.
type fileDigests struct{ ca, cert, key [sha256.Size]byte }

func (c *Config) watchesCAFile() bool { return len(c.TLS.CAData) == 0 && c.TLS.CAFile != "" }

func (c *Config) watchesCertFiles() bool {
	return c.HasCertAuth() && len(c.TLS.CertData) == 0 && len(c.TLS.KeyData) == 0
}

func (c *Config) usesCallback() bool { return c.HasCertCallback() && !c.HasCertAuth() }

// readFiles reads the pool's files and returns their digests. It reports whether they are valid: a CA file with certificates,
// and a certificate with its key.
func (c *connections) readFiles() (now fileDigests, valid bool) {
	now, valid = c.digests, true
	if c.config.watchesCAFile() {
		now.ca, valid = c.readCA()
	}
	if c.config.watchesCertFiles() {
		cert, errCert := credfile.Read(c.config.TLS.CertFile)
		key, errKey := credfile.Read(c.config.TLS.KeyFile)
		_, errPair := tls.X509KeyPair(cert, key)
		now.cert, now.key = sha256.Sum256(cert), sha256.Sum256(key)
		valid = valid && errCert == nil && errKey == nil && errPair == nil
	}
	return now, valid
}

// readCA reads the CA file and reports whether it contains certificates. It counts the result in the metrics, except for the
// first time, when the pool is made.
func (c *connections) readCA() (digest [sha256.Size]byte, valid bool) {
	data, err := credfile.Read(c.config.TLS.CAFile)
	digest = sha256.Sum256(data)
	result := "failure"
	var reason string
	switch {
	case err != nil:
		reason = "read_error"
	case len(data) == 0:
		reason = "empty"
	case digest == c.digests.ca:
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
