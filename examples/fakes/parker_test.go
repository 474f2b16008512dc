package fakes

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	fleetv1beta1 "github.com/typewright/typewright/apis/fleet/v1beta1"
	telemetryv1 "github.com/typewright/typewright/apis/telemetry/v1"
	applyfleetv1beta1 "github.com/typewright/typewright/generated/applyconfiguration/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/informers/externalversions"
	clienttesting "github.com/typewright/typewright/runtime/testing"
	"github.com/typewright/typewright/runtime/testing/typedfake"
)

func robot(name, site string, paused bool) *fleetv1beta1.Robot {
	return &fleetv1beta1.Robot{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, Labels: map[string]string{"site": site}},
		Spec:       fleetv1beta1.RobotSpec{Model: "carrier", SiteName: site, Paused: paused},
	}
}

// clients returns a clientset of each kind.
func clients(t *testing.T, objects ...runtime.Object) map[string]versioned.Interface {
	t.Helper()
	return map[string]versioned.Interface{
		"server": fake.NewServerBacked(t, objects...),
		"fake":   fake.NewClientset(objects...),
		"simple": fake.NewSimpleClientset(objects...),
	}
}

func TestParkOnEveryClientset(t *testing.T) {
	for name, client := range clients(t, robot("ada", "north", false), robot("bo", "north", true), robot("cy", "south", false)) {
		t.Run(name, func(t *testing.T) {
			parked, err := Park(t.Context(), client, "default", "north")
			require.NoError(t, err)
			assert.Equal(t, 1, parked)
			for name, paused := range map[string]bool{"ada": true, "bo": true, "cy": false} {
				got, err := client.FleetV1beta1().Robots("default").Get(t.Context(), name, metav1.GetOptions{})
				require.NoError(t, err)
				assert.Equal(t, paused, got.Spec.Paused, name)
			}
		})
	}
}

// TestConflict changes the robot between the read and the write of the program: only the server reports a conflict.
func TestConflict(t *testing.T) {
	client := fake.NewServerBacked(t, robot("ada", "north", false))
	robots := client.FleetV1beta1().Robots("default")
	stale, err := robots.Get(t.Context(), "ada", metav1.GetOptions{})
	require.NoError(t, err)
	fresh := stale.DeepCopy()
	fresh.Spec.Model = "lifter"
	_, err = robots.Update(t.Context(), fresh, metav1.UpdateOptions{})
	require.NoError(t, err)
	_, err = robots.Update(t.Context(), stale, metav1.UpdateOptions{})
	assert.True(t, apierrors.IsConflict(err), "%v", err)
}

func TestGeneratedNames(t *testing.T) {
	nameless := robot("", "north", false)
	nameless.GenerateName = "robot-"
	got, err := fake.NewServerBacked(t).FleetV1beta1().Robots("default").Create(t.Context(), nameless, metav1.CreateOptions{})
	require.NoError(t, err)
	assert.Regexp(t, "^robot-.{5}$", got.Name)
	assert.NotEmpty(t, got.UID)
}

// TestReactors makes the update fail and checks the actions.
func TestReactors(t *testing.T) {
	client := fake.NewSimpleClientset(robot("ada", "north", false))
	fire := errors.New("the server is on fire")
	client.PrependReactor("update", "robots", func(clienttesting.Action) (bool, runtime.Object, error) { return true, nil, fire })
	_, err := Park(t.Context(), client, "default", "north")
	require.ErrorIs(t, err, fire)

	verbs := []string{}
	for _, action := range client.Actions() {
		verbs = append(verbs, action.GetVerb())
	}
	assert.Equal(t, []string{"list", "get", "update"}, verbs)
}

func TestNothingIsInvented(t *testing.T) {
	client := fake.NewSimpleClientset()
	robots := client.FleetV1beta1().Robots("default")
	_, err := robots.Create(t.Context(), robot("ada", "north", false), metav1.CreateOptions{})
	require.NoError(t, err)
	list, err := robots.List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	assert.Equal(t, &fleetv1beta1.RobotList{
		ListMeta: metav1.ListMeta{ResourceVersion: "2"}, Items: []fleetv1beta1.Robot{*robot("ada", "north", false)},
	}, list)
	none, err := robots.List(t.Context(), metav1.ListOptions{LabelSelector: "site=south"})
	require.NoError(t, err)
	assert.Nil(t, none.Items)
	_, err = robots.Get(t.Context(), "bo", metav1.GetOptions{})
	assert.EqualError(t, err, `robots.fleet.typewright.dev "bo" not found`)
}

func TestApply(t *testing.T) {
	config := func(model string) *applyfleetv1beta1.RobotApplyConfiguration {
		return applyfleetv1beta1.Robot("ada", "default").WithSpec(applyfleetv1beta1.RobotSpec().WithModel(model).WithSiteName("north"))
	}
	for name, client := range clients(t) {
		t.Run(name, func(t *testing.T) {
			robots := client.FleetV1beta1().Robots("default")
			_, err := robots.Apply(t.Context(), nil, metav1.ApplyOptions{})
			require.ErrorContains(t, err, "must not be nil")
			_, err = robots.Apply(t.Context(), config("carrier"), metav1.ApplyOptions{FieldManager: "one"})
			if name == "simple" {
				assert.True(t, apierrors.IsNotFound(err), "without managed fields apply does not create: %v", err)
				return
			}
			require.NoError(t, err)
			_, err = robots.Apply(t.Context(), config("lifter"), metav1.ApplyOptions{FieldManager: "two"})
			require.True(t, apierrors.IsConflict(err), "%v", err)
			got, err := robots.Apply(t.Context(), config("lifter"), metav1.ApplyOptions{FieldManager: "two", Force: true})
			require.NoError(t, err)
			assert.Equal(t, "lifter", got.Spec.Model)
		})
	}
}

// TestApplyMergesByTheMarkersOfTheTypes applies one task by each of two managers: by +listType=map the list has both.
func TestApplyMergesByTheMarkersOfTheTypes(t *testing.T) {
	task := func(name string) *applyfleetv1beta1.RobotApplyConfiguration {
		return applyfleetv1beta1.Robot("ada", "default").WithSpec(applyfleetv1beta1.RobotSpec().WithModel("carrier").WithSiteName("north").
			WithTasks(applyfleetv1beta1.Task().WithName(name).WithEvery(metav1.Duration{Duration: time.Hour})))
	}
	for name, client := range clients(t) {
		if name == "simple" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			robots := client.FleetV1beta1().Robots("default")
			_, err := robots.Apply(t.Context(), task("sweep"), metav1.ApplyOptions{FieldManager: "one"})
			require.NoError(t, err)
			got, err := robots.Apply(t.Context(), task("carry"), metav1.ApplyOptions{FieldManager: "two"})
			require.NoError(t, err)
			assert.Len(t, got.Spec.Tasks, 2)
		})
	}
}

func TestInformersOnEveryClientset(t *testing.T) {
	for name, client := range clients(t, robot("ada", "north", false)) {
		t.Run(name, func(t *testing.T) {
			factory := externalversions.NewSharedInformerFactory(client, 0)
			robots := factory.Fleet().V1beta1().Robots()
			informer := robots.Informer()
			seen := make(chan string, 10)
			_, err := informer.AddEventHandler(handler(seen))
			require.NoError(t, err)
			factory.Start(t.Context().Done())
			t.Cleanup(factory.Shutdown)
			assert.Equal(t, "ada", <-seen)

			_, err = client.FleetV1beta1().Robots("default").Create(t.Context(), robot("bo", "north", false), metav1.CreateOptions{})
			require.NoError(t, err)
			assert.Equal(t, "bo", <-seen)
			got, err := robots.Lister().Robots("default").Get("bo")
			require.NoError(t, err)
			assert.Equal(t, "carrier", got.Spec.Model)
		})
	}
}

func TestWatchReactor(t *testing.T) {
	client := fake.NewSimpleClientset()
	mine := watch.NewFake()
	client.PrependWatchReactor("robots", clienttesting.DefaultWatchReactor(mine, nil))
	w, err := client.FleetV1beta1().Robots("").Watch(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	go mine.Add(robot("ada", "north", false))
	assert.Equal(t, watch.Added, (<-w.ResultChan()).Type)
	w.Stop()
}

func TestSubresources(t *testing.T) {
	probe := &telemetryv1.Probe{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "p"}}
	client := fake.NewSimpleClientset(probe)
	probes := client.TelemetryV1().Probes("default")
	_, err := probes.GetCalibration(t.Context(), "p", metav1.GetOptions{})
	wrong, ok := errors.AsType[*typedfake.AnswerError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, "probes/calibration", wrong.Resource)

	client.PrependReactor("get", "probes/calibration", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, &telemetryv1.Calibration{ObjectMeta: metav1.ObjectMeta{Name: "mine"}}, nil
	})
	got, err := probes.GetCalibration(t.Context(), "p", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, "mine", got.Name)
}

func TestDiscovery(t *testing.T) {
	for name, client := range clients(t) {
		if client, ok := client.(*fake.Clientset); ok {
			client.Resources = []*metav1.APIResourceList{{
				GroupVersion: "fleet.typewright.dev/v1beta1", APIResources: []metav1.APIResource{{Name: "robots", Kind: "Robot", Namespaced: true}},
			}}
		}
		t.Run(name, func(t *testing.T) {
			list, err := client.Discovery().ServerResourcesForGroupVersion("fleet.typewright.dev/v1beta1")
			require.NoError(t, err)
			assert.Equal(t, "robots", list.APIResources[0].Name)
			preferred, err := client.Discovery().ServerPreferredResources()
			require.NoError(t, err)
			assert.NotEmpty(t, preferred)
			_, err = client.Discovery().ServerResourcesForGroupVersion("cats/v1")
			assert.True(t, apierrors.IsNotFound(err), "%v", err)
		})
	}
}
