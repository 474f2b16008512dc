package auth_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	fleetv1beta1 "github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/examples/controller/plain"
	"github.com/typewright/typewright/examples/controller/sites"
	"github.com/typewright/typewright/examples/controller/small"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/test/e2e/cluster"
)

// printedRole returns the role that clientgen rbac prints for examples/controller.
func printedRole(t *testing.T) *rbacv1.ClusterRole {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "run", "./cmd/clientgen", "rbac", "./examples/controller")
	cmd.Dir, cmd.Stderr = "../../..", os.Stderr
	text, err := cmd.Output()
	require.NoError(t, err)
	role := &rbacv1.ClusterRole{}
	require.NoError(t, yaml.UnmarshalStrict(text, role))
	return role
}

// TestPrintedRole runs the controller as a user with the role that clientgen rbac prints for it. With this role nothing is forbidden. If
// any rule is removed, some requests are.
func TestPrintedRole(t *testing.T) {
	role := printedRole(t)
	require.Len(t, role.Rules, 5)
	for name, controller := range map[string]sites.New{"plain": plain.New, "small": small.New} {
		t.Run(name, func(t *testing.T) {
			k := startController(t, "role-"+name, role.Rules, controller)
			k.exercise(t)
			k.end(t)
			assert.Empty(t, k.forbidden(), "requests that the server forbids")
		})
	}
	for i, rule := range role.Rules {
		t.Run("without "+strings.Join(rule.Resources, ","), func(t *testing.T) {
			k := startController(t, fmt.Sprintf("role-without-%d", i), slices.Delete(slices.Clone(role.Rules), i, i+1), plain.New)
			k.add(t)
			resource, _, _ := strings.Cut(rule.Resources[0], "/")
			require.Eventually(t, func() bool {
				return slices.ContainsFunc(k.forbidden(), func(path string) bool { return strings.Contains(path, "/"+resource) })
			}, time.Minute, 50*time.Millisecond, "a request for %s is forbidden", resource)
			_ = k.stop() // it may fail before it has synced
			k.clear(t)
		})
	}
}

// runningController is a running controller and its requests that were forbidden.
type runningController struct {
	name string
	stop func() error
	mu   sync.Mutex
	seen []string
}

// wrap returns a round tripper that records forbidden requests.
func (k *runningController) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(request *http.Request) (*http.Response, error) {
		response, err := next.RoundTrip(request)
		if err == nil && response.StatusCode == http.StatusForbidden {
			k.mu.Lock()
			k.seen = append(k.seen, request.Method+" "+request.URL.Path)
			k.mu.Unlock()
		}
		return response, err
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (r roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

func (k *runningController) forbidden() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.seen)
}

// startController runs the controller as Carol, who has only the permissions of the rules.
func startController(t *testing.T, name string, rules []rbacv1.PolicyRule, controller sites.New) *runningController {
	t.Helper()
	k := &runningController{name: namespace(t, name)}
	revoke := grant(t, cluster.Carol, name, rules...)
	waitForRules(t, cluster.Carol, rules)
	config := rest.CopyConfig(live.ConfigFor(cluster.Carol))
	config.Wrap(k.wrap)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- sites.Run(ctx, config, name, controller) }()
	k.stop = sync.OnceValue(func() error {
		cancel()
		err := <-ended
		revoke()
		waitForRules(t, cluster.Carol, nil)
		return err
	})
	t.Cleanup(func() { _ = k.stop() })
	return k
}

func (k *runningController) end(t *testing.T) {
	t.Helper()
	assert.NoError(t, k.stop())
}

// waitForRules waits until the server applies the rules of a user, which takes a moment after the role has changed.
func waitForRules(t *testing.T, user string, rules []rbacv1.PolicyRule) {
	t.Helper()
	asks := client(t, live.ConfigFor(user), "authorization.k8s.io/v1")
	ctx := context.WithoutCancel(t.Context())
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		for _, rule := range fleetRules() {
			group, resource := rule.APIGroups[0], rule.Resources[0]
			for _, verb := range []string{"get", "list", "watch", "create", "update", "patch", "delete"} {
				name, subresource, _ := strings.Cut(resource, "/")
				review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
					ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: verb, Group: group, Resource: name, Subresource: subresource, Namespace: "default"},
				}}
				require.NoError(c, asks.Post().Resource("selfsubjectaccessreviews").Body(review).Do(ctx).Into(review))
				want := slices.ContainsFunc(rules, func(r rbacv1.PolicyRule) bool {
					return slices.Contains(r.APIGroups, group) && slices.Contains(r.Resources, resource) && slices.Contains(r.Verbs, verb)
				})
				assert.Equal(c, want, review.Status.Allowed, "%s %s", verb, resource)
			}
		}
	}, time.Minute, 50*time.Millisecond)
}

// fleetRules returns rules for the resources that the controller uses.
func fleetRules() []rbacv1.PolicyRule {
	const fleet = "fleet.typewright.dev"
	return []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"events"}},
		{APIGroups: []string{"coordination.k8s.io"}, Resources: []string{"leases"}},
		{APIGroups: []string{fleet}, Resources: []string{"robots"}},
		{APIGroups: []string{fleet}, Resources: []string{"sites"}},
		{APIGroups: []string{fleet}, Resources: []string{"sites/status"}},
	}
}

// add creates a site and a robot.
func (k *runningController) add(t *testing.T) {
	t.Helper()
	admin := fleet(t, live.Config()).FleetV1beta1()
	site := &fleetv1beta1.Site{ObjectMeta: metav1.ObjectMeta{Name: k.name}, Spec: fleetv1beta1.SiteSpec{Region: "eu"}}
	_, err := admin.Sites().Create(t.Context(), site, metav1.CreateOptions{})
	require.NoError(t, err)
	robot := &fleetv1beta1.Robot{ObjectMeta: metav1.ObjectMeta{Name: "r"}, Spec: fleetv1beta1.RobotSpec{Model: "m", SiteName: k.name}}
	_, err = admin.Robots(k.name).Create(t.Context(), robot, metav1.CreateOptions{})
	require.NoError(t, err)
}

// exercise checks that the controller does all its work: it counts robots and cleans up after a site.
func (k *runningController) exercise(t *testing.T) {
	t.Helper()
	admin := fleet(t, live.Config()).FleetV1beta1()
	k.add(t)
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		site, err := admin.Sites().Get(t.Context(), k.name, metav1.GetOptions{})
		require.NoError(c, err)
		assert.EqualValues(c, 1, site.Status.Robots)
	}, time.Minute, 50*time.Millisecond)
	require.NoError(t, admin.Sites().Delete(t.Context(), k.name, metav1.DeleteOptions{}))
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		_, err := admin.Sites().Get(t.Context(), k.name, metav1.GetOptions{})
		assert.True(c, apierrors.IsNotFound(err), "%v", err)
	}, time.Minute, 50*time.Millisecond)
	robots, err := admin.Robots(k.name).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	assert.Empty(t, robots.Items)
}

// clear removes objects that a controller with too few permissions has left.
func (k *runningController) clear(t *testing.T) {
	t.Helper()
	admin := fleet(t, live.Config()).FleetV1beta1()
	require.NoError(t, admin.Robots(k.name).DeleteCollection(t.Context(), metav1.DeleteOptions{}, metav1.ListOptions{}))
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		site, err := admin.Sites().Get(t.Context(), k.name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return
		}
		require.NoError(c, err)
		site.Finalizers = nil
		_, err = admin.Sites().Update(t.Context(), site, metav1.UpdateOptions{})
		require.NoError(c, err)
		require.NoError(c, admin.Sites().Delete(t.Context(), k.name, metav1.DeleteOptions{}))
	}, time.Minute, 50*time.Millisecond)
}
