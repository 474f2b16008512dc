package apis

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	kjson "sigs.k8s.io/json"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/apis/views"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	codecviews "github.com/typewright/typewright/generated/codec/views/github.com/typewright/typewright/apis/views"
	"github.com/typewright/typewright/generated/informers/externalversions"
	fleetv1beta1 "github.com/typewright/typewright/generated/informers/externalversions/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/test/codectest"
)

func TestViewsReadWhatReflectionReads(t *testing.T) {
	codectest.Reads(t, codecviews.Views(), &views.RobotView{}, []byte(robot), 10_000)
	const pod = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "shop", "uid": "7d5c", "resourceVersion": "12",
		"labels": {"app": "web"}, "annotations": {"\u0061": "\n"}, "managedFields": [{"manager": "m", "fieldsV1": {"f:spec": {}}}]},
		"spec": {"nodeName": "n1", "containers": [{"name": "web", "args": ["a", 1, {"b": [null, true]}]}]}, "status": {"phase": "Running"}}`
	codectest.Reads(t, codecviews.Views(), &views.PodView{}, []byte(pod), 10_000)
}

// asView decodes an object as a view of it, without the kind, which caches drop.
func asView[V any](t *testing.T, obj runtime.Object) V {
	t.Helper()
	text, err := json.Marshal(obj)
	require.NoError(t, err)
	var view V
	require.NoError(t, kjson.UnmarshalCaseSensitivePreserveInts(text, &view))
	return view
}

func newRobot(name string, tasks ...v1beta1.Task) *v1beta1.Robot {
	return &v1beta1.Robot{
		ObjectMeta: metav1.ObjectMeta{Namespace: "hall", Name: name, Labels: map[string]string{"crew": name}, Annotations: map[string]string{"a": "b"}},
		Spec:       v1beta1.RobotSpec{Model: "carrier-2", SiteName: "north", Tasks: tasks, Zones: []string{"a"}},
		Status:     v1beta1.RobotStatus{Phase: v1beta1.RobotIdle},
	}
}

// Informers of views hold what informers of the kinds hold, without the fields that the views lack.
func TestInformersOfViews(t *testing.T) {
	scheme := runtime.NewScheme()
	require.NoError(t, v1beta1.AddToScheme(scheme))
	require.NoError(t, corev1.AddToScheme(scheme))
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "hall", Name: "web", Labels: map[string]string{"app": "web"}},
		Spec:       corev1.PodSpec{NodeName: "n1", Containers: []corev1.Container{{Name: "web", Image: "web"}}},
		Status:     corev1.PodStatus{Phase: corev1.PodRunning},
	}
	server := apitest.Start(t, apitest.Options{
		Scheme: scheme, Resources: fake.Resources(),
		Objects: []runtime.Object{newRobot("ada", v1beta1.Task{Name: "sweep", Arguments: map[string]string{"side": "left"}}), newRobot("bob"), pod},
	})
	config := server.Config()
	config.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON // views ask for JSON alone
	client, err := versioned.NewForConfig(config)
	require.NoError(t, err)
	factory := externalversions.NewSharedInformerFactoryWithOptions(client, 0, externalversions.WithNamespaces("hall", "attic"))
	t.Cleanup(factory.Shutdown)
	robots, pods := factory.Fleet().V1beta1(), factory.Core().V1().PodViews()
	var events []string
	seen := make(chan string, 100)
	_, err = robots.RobotViews().TypedInformer().AddTypedEventHandler(fleetv1beta1.RobotViewHandlerFuncs{
		AddFunc:    func(r *views.RobotView) { seen <- "added " + r.Name + " " + string(r.Status.Phase) },
		UpdateFunc: func(_, r *views.RobotView) { seen <- "updated " + r.Name + " " + r.Spec.SiteName },
		DeleteFunc: func(r fleetv1beta1.DeletedRobotView) { seen <- "deleted " + r.OptionalObj.Name },
	})
	require.NoError(t, err)
	full, lister, podLister := robots.Robots().Lister(), robots.RobotViews().Lister(), pods.Lister()
	factory.StartWithContext(t.Context())
	require.NoError(t, factory.WaitForCacheSyncWithContext(t.Context()).AsError())

	one, err := podLister.PodViews("hall").Get("web")
	require.NoError(t, err)
	assert.Equal(t, []string{"web", "n1", "Running", "web"}, []string{one.Name, one.Spec.NodeName, one.Status.Phase, one.Labels["app"]})
	assert.NotEmpty(t, one.UID)

	ctx := t.Context()
	ada, err := client.FleetV1beta1().Robots("hall").Get(ctx, "ada", metav1.GetOptions{})
	require.NoError(t, err)
	ada.Spec.SiteName = "south"
	_, err = client.FleetV1beta1().Robots("hall").Update(ctx, ada, metav1.UpdateOptions{})
	require.NoError(t, err)
	require.NoError(t, client.FleetV1beta1().Robots("hall").Delete(ctx, "bob", metav1.DeleteOptions{}))
	for len(events) < 4 {
		events = append(events, <-seen)
	}
	assert.ElementsMatch(t, []string{"added ada Idle", "added bob Idle", "updated ada south", "deleted bob"}, events)
	require.Eventually(t, func() bool { // the other informer may be behind
		robots, err := full.List(labels.Everything())
		return err == nil && len(robots) == 1 && robots[0].Spec.SiteName == "south"
	}, 30*time.Second, time.Millisecond)
	whole, err := full.Robots("hall").Get("ada")
	require.NoError(t, err)
	want := asView[views.RobotView](t, whole)
	got, err := lister.List(labels.SelectorFromSet(labels.Set{"crew": "ada"}))
	require.NoError(t, err)
	require.Len(t, got, 1)
	assert.Equal(t, &want, got[0])
	assert.Equal(t, []views.TaskName{{Name: "sweep"}}, got[0].Spec.Tasks)
}
