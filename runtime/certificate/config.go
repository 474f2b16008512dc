package certificate

import (
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"time"

	certificatesv1 "k8s.io/api/certificates/v1"
)

// Manager keeps a certificate fresh.
type Manager interface {
	// Start begins to request certificates when they are due, in the background. Without Config.ClientsetFn it does nothing.
	Start()
	// Stop ends that. It does not wait, and may be called more than once. A manager that was stopped cannot be started again.
	Stop()
	// Current returns the certificate with its key, or nil if there is none or it has expired.
	Current() *tls.Certificate
	// ServerHealthy reports whether the last answer of the server to a request for a certificate was one of a server that works: a
	// certificate, or that this component is not allowed to ask. It is false before the first answer.
	ServerHealthy() bool
}

// Config says what a Manager requests, and where it keeps what it gets. CertificateStore, Usages or GetUsages, and Template or
// GetTemplate are required.
type Config struct {
	// ClientsetFn returns the clientset to request certificates with. It is called for each request, with the current certificate
	// or nil, and never twice at once. Without it no certificate is requested.
	ClientsetFn ClientsetFunc
	// Template is what certificates are requested for, as in x509.CreateCertificateRequest.
	Template *x509.CertificateRequest
	// GetTemplate returns what they are requested for now, or nil if nothing is to be requested yet. If set, Template is ignored.
	GetTemplate func() *x509.CertificateRequest
	// SignerName is the signer that is asked.
	SignerName string
	// RequestedCertificateLifetime is how long certificates should be valid. Nil leaves that to the signer, which may ignore it, too.
	RequestedCertificateLifetime *time.Duration
	// Usages are what the certificates are for. Exactly one of Usages and GetUsages must be set.
	Usages []certificatesv1.KeyUsage
	// GetUsages returns what a certificate for a key is for. It is also called with nil, to find a Name.
	GetUsages func(privateKey interface{}) []certificatesv1.KeyUsage
	// CertificateStore keeps the certificate from one run of the program to the next.
	CertificateStore Store
	// BootstrapCertificatePEM and BootstrapKeyPEM are the certificate to begin with if the store has none, or an expired one. It
	// goes into the store, and another is requested at once.
	BootstrapCertificatePEM []byte
	BootstrapKeyPEM         []byte `datapolicy:"security-key"`
	// CertificateRotation gets the age of each certificate that is replaced, in seconds.
	CertificateRotation Histogram
	// CertificateRenewFailure counts failed attempts to get a certificate.
	CertificateRenewFailure Counter
	// GenerateKey makes the private key of a request: an *ecdsa.PrivateKey of at least 256 bits or an *rsa.PrivateKey of at least
	// 2048. The default is an ECDSA key on the curve P-256.
	GenerateKey func() (crypto.Signer, error)
	// Name stands in log lines. The default is SignerName, or else says what the certificate is for.
	Name string
	// Ctx stops the manager when it ends, and has the logger. It is a pointer because client-go's is.
	Ctx *context.Context
}

// Store keeps the current certificate.
type Store interface {
	// Current returns the certificate with its key. If there is none, the error is a *NoCertKeyError.
	Current() (*tls.Certificate, error)
	// Update makes a certificate and its key, in PEM, the current one.
	Update(cert, key []byte) (*tls.Certificate, error)
}

// Gauge takes a value. Nothing here uses it.
type Gauge interface {
	Set(float64)
}

// Histogram takes values.
type Histogram interface {
	Observe(float64)
}

// Counter counts.
type Counter interface {
	Inc()
}

// NoCertKeyError says that a Store has no certificate.
type NoCertKeyError string

// Error returns the message that the error consists of.
func (e *NoCertKeyError) Error() string { return string(*e) }

// ClientsetFunc is a function that gets the current certificate, or nil, and returns a clientset and an error:
//
//	func(current *tls.Certificate) (kubernetes.Interface, error)
//
// The clientset may be of any type that is a csr.Clientset. ClientsetFunc is no function type, because only one type of clientset would
// fit its result. NewManager returns an error for any other value.
type ClientsetFunc interface{}
