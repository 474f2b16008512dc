package auth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/test/e2e/cluster"
)

func TestImpersonation(t *testing.T) {
	config := live.Config()
	config.Impersonate = rest.ImpersonationConfig{
		UserName: "frida", UID: "frida-1", Groups: []string{"pilots", "system:authenticated"},
		Extra: map[string][]string{"Reasons/Why": {"a ü%", "b"}, "scopes": {"all"}},
	}
	user, err := newWhoAmI(t, config)(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "frida", user.Username)
	assert.Equal(t, "frida-1", user.UID)
	assert.ElementsMatch(t, []string{"pilots", "system:authenticated"}, user.Groups)
	// The server changes the keys to lower case.
	assert.Equal(t, authenticationv1.ExtraValue{"a ü%", "b"}, user.Extra["reasons/why"], "%v", user.Extra)
	assert.Equal(t, authenticationv1.ExtraValue{"all"}, user.Extra["scopes"])
}

func TestForbiddenImpersonation(t *testing.T) {
	config := live.ConfigFor(cluster.Alice)
	config.Impersonate.UserName = cluster.Bob
	_, err := newWhoAmI(t, config)(t.Context())
	require.True(t, apierrors.IsForbidden(err), "%v", err)
	assert.ErrorContains(t, err, `User "alice" cannot impersonate`)
}

func TestImpersonationWithinLimits(t *testing.T) {
	defer grant(t, cluster.Alice, "impersonate-bob", rbacv1.PolicyRule{
		APIGroups: []string{""}, Resources: []string{"users"}, Verbs: []string{"impersonate"}, ResourceNames: []string{cluster.Bob},
	})()
	as := func(who rest.ImpersonationConfig) error {
		config := live.ConfigFor(cluster.Alice)
		config.Impersonate = who
		user, err := newWhoAmI(t, config)(t.Context())
		if err == nil {
			assert.Equal(t, who.UserName, user.Username)
		}
		return err
	}
	require.Eventually(t, func() bool { return as(rest.ImpersonationConfig{UserName: cluster.Bob}) == nil }, 10*time.Second, 20*time.Millisecond)
	for name, who := range map[string]rest.ImpersonationConfig{
		"another":      {UserName: cluster.Carol},
		"with a group": {UserName: cluster.Bob, Groups: []string{"system:masters"}},
		"with extra":   {UserName: cluster.Bob, Extra: map[string][]string{"k": {"v"}}},
		"with a uid":   {UserName: cluster.Bob, UID: "1"},
	} {
		t.Run(name, func(t *testing.T) {
			err := as(who)
			require.True(t, apierrors.IsForbidden(err), "%v", err)
			assert.ErrorContains(t, err, `User "alice" cannot impersonate`)
		})
	}
}

func TestImpersonatedGroupsNeedUser(t *testing.T) {
	config := live.Config()
	config.Impersonate.Groups = []string{"pilots"}
	_, err := newWhoAmI(t, config)(t.Context())
	require.ErrorContains(t, err, "without impersonating a user")
}
