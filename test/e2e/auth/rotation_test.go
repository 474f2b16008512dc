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

// rotationWithin is the longest that a client may go on with credentials that were replaced but are not refused.
const rotationWithin = 75 * time.Second

func readRobots() rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{"fleet.typewright.dev"}, Resources: []string{"robots"}, Verbs: []string{"get", "list", "watch"}}
}

// A token that is still good when its file changes is used up to a minute longer; the watch goes on through the change.
func TestTokenFileRotates(t *testing.T) {
	t.Parallel()
	ns := namespace(t, "token-file")
	defer allow(t, cluster.Alice, "token-file", readRobots())()
	config := live.ConfigFor("")
	config.BearerTokenFile = tempFile(t, "token", []byte(live.Token(cluster.Alice)))
	ask := asker(t, config)
	user, err := ask(t.Context())
	require.NoError(t, err)
	require.Equal(t, cluster.Alice, user.Username)
	alive := watchRobots(t, config, ns)
	alive("before")

	replaceFile(t, config.BearerTokenFile, []byte(live.Token(cluster.Bob)))
	require.Eventually(t, func() bool {
		user, err := ask(t.Context())
		return err == nil && user.Username == cluster.Bob
	}, rotationWithin, 200*time.Millisecond)
	alive("after")
}

// A token that the server refuses is read again at once: the request that found out goes through.
func TestRefusedTokenFileIsReadAgain(t *testing.T) {
	t.Parallel()
	config := live.ConfigFor("")
	config.BearerTokenFile = tempFile(t, "token", []byte("expired"))
	ask := asker(t, config)
	_, err := ask(t.Context())
	require.True(t, apierrors.IsUnauthorized(err), "%v", err)
	replaceFile(t, config.BearerTokenFile, []byte(live.Token(cluster.Carol)))
	user, err := ask(t.Context())
	require.NoError(t, err)
	assert.Equal(t, cluster.Carol, user.Username)
}

// A token whose service account is deleted is refused when the server's memory of it ends, ten seconds later. The
// request that finds out fails; the next has the new token of the file.
func TestServiceAccountTokenRotates(t *testing.T) {
	t.Parallel()
	ns := namespace(t, "token-of-account")
	config := live.ConfigFor("")
	config.BearerTokenFile = tempFile(t, "token", []byte(serviceAccount(t, ns, "one")))
	ask := asker(t, config)
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
	}, rotationWithin, 100*time.Millisecond)
	assert.LessOrEqual(t, refused, 1)
}

func TestClientCertificateRotates(t *testing.T) {
	t.Parallel()
	ns := namespace(t, "certificate")
	defer allow(t, "dora", "certificate", readRobots())()
	cert, key, err := live.ClientCertificate("dora", nil, time.Hour)
	require.NoError(t, err)
	config := live.ConfigFor("")
	config.CertFile, config.KeyFile = tempFile(t, "tls.crt", cert), tempFile(t, "tls.key", key)
	ask := asker(t, config)
	user, err := ask(t.Context())
	require.NoError(t, err)
	require.Equal(t, "dora", user.Username)
	alive := watchRobots(t, config, ns)
	alive("before")

	cert, key, err = live.ClientCertificate("erin", nil, time.Hour)
	require.NoError(t, err)
	replaceFile(t, config.CertFile, cert) // between the two, certificate and key do not match
	_, err = ask(t.Context())
	require.NoError(t, err)
	replaceFile(t, config.KeyFile, key)
	require.Eventually(t, func() bool {
		user, err := ask(t.Context())
		return !assert.NoError(t, err, "no request fails") || user.Username == "erin"
	}, rotationWithin, 200*time.Millisecond)
	alive("after")
}
