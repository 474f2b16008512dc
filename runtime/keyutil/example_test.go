package keyutil_test

import (
	"fmt"

	"github.com/typewright/typewright/runtime/keyutil"
)

func ExampleParsePrivateKeyPEM() {
	data, err := keyutil.MakeEllipticPrivateKeyPEM()
	if err != nil {
		fmt.Println(err)
		return
	}
	key, err := keyutil.ParsePrivateKeyPEM(data)
	fmt.Printf("%T %v\n", key, err)
	// Output: *ecdsa.PrivateKey <nil>
}
