package install_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/clientauthentication"
	"github.com/typewright/typewright/runtime/clientauthentication/install"
	v1 "github.com/typewright/typewright/runtime/clientauthentication/v1"
)

// TestRoundTrip reads each version into the common form and writes it again.
func TestRoundTrip(t *testing.T) {
	scheme := runtime.NewScheme()
	install.Install(scheme)
	codecs := serializer.NewCodecFactory(scheme)
	for _, version := range []string{"v1", "v1beta1"} {
		document := fmt.Sprintf(`{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/%s",
			"spec":{"interactive":true,"cluster":{"server":"https://s","tls-server-name":"n","insecure-skip-tls-verify":true,
				"certificate-authority-data":"YQ==","proxy-url":"http://p","disable-compression":true,"config":{"audience":"x"}}},
			"status":{"token":"t","expirationTimestamp":"2026-01-02T03:04:05Z","clientCertificateData":"c","clientKeyData":"k"}}`, version)
		object, err := runtime.Decode(codecs.UniversalDecoder(clientauthentication.SchemeGroupVersion), []byte(document))
		require.NoError(t, err)
		credential, ok := object.(*clientauthentication.ExecCredential)
		require.True(t, ok)
		assert.Equal(t, "t", credential.Status.Token)
		assert.Equal(t, "https://s", credential.Spec.Cluster.Server)
		assert.True(t, credential.Spec.Interactive)

		data, err := runtime.Encode(codecs.LegacyCodec(schema.GroupVersion{Group: clientauthentication.GroupName, Version: version}), credential)
		require.NoError(t, err)
		assert.JSONEq(t, document, string(data))

		empty := fmt.Sprintf(`{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/%s","spec":{"interactive":false}}`, version)
		object, err = runtime.Decode(codecs.UniversalDecoder(clientauthentication.SchemeGroupVersion), []byte(empty))
		require.NoError(t, err)
		assert.Equal(t, &clientauthentication.ExecCredential{}, object)
	}
	assert.Equal(t, "client.authentication.k8s.io", clientauthentication.Kind("ExecCredential").Group)
	assert.Equal(t, "client.authentication.k8s.io", v1.Resource("x").Group)
}

// TestSecretsAreNotPrinted prints credentials in every way but as JSON, which is what they are for.
func TestSecretsAreNotPrinted(t *testing.T) {
	status := v1.ExecCredentialStatus{Token: "secret", ClientKeyData: "secret"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		assert.NotContains(t, fmt.Sprintf(verb, status), "secret", verb)
		assert.NotContains(t, fmt.Sprintf(verb, &status), "secret", verb)
		assert.NotContains(t, fmt.Sprintf(verb, v1.ExecCredential{Status: &status}), "secret", verb)
	}
	data, err := json.Marshal(status)
	require.NoError(t, err)
	assert.Contains(t, string(data), "secret")
}
