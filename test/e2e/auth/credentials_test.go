package auth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	fleetv1beta1 "github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/test/e2e/cluster"
)

func TestWhoAmI(t *testing.T) {
	ns := namespace(t, "who-am-i")
	certificate := func(c *rest.Config) {
		cert, key, err := live.ClientCertificate("dora", []string{"staff"}, time.Hour)
		require.NoError(t, err)
		c.CertData, c.KeyData = cert, key
	}
	for name, test := range map[string]struct {
		set  func(*rest.Config)
		user string
	}{
		"token":      {func(c *rest.Config) { c.BearerToken = live.Token(cluster.Alice) }, cluster.Alice},
		"token file": {func(c *rest.Config) { c.BearerTokenFile = tempFile(t, "token", []byte(live.Token(cluster.Bob)+"\n")) }, cluster.Bob},
		"file wins over token": {func(c *rest.Config) {
			c.BearerToken = "stale"
			c.BearerTokenFile = tempFile(t, "token", []byte(live.Token(cluster.Bob)))
		}, cluster.Bob},
		"client certificate":     {certificate, "dora"},
		"certificate and token":  {func(c *rest.Config) { certificate(c); c.BearerToken = live.Token(cluster.Alice) }, "dora"},
		"service account token":  {func(c *rest.Config) { c.BearerToken = serviceAccount(t, ns, "worker") }, "system:serviceaccount:who-am-i:worker"},
		"anonymous":              {func(*rest.Config) {}, "system:anonymous"},
		"kubeconfig's own token": {func(c *rest.Config) { c.BearerToken = live.Token(cluster.Admin) }, cluster.Admin},
	} {
		t.Run(name, func(t *testing.T) {
			config := live.ConfigFor("")
			test.set(config)
			if test.user == "system:anonymous" {
				_, err := newWhoAmI(t, config)(t.Context())
				require.True(t, apierrors.IsForbidden(err), "%v", err)
				assert.ErrorContains(t, err, `User "system:anonymous" cannot create resource "selfsubjectreviews"`)
				return
			}
			assert.Equal(t, test.user, whoami(t, config))
		})
	}
}

func TestAnonymous(t *testing.T) {
	config := rest.AnonymousClientConfig(live.Config())
	version, err := fleet(t, config).Discovery().ServerVersion()
	require.NoError(t, err, "anonymous users may read the version")
	assert.Equal(t, "v1.37.2", version.GitVersion)
	_, err = fleet(t, config).FleetV1beta1().Robots("default").List(t.Context(), metav1.ListOptions{})
	require.True(t, apierrors.IsForbidden(err), "%v", err)
	assert.EqualError(t, err, `robots.fleet.typewright.dev is forbidden: User "system:anonymous" cannot list resource "robots" in API group "fleet.typewright.dev" in the namespace "default"`)
}

func TestRefusedCredentials(t *testing.T) {
	const secret = "not-a-token-of-anybody"
	config := live.ConfigFor("")
	config.BearerToken = secret
	_, err := newWhoAmI(t, config)(t.Context())
	require.True(t, apierrors.IsUnauthorized(err), "%v", err)
	assert.NotContains(t, err.Error(), secret)

	cert, key, err := live.ClientCertificate("dora", nil, -time.Minute/2) // expired
	require.NoError(t, err)
	config = live.ConfigFor("")
	config.CertData, config.KeyData = cert, key
	_, err = newWhoAmI(t, config)(t.Context())
	require.Error(t, err)
	assert.True(t, apierrors.IsUnauthorized(err), "%v", err)

	config = live.ConfigFor(cluster.Admin)
	config.CAData = nil
	_, err = newWhoAmI(t, config)(t.Context())
	require.ErrorContains(t, err, "certificate")
	assert.NotContains(t, err.Error(), live.Token(cluster.Admin))

	config = live.ConfigFor(cluster.Admin)
	config.ServerName = "elsewhere.example.com"
	_, err = newWhoAmI(t, config)(t.Context())
	require.ErrorContains(t, err, "elsewhere.example.com")
}

// watchRobots opens a watch, and returns a function that creates a robot and checks that the watch reports it.
func watchRobots(t *testing.T, config *rest.Config, ns string) (alive func(name string)) {
	t.Helper()
	w, err := fleet(t, config).FleetV1beta1().Robots(ns).Watch(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	t.Cleanup(w.Stop)
	admin := fleet(t, live.Config()).FleetV1beta1().Robots(ns)
	return func(name string) {
		t.Helper()
		robot := &fleetv1beta1.Robot{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: fleetv1beta1.RobotSpec{Model: "m", SiteName: "s"}}
		_, err := admin.Create(t.Context(), robot, metav1.CreateOptions{})
		require.NoError(t, err)
		select {
		case event, ok := <-w.ResultChan():
			require.True(t, ok, "the watch ended")
			require.Equal(t, watch.Added, event.Type, "%v", event.Object)
			got, ok := event.Object.(*fleetv1beta1.Robot)
			require.True(t, ok, "%T", event.Object)
			assert.Equal(t, name, got.Name)
		case <-time.After(10 * time.Second):
			t.Fatal("the watch does not report the robot")
		}
	}
}
