package cert

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net"
)

// MakeCSR returns a request for a certificate in PEM, signed with a key of any type that is a [crypto.Signer].
func MakeCSR(privateKey interface{}, subject *pkix.Name, dnsSANs []string, ipSANs []net.IP) (csr []byte, err error) {
	return MakeCSRFromTemplate(privateKey, &x509.CertificateRequest{Subject: *subject, DNSNames: dnsSANs, IPAddresses: ipSANs})
}

// MakeCSRFromTemplate returns a request like a template, which it does not change. The algorithm of the signature follows from
// the key.
func MakeCSRFromTemplate(privateKey interface{}, template *x509.CertificateRequest) ([]byte, error) {
	request := *template
	request.SignatureAlgorithm = signatureAlgorithm(privateKey)
	der, err := x509.CreateCertificateRequest(rand.Reader, &request, privateKey)
	if err != nil {
		return nil, fmt.Errorf("sign the request of %s: %w", request.Subject.CommonName, err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: CertificateRequestBlockType, Bytes: der}), nil
}

// signatureAlgorithm has longer hashes for longer RSA keys, and leaves other keys to crypto/x509.
func signatureAlgorithm(privateKey any) x509.SignatureAlgorithm {
	key, ok := privateKey.(*rsa.PrivateKey)
	switch {
	case !ok:
		return x509.UnknownSignatureAlgorithm
	case key.N.BitLen() >= 4096:
		return x509.SHA512WithRSA
	case key.N.BitLen() >= 3072:
		return x509.SHA384WithRSA
	}
	return x509.SHA256WithRSA
}
