package v1_test

import (
	"encoding/json"
	"os"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	clientauthentication "github.com/typewright/typewright/runtime/clientauthentication/v1"
)

// What an exec plugin prints.
func ExampleExecCredential() {
	_ = json.NewEncoder(os.Stdout).Encode(clientauthentication.ExecCredential{
		TypeMeta: metav1.TypeMeta{APIVersion: clientauthentication.SchemeGroupVersion.String(), Kind: "ExecCredential"},
		Status:   &clientauthentication.ExecCredentialStatus{Token: "secret"},
	})
	// Output: {"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false},"status":{"token":"secret"}}
}
