package cert_test

import (
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"

	"github.com/typewright/typewright/runtime/cert"
	"github.com/typewright/typewright/runtime/keyutil"
)

func ExampleMakeCSR() {
	data, err := keyutil.MakeEllipticPrivateKeyPEM()
	if err != nil {
		fmt.Println(err)
		return
	}
	key, err := keyutil.ParsePrivateKeyPEM(data)
	if err != nil {
		fmt.Println(err)
		return
	}
	csr, err := cert.MakeCSR(key, &pkix.Name{CommonName: "robot"}, []string{"robot.example"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	block, _ := pem.Decode(csr)
	fmt.Println(block.Type)
	// Output: CERTIFICATE REQUEST
}
