package testing

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

var (
	pods       = corev1.SchemeGroupVersion.WithResource("pods")
	podKind    = corev1.SchemeGroupVersion.WithKind("Pod")
	namespaces = corev1.SchemeGroupVersion.WithResource("namespaces")
)

func coreScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(scheme))
	utilruntime.Must(networkingv1.AddToScheme(scheme))
	return scheme
}

func podTracker() ObjectTracker {
	scheme := coreScheme()
	return NewObjectTracker(scheme, serializer.NewCodecFactory(scheme).UniversalDecoder())
}

func pod(name string, change ...func(*corev1.Pod)) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: name}}
	for _, f := range change {
		f(p)
	}
	return p
}

// fakeOn is a fake that answers from a tracker.
func fakeOn(tracker ObjectTracker, objects ...runtime.Object) *Fake {
	fake := &Fake{}
	TrackObjects(fake, tracker, objects...)
	return fake
}

// events takes what is in the channel now, as "ADDED a".
func events(t *testing.T, w watch.Interface) []string {
	t.Helper()
	told := []string{}
	for {
		select {
		case event, ok := <-w.ResultChan():
			if !ok {
				return append(told, "closed")
			}
			p, ok := event.Object.(*corev1.Pod)
			require.True(t, ok, "%T", event.Object)
			told = append(told, string(event.Type)+" "+p.Name)
		default:
			return told
		}
	}
}
