package csr_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509/pkix"
	"fmt"
	"time"

	certificatesv1 "k8s.io/api/certificates/v1"

	"github.com/typewright/typewright/runtime/cert"
	"github.com/typewright/typewright/runtime/certificate/csr"
)

// A program asks for a certificate, and waits for it for ten minutes at most.
func Example() {
	var client csr.Clientset // kubernetes.NewForConfig makes one
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		fmt.Println(err)
		return
	}
	request, err := cert.MakeCSR(key, &pkix.Name{CommonName: "robot"}, nil, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	name, uid, err := csr.RequestCertificateWithContext(ctx, client, request, "", "example.com/robots", nil,
		[]certificatesv1.KeyUsage{certificatesv1.UsageClientAuth}, key)
	if err != nil {
		fmt.Println(err)
		return
	}
	certificate, err := csr.WaitForCertificate(ctx, client, name, uid)
	fmt.Println(len(certificate), err)
	// Output: there is no client to request certificates with
}
