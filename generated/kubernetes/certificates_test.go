package kubernetes_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509/pkix"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/kubernetes"
	"github.com/typewright/typewright/generated/kubernetes/fake"
	"github.com/typewright/typewright/runtime/cert"
	"github.com/typewright/typewright/runtime/certificate"
	"github.com/typewright/typewright/runtime/certificate/csr"
)

// TestCertificatesAreRequestedWithAClientset approves a request and waits for the certificate, through the generated clients.
func TestCertificatesAreRequestedWithAClientset(t *testing.T) {
	var client kubernetes.Interface = fake.NewServerBacked(t).Clientset
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	request, err := cert.MakeCSR(key, &pkix.Name{CommonName: "robot"}, nil, nil)
	require.NoError(t, err)
	name, uid, err := csr.RequestCertificateWithContext(t.Context(), client, request, "", "example.com/robots", nil,
		[]certificatesv1.KeyUsage{certificatesv1.UsageClientAuth}, key)
	require.NoError(t, err)

	requests := client.CertificatesV1().CertificateSigningRequests()
	object, err := requests.Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	approved := certificatesv1.CertificateSigningRequestCondition{Type: certificatesv1.CertificateApproved, Status: corev1.ConditionTrue}
	object.Status.Conditions = append(object.Status.Conditions, approved)
	object, err = requests.UpdateApproval(t.Context(), name, object, metav1.UpdateOptions{})
	require.NoError(t, err)
	object.Status.Certificate = []byte("a certificate")
	_, err = requests.UpdateStatus(t.Context(), object, metav1.UpdateOptions{})
	require.NoError(t, err)
	issued, err := csr.WaitForCertificate(t.Context(), client, name, uid)
	require.NoError(t, err)
	assert.Equal(t, "a certificate", string(issued))
}

// TestAManagerTakesAFunctionOfAClientset holds that the function of client-go's programs fits.
func TestAManagerTakesAFunctionOfAClientset(t *testing.T) {
	folder := t.TempDir()
	store, err := certificate.NewFileStore("robot", folder, folder, "", "")
	require.NoError(t, err)
	var clients certificate.ClientsetFunc = func(*tls.Certificate) (kubernetes.Interface, error) { return fake.NewClientset(), nil }
	_, err = certificate.NewManager(&certificate.Config{
		ClientsetFn: clients, GetUsages: certificate.DefaultKubeletClientGetUsages, CertificateStore: store,
	})
	require.NoError(t, err)
}
