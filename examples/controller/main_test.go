package main

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/examples/controller/plain"
	"github.com/typewright/typewright/examples/controller/sites"
	"github.com/typewright/typewright/examples/controller/small"
	"github.com/typewright/typewright/generated/applyconfiguration"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/dynamic"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// replica is a running replica.
type replica struct {
	stop  context.CancelFunc
	ended chan error
}

type world struct {
	t        *testing.T
	client   versioned.Interface
	untyped  dynamic.Interface
	replicas map[string]replica
}

func newWorld(t *testing.T, newController sites.New) *world {
	t.Helper()
	all := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, corev1.AddToScheme, coordinationv1.AddToScheme} {
		require.NoError(t, add(all))
	}
	server := apitest.Start(t, apitest.Options{
		Scheme: all, Resources: fake.Resources(), TypeConverter: applyconfiguration.NewTypeConverter(scheme.Scheme), InMemory: true,
		Objects: []runtime.Object{&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "default"}}},
	})
	w := &world{t: t, replicas: map[string]replica{}}
	var err error
	w.client, err = versioned.NewForConfig(server.Config())
	require.NoError(t, err)
	w.untyped, err = dynamic.NewForConfig(server.Config())
	require.NoError(t, err)
	for _, name := range []string{"one", "two"} {
		ctx, cancel := context.WithCancel(t.Context())
		r := replica{cancel, make(chan error, 1)}
		go func() { r.ended <- sites.Run(ctx, server.Config(), name, newController) }()
		w.replicas[name] = r
	}
	t.Cleanup(func() {
		for name := range w.replicas {
			w.end(name)
		}
	})
	return w
}

// end stops a replica and waits for it.
func (w *world) end(name string) {
	w.replicas[name].stop()
	assert.NoError(w.t, <-w.replicas[name].ended)
	delete(w.replicas, name)
}

func (w *world) leader() string {
	lease, err := w.untyped.Resource(coordinationv1.SchemeGroupVersion.WithResource("leases")).Namespace("default").Get(w.t.Context(), sites.Name, metav1.GetOptions{})
	require.NoError(w.t, err)
	return lease.Object["spec"].(map[string]any)["holderIdentity"].(string)
}

func (w *world) addRobot(name string) {
	robot := &v1beta1.Robot{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1beta1.RobotSpec{Model: "carrier", SiteName: "north"}}
	_, err := w.client.FleetV1beta1().Robots("default").Create(w.t.Context(), robot, metav1.CreateOptions{})
	require.NoError(w.t, err)
}

func (w *world) site() *v1beta1.Site {
	site, err := w.client.FleetV1beta1().Sites().Get(w.t.Context(), "north", metav1.GetOptions{})
	require.NoError(w.t, err)
	return site
}

// reasons returns the reasons of all events.
func (w *world) reasons() []string {
	list, err := w.untyped.Resource(corev1.SchemeGroupVersion.WithResource("events")).List(w.t.Context(), metav1.ListOptions{})
	require.NoError(w.t, err)
	var reasons []string
	for _, event := range list.Items {
		reasons = append(reasons, event.Object["reason"].(string))
	}
	return reasons
}

// TestTwoReplicas lets two replicas keep a site, and stops the one that leads. Minutes of virtual time cost nothing.
func TestTwoReplicas(t *testing.T) {
	for name, newController := range map[string]sites.New{"plain": plain.New, "small": small.New} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, newController)
				_, err := w.client.FleetV1beta1().Sites().Create(t.Context(), &v1beta1.Site{ObjectMeta: metav1.ObjectMeta{Name: "north"}, Spec: v1beta1.SiteSpec{Region: "eu"}}, metav1.CreateOptions{})
				require.NoError(t, err)
				for n := range 3 {
					w.addRobot(fmt.Sprintf("robot-%d", n))
				}
				time.Sleep(time.Minute)
				assert.EqualValues(t, 3, w.site().Status.Robots)
				assert.Equal(t, []string{sites.Finalizer}, w.site().Finalizers)

				first := w.leader()
				require.Contains(t, w.replicas, first)
				w.end(first)
				w.addRobot("late")
				time.Sleep(time.Minute)
				assert.NotEqual(t, first, w.leader())
				assert.EqualValues(t, 4, w.site().Status.Robots)

				require.NoError(t, w.client.FleetV1beta1().Sites().Delete(t.Context(), "north", metav1.DeleteOptions{}))
				time.Sleep(time.Minute)
				_, err = w.client.FleetV1beta1().Sites().Get(t.Context(), "north", metav1.GetOptions{})
				assert.True(t, apierrors.IsNotFound(err), "%v", err)
				robots, err := w.client.FleetV1beta1().Robots("").List(t.Context(), metav1.ListOptions{})
				require.NoError(t, err)
				assert.Empty(t, robots.Items)
				assert.Contains(t, w.reasons(), "Counted")
				assert.Contains(t, w.reasons(), "Cleared")
			})
		})
	}
}
