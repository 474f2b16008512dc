package exec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/auth/exec"
	v1 "github.com/typewright/typewright/runtime/clientauthentication/v1"
	"github.com/typewright/typewright/runtime/clientauthentication/v1beta1"
)

const info = `{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/`

func TestAProgramReadsWhatItIsTold(t *testing.T) {
	t.Setenv("KUBERNETES_EXEC_INFO",
		info+`v1","spec":{"interactive":true,"cluster":{"server":"https://here","tls-server-name":"sn","config":{"a":1}}}}`)
	obj, config, err := exec.LoadExecCredentialFromEnv()
	require.NoError(t, err)
	assert.Equal(t, "https://here", config.Host)
	assert.Equal(t, "sn", config.ServerName)
	credential, ok := obj.(*v1.ExecCredential)
	require.True(t, ok)
	assert.True(t, credential.Spec.Interactive)
	assert.JSONEq(t, `{"a":1}`, string(credential.Spec.Cluster.Config.Raw))

	obj, _, err = exec.LoadExecCredential([]byte(info + `v1beta1","spec":{"cluster":{"server":"https://here"}}}`))
	require.NoError(t, err)
	assert.IsType(t, &v1beta1.ExecCredential{}, obj)
}

func TestWhatAProgramCannotRead(t *testing.T) {
	t.Setenv("KUBERNETES_EXEC_INFO", "")
	_, _, err := exec.LoadExecCredentialFromEnv()
	require.ErrorContains(t, err, "unset or empty")
	for data, want := range map[string]string{
		`{`:                                   "decode",
		info + `v9"}`:                         "decode",
		info + `v1","spec":{}}`:               "does not contain cluster information",
		`{"kind":"Status","apiVersion":"v1"}`: "invalid group/kind",
		info + `v1","spec":{"cluster":{"server":"https://here","proxy-url":":"}}}`: "cannot create rest.Config",
	} {
		_, _, err := exec.LoadExecCredential([]byte(data))
		require.ErrorContains(t, err, want, data)
	}
}
