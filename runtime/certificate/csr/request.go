package csr

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"reflect"
	"time"

	certificatesv1 "k8s.io/api/certificates/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cert"
)

// RequestCertificate is RequestCertificateWithContext without a context.
//
// Deprecated: it cannot be cancelled; use RequestCertificateWithContext.
func RequestCertificate( //nolint:revive // the drop-in signature
	client Clientset, csrData []byte, name, signerName string, requestedDuration *time.Duration,
	usages []certificatesv1.KeyUsage, privateKey interface{},
) (reqName string, reqUID types.UID, err error) {
	return RequestCertificateWithContext(context.Background(), client, csrData, name, signerName, requestedDuration, usages, privateKey)
}

// RequestCertificateWithContext creates a CertificateSigningRequest of a request in PEM, and returns its name and UID. Without a name
// the server chooses one. If there is a request of the name already, it is taken if it is for the same subject and signer, was signed
// with the same key, and its certificate, if it has one, has not expired. So a program that was interrupted can go on with its request,
// if it has kept the key.
//
// The duration is how long the certificate should be valid. The signer may decide otherwise.
func RequestCertificateWithContext( //nolint:revive // the drop-in signature
	ctx context.Context, client Clientset, csrData []byte, name, signerName string, requestedDuration *time.Duration,
	usages []certificatesv1.KeyUsage, privateKey interface{},
) (reqName string, reqUID types.UID, err error) {
	api, err := apiOf(client)
	if err != nil {
		return "", "", err
	}
	request := &certificatesv1.CertificateSigningRequest{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       certificatesv1.CertificateSigningRequestSpec{Request: csrData, Usages: usages, SignerName: signerName},
	}
	if name == "" {
		request.GenerateName = "csr-"
	}
	if requestedDuration != nil {
		request.Spec.ExpirationSeconds = DurationToExpirationSeconds(*requestedDuration)
	}
	logger := klog.FromContext(ctx)
	created, err := api.create(ctx, request)
	switch {
	case err == nil:
		logger.V(2).Info("Created a certificate signing request", "csr", created.Name)
		return created.Name, created.UID, nil
	case name == "" || !apierrors.IsAlreadyExists(err):
		return "", "", fmt.Errorf("cannot create certificate signing request: %w", err)
	}
	existing, err := api.get(ctx, name)
	if err != nil {
		return "", "", fmt.Errorf("cannot retrieve certificate signing request: %w", err)
	}
	if err := checkReusable(existing, request, privateKey); err != nil {
		return "", "", fmt.Errorf("certificate signing request %q is there already and is not compatible: %w", name, err)
	}
	logger.Info("Using the certificate signing request that is there", "csr", name)
	return existing.Name, existing.UID, nil
}

// DurationToExpirationSeconds returns a duration as a request has it, in whole seconds.
func DurationToExpirationSeconds(duration time.Duration) *int32 {
	return new(int32(duration / time.Second)) //nolint:gosec // 68 years fit
}

// ExpirationSecondsToDuration is the reverse of DurationToExpirationSeconds.
func ExpirationSecondsToDuration(expirationSeconds int32) time.Duration {
	return time.Duration(expirationSeconds) * time.Second
}

// checkReusable returns why an existing request cannot stand for one that is wanted and whose key is given.
func checkReusable(existing, wanted *certificatesv1.CertificateSigningRequest, privateKey any) error {
	have, err := parse(existing.Spec.Request)
	if err != nil {
		return fmt.Errorf("unable to parse new csr: %w", err)
	}
	want, err := parse(wanted.Spec.Request)
	if err != nil {
		return fmt.Errorf("unable to parse original csr: %w", err)
	}
	if !reflect.DeepEqual(have.Subject, want.Subject) {
		return fmt.Errorf("csr subjects differ: new: %s, orig: %s", have.Subject, want.Subject)
	}
	if a, b := existing.Spec.SignerName, wanted.Spec.SignerName; a != "" && b != "" && a != b {
		return fmt.Errorf("csr signerNames differ: new %q, orig: %q", a, b)
	}
	signer, ok := privateKey.(crypto.Signer)
	if !ok {
		return fmt.Errorf("the key is a %T, which is no crypto.Signer", privateKey)
	}
	have.PublicKey = signer.Public()
	if err := have.CheckSignature(); err != nil {
		return fmt.Errorf("it was signed with another key: %w", err)
	}
	return checkNotExpired(existing.Status.Certificate)
}

// checkNotExpired returns an error if one of the certificates in PEM has expired. No certificates are none that have.
func checkNotExpired(certificates []byte) error {
	if len(certificates) == 0 {
		return nil
	}
	parsed, err := cert.ParseCertsPEM(certificates)
	if err != nil {
		return fmt.Errorf("error parsing its certificate: %w", err)
	}
	for _, c := range parsed {
		if time.Now().After(c.NotAfter) {
			return fmt.Errorf("one of its certificates has expired: %s", c.NotAfter)
		}
	}
	return nil
}

// parse reads a request in PEM.
func parse(data []byte) (*x509.CertificateRequest, error) {
	block, _ := pem.Decode(data)
	if block == nil || block.Type != cert.CertificateRequestBlockType {
		return nil, errors.New("PEM block type must be " + cert.CertificateRequestBlockType)
	}
	return x509.ParseCertificateRequest(block.Bytes)
}
