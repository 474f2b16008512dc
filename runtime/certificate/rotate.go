package certificate

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"reflect"
	"slices"

	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cert"
	"github.com/typewright/typewright/runtime/certificate/csr"
	"github.com/typewright/typewright/runtime/keyutil"
)

// rotate requests a certificate, waits for it and makes it the current one.
func (m *manager) rotate(ctx context.Context, template *x509.CertificateRequest) error {
	klog.FromContext(ctx).V(2).Info("Rotating certificates")
	key, keyPEM, csrPEM, err := m.makeRequest(template)
	if err != nil {
		return err
	}
	client, err := callClientsetFunc(m.clientsetFn, m.Current())
	if err != nil {
		return fmt.Errorf("make a client to request certificates: %w", err)
	}
	usages := DefaultKubeletClientGetUsages
	if m.getUsages != nil {
		usages = m.getUsages
	}
	name, uid, err := csr.RequestCertificateWithContext(ctx, client, csrPEM, "", m.signerName, m.lifetime, usages(key), key)
	if err != nil {
		m.judgeServer(err)
		return err
	}
	ctx, stop := m.whileNeeded(ctx, template)
	defer stop()
	certPEM, err := csr.WaitForCertificate(ctx, client, name, uid)
	if err != nil {
		return fmt.Errorf("the request for a certificate was not signed: %w", err)
	}
	fresh, err := m.certStore.Update(certPEM, keyPEM)
	if err != nil {
		return fmt.Errorf("store the new certificate: %w", err)
	}
	before := m.use(fresh)
	if before != nil && before.Leaf != nil && m.rotations != nil {
		m.rotations.Observe(m.now().Sub(before.Leaf.NotBefore).Seconds())
	}
	return nil
}

// whileNeeded returns a context that ends after the time that a request is waited for, and when a certificate for another template is
// needed. The function that it returns waits until nothing of it is left.
func (m *manager) whileNeeded(ctx context.Context, template *x509.CertificateRequest) (context.Context, func()) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		m.awaitOtherTemplate(ctx, template)
		cancel()
	}()
	return ctx, func() {
		cancel()
		<-ended
	}
}

// makeRequest makes a key, and a request for a certificate of it; both in PEM, too.
func (m *manager) makeRequest(template *x509.CertificateRequest) (key crypto.Signer, keyPEM, csrPEM []byte, err error) {
	if template == nil {
		return nil, nil, nil, errors.New("there is no template for a certificate")
	}
	generate := m.generateKey
	if generate == nil {
		generate = func() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }
	}
	if key, err = generate(); err != nil {
		return nil, nil, nil, fmt.Errorf("generate a private key: %w", err)
	}
	if err := validateKeyStrength(key); err != nil {
		return nil, nil, nil, fmt.Errorf("the new key is insecure: %w", err)
	}
	if keyPEM, err = keyutil.MarshalPrivateKeyToPEM(key); err != nil {
		return nil, nil, nil, fmt.Errorf("encode the new key: %w", err)
	}
	if csrPEM, err = cert.MakeCSRFromTemplate(key, template); err != nil {
		return nil, nil, nil, fmt.Errorf("make a request for a certificate: %w", err)
	}
	return key, keyPEM, csrPEM, nil
}

// validateKeyStrength refuses RSA keys of less than 2048 bits, and ECDSA keys of less than 256.
func validateKeyStrength(key crypto.Signer) error {
	kind, bits, least := "", 0, 0
	switch key := key.(type) {
	case *rsa.PrivateKey:
		kind, bits, least = "RSA", key.N.BitLen(), 2048
	case *ecdsa.PrivateKey:
		kind, bits, least = "ECDSA", key.Curve.Params().BitSize, 256
	}
	if bits < least {
		return fmt.Errorf("%s keys must have at least %d bits, and it has %d", kind, least, bits)
	}
	return nil
}

// missing says what a template asks for and a certificate lacks; it is empty if the certificate has everything.
func missing(template *x509.CertificateRequest, cert *x509.Certificate) string {
	if template.Subject.CommonName != cert.Subject.CommonName {
		return fmt.Sprintf("common name %q", template.Subject.CommonName)
	}
	for _, name := range template.DNSNames {
		if !slices.Contains(cert.DNSNames, name) {
			return fmt.Sprintf("DNS name %q", name)
		}
	}
	for _, address := range template.IPAddresses {
		if !slices.ContainsFunc(cert.IPAddresses, func(ip net.IP) bool { return ip.Equal(address) }) {
			return fmt.Sprintf("IP address %s", address)
		}
	}
	for _, organization := range template.Subject.Organization {
		if !slices.Contains(cert.Subject.Organization, organization) {
			return fmt.Sprintf("organization %q", organization)
		}
	}
	return ""
}

// checkClientsetFunc returns a ClientsetFunc, or nil for none, and an error for another value.
func checkClientsetFunc(f ClientsetFunc) (ClientsetFunc, error) {
	if f == nil {
		return nil, nil
	}
	t := reflect.TypeOf(f)
	if t.Kind() != reflect.Func || t.IsVariadic() || t.NumIn() != 1 || t.NumOut() != 2 ||
		t.In(0) != reflect.TypeFor[*tls.Certificate]() || t.Out(1) != reflect.TypeFor[error]() {
		return nil, fmt.Errorf("ClientsetFn is a %s, and not a function of a *tls.Certificate that returns a clientset and an error", t)
	}
	if reflect.ValueOf(f).IsNil() {
		return nil, nil
	}
	return f, nil
}

// callClientsetFunc calls a function that checkClientsetFunc takes.
func callClientsetFunc(f ClientsetFunc, current *tls.Certificate) (csr.Clientset, error) {
	results := reflect.ValueOf(f).Call([]reflect.Value{reflect.ValueOf(current)})
	err, _ := reflect.TypeAssert[error](results[1])
	return results[0].Interface(), err
}
