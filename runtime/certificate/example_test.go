package certificate_test

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"os"

	"github.com/typewright/typewright/runtime/certificate"
)

// clientset stands for the type of a generated clientset.
type clientset interface{}

// A server serves with the certificate that the manager has.
func Example() {
	folder, err := os.MkdirTemp("", "pki")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	store, err := certificate.NewFileStore("robot", folder, folder, "", "")
	if err != nil {
		panic(err)
	}
	manager, err := certificate.NewManager(&certificate.Config{
		ClientsetFn: func(*tls.Certificate) (clientset, error) {
			return nil, errors.New("kubernetes.NewForConfig makes one")
		},
		Template:         &x509.CertificateRequest{Subject: pkix.Name{CommonName: "robot"}, DNSNames: []string{"robot.example"}},
		SignerName:       "example.com/robots",
		GetUsages:        certificate.DefaultKubeletServingGetUsages,
		CertificateStore: store,
	})
	if err != nil {
		panic(err)
	}
	manager.Start()
	defer manager.Stop()
	_ = &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		if current := manager.Current(); current != nil {
			return current, nil
		}
		return nil, errors.New("there is no certificate yet")
	}}
	_, err = store.Current()
	fmt.Println("has one:", err == nil)
	// Output: has one: false
}
