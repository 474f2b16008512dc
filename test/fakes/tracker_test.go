package fakes

import (
	"math/rand/v2"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/managedfields"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/watch"
	theirs "k8s.io/client-go/testing"

	ours "github.com/typewright/typewright/runtime/testing"
)

var (
	pods    = corev1.SchemeGroupVersion.WithResource("pods")
	podKind = corev1.SchemeGroupVersion.WithKind("Pod")
)

func coreScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(scheme))
	return scheme
}

func TestTrackers(t *testing.T) {
	compareScripts(t, func() (_, _ func(*rand.Rand) string) {
		scheme := coreScheme()
		decoder := serializer.NewCodecFactory(scheme).UniversalDecoder()
		return trackerScript(theirs.NewObjectTracker(scheme, decoder), false), trackerScript(ours.NewObjectTracker(scheme, decoder), false)
	})
}

func TestFieldManagedTrackers(t *testing.T) {
	compareScripts(t, func() (_, _ func(*rand.Rand) string) {
		scheme := coreScheme()
		decoder := serializer.NewCodecFactory(scheme).UniversalDecoder()
		deduced := managedfields.NewDeducedTypeConverter()
		return trackerScript(theirs.NewFieldManagedObjectTracker(scheme, decoder, deduced), true),
			trackerScript(ours.NewFieldManagedObjectTracker(scheme, decoder, deduced), true)
	})
}

// trackerScript returns a function that makes one random call of a tracker.
func trackerScript(tracker ours.ObjectTracker, withManagedFields bool) func(*rand.Rand) string {
	var watches []watch.Interface
	return func(r *rand.Rand) string {
		ns, name, manager := pick(r, "a", "b"), pick(r, "x", "y", "z"), pick(r, "one", "two")
		pod := randomPod(r, pick(r, ns, ""), name)
		switch r.IntN(11) {
		case 0, 1:
			return describeResult("create", nil, tracker.Create(pods, pod, ns, metav1.CreateOptions{FieldManager: manager}))
		case 2:
			return describeResult("update", nil, tracker.Update(pods, pod, pick(r, ns, "a"), metav1.UpdateOptions{FieldManager: manager}))
		case 3:
			return describeResult("patch", nil, tracker.Patch(pods, pod, ns, metav1.PatchOptions{FieldManager: manager}))
		case 4:
			force := r.IntN(2) == 0
			return describeResult("apply", nil, tracker.Apply(pods, randomApplyConfiguration(r, ns, name), ns, metav1.PatchOptions{FieldManager: manager, Force: &force}))
		case 5:
			return describeResult("delete", nil, tracker.Delete(pods, ns, name))
		case 6:
			obj, err := tracker.Get(pods, ns, name)
			return describeResult("get", withoutTimes(obj), err)
		case 7:
			obj, err := tracker.List(pick(r, pods, schema.GroupVersionResource{Resource: "none"}), podKind, pick(r, ns, ""))
			return describeResult("list", withoutTimes(obj), err)
		case 8:
			pod.Namespace = ns
			return describeResult("add", nil, tracker.Add(pod))
		case 9:
			w, err := tracker.Watch(pods, pick(r, ns, ""), metav1.ListOptions{ResourceVersion: pick(r, "", "1", "3", "10", "?")})
			if err == nil {
				watches = append(watches, w)
				events := initialEvents(w)
				if !withManagedFields { // managed fields hold the time of day
					return "watch " + events
				}
			}
			return describeResult("watch", nil, err)
		default:
			text := "events"
			for _, w := range watches {
				if !withManagedFields { // managed fields hold the time of day
					text += " | " + pendingEvents(w)
				} else {
					pendingEvents(w)
				}
			}
			return text
		}
	}
}

func randomPod(r *rand.Rand, ns, name string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name, Labels: map[string]string{pick(r, "k", "l"): pick(r, "1", "2")}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: pick(r, "c", "d"), Image: pick(r, "i", "j")}}},
	}
}

func randomApplyConfiguration(r *rand.Rand, ns, name string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Pod",
		"metadata": map[string]any{"name": name, "namespace": ns, "labels": map[string]any{pick(r, "k", "m"): pick(r, "1", "2")}},
	}}
}

// withoutTimes removes the times from managed fields.
func withoutTimes(obj runtime.Object) runtime.Object {
	forget := func(pod *corev1.Pod) {
		for i := range pod.ManagedFields {
			pod.ManagedFields[i].Time = nil
		}
	}
	switch obj := obj.(type) {
	case *corev1.Pod:
		forget(obj)
	case *corev1.PodList:
		for i := range obj.Items {
			forget(&obj.Items[i])
		}
	}
	return obj
}
