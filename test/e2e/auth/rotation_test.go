package auth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/typewright/typewright/test/e2e/cluster"
)

// rotationTimeout is how long a client may use credentials that were replaced but are still valid.
const rotationTimeout = 75 * time.Second

func readRobots() rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{"fleet.typewright.dev"}, Resources: []string{"robots"}, Verbs: []string{"get", "list", "watch"}}
}

// After a token file has changed, the old token is used for up to a minute if it is still valid. A watch continues through the change.
func TestTokenFileRotates(t *testing.T) {
	t.Parallel()
	ns := namespace(t, "token-file")
	defer grant(t, cluster.Alice, "token-file", readRobots())()
	config := live.ConfigFor("")
	config.BearerTokenFile = tempFile(t, "token", []byte(live.Token(cluster.Alice)))
	ask := newWhoAmI(t, config)
	user, err := ask(t.Context())
	require.NoError(t, err)
	require.Equal(t, cluster.Alice, user.Username)
	alive := watchRobots(t, config, ns)
	alive("before")

	replaceFile(t, config.BearerTokenFile, []byte(live.Token(cluster.Bob)))
	require.Eventually(t, func() bool {
		user, err := ask(t.Context())
		return err == nil && user.Username == cluster.Bob
	}, rotationTimeout, 200*time.Millisecond)
	alive("after")
}

// After a 401 response the token file is read again at once, and the request succeeds.
func TestTokenFileIsReadAgainAfterUnauthorized(t *testing.T) {
	t.Parallel()
	config := live.ConfigFor("")
	config.BearerTokenFile = tempFile(t, "token", []byte("expired"))
	ask := newWhoAmI(t, config)
	_, err := ask(t.Context())
	require.True(t, apierrors.IsUnauthorized(err), "%v", err)
	replaceFile(t, config.BearerTokenFile, []byte(live.Token(cluster.Carol)))
	user, err := ask(t.Context())
	require.NoError(t, err)
	assert.Equal(t, cluster.Carol, user.Username)
}

// The server refuses a token after its service account was deleted, once its cache entry of ten seconds has expired. The request that is
// refused fails; the next one uses the new token of the file.
func TestServiceAccountTokenRotates(t *testing.T) {
	t.Parallel()
	ns := namespace(t, "token-of-account")
	config := live.ConfigFor("")
	config.BearerTokenFile = tempFile(t, "token", []byte(serviceAccount(t, ns, "one")))
	ask := newWhoAmI(t, config)
	_, err := ask(t.Context())
	require.NoError(t, err)
	replaceFile(t, config.BearerTokenFile, []byte(serviceAccount(t, ns, "two")))
	core := client(t, live.Config(), "v1")
	require.NoError(t, core.Delete().Namespace(ns).Resource("serviceaccounts").Name("one").Do(t.Context()).Error())
	var refused int
	require.Eventually(t, func() bool {
		user, err := ask(t.Context())
		if apierrors.IsUnauthorized(err) {
			refused++
		}
		return user.Username == "system:serviceaccount:token-of-account:two"
	}, rotationTimeout, 100*time.Millisecond)
	assert.LessOrEqual(t, refused, 1)
}

func TestClientCertificateRotates(t *testing.T) {
	t.Parallel()
	ns := namespace(t, "certificate")
	defer grant(t, "dora", "certificate", readRobots())()
	cert, key, err := live.ClientCertificate("dora", nil, time.Hour)
	require.NoError(t, err)
	config := live.ConfigFor("")
	config.CertFile, config.KeyFile = tempFile(t, "tls.crt", cert), tempFile(t, "tls.key", key)
	ask := newWhoAmI(t, config)
	user, err := ask(t.Context())
	require.NoError(t, err)
	require.Equal(t, "dora", user.Username)
	alive := watchRobots(t, config, ns)
	alive("before")

	cert, key, err = live.ClientCertificate("erin", nil, time.Hour)
	require.NoError(t, err)
	replaceFile(t, config.CertFile, cert) // certificate and key do not match until both are replaced
	_, err = ask(t.Context())
	require.NoError(t, err)
	replaceFile(t, config.KeyFile, key)
	require.Eventually(t, func() bool {
		user, err := ask(t.Context())
		return !assert.NoError(t, err, "no request fails") || user.Username == "erin"
	}, rotationTimeout, 200*time.Millisecond)
	alive("after")
}
