package certificate

import (
	"crypto/rsa"

	certificatesv1 "k8s.io/api/certificates/v1"
)

// DefaultKubeletServingGetUsages returns the usages of a certificate that a kubelet serves with. With RSA keys, TLS may encrypt keys.
func DefaultKubeletServingGetUsages(privateKey interface{}) []certificatesv1.KeyUsage {
	return tlsUsages(privateKey, certificatesv1.UsageServerAuth)
}

// DefaultKubeletClientGetUsages is DefaultKubeletServingGetUsages for a certificate that a kubelet shows to the API server.
func DefaultKubeletClientGetUsages(privateKey interface{}) []certificatesv1.KeyUsage {
	return tlsUsages(privateKey, certificatesv1.UsageClientAuth)
}

func tlsUsages(privateKey any, authentication certificatesv1.KeyUsage) []certificatesv1.KeyUsage {
	if _, ok := privateKey.(*rsa.PrivateKey); ok {
		return []certificatesv1.KeyUsage{certificatesv1.UsageDigitalSignature, certificatesv1.UsageKeyEncipherment, authentication}
	}
	return []certificatesv1.KeyUsage{certificatesv1.UsageDigitalSignature, authentication}
}
