package fakes

import (
	"context"
	"math/rand/v2"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	theirs "k8s.io/client-go/kubernetes/typed/core/v1/fake"
	theirtesting "k8s.io/client-go/testing"

	ours "github.com/typewright/typewright/generated/kubernetes/typed/core/v1/fake"
	ourtesting "github.com/typewright/typewright/runtime/testing"
)

// podClient has the methods that client-go's client of pods and ours have in common.
type podClient interface {
	Create(ctx context.Context, pod *corev1.Pod, opts metav1.CreateOptions) (*corev1.Pod, error)
	Update(ctx context.Context, pod *corev1.Pod, opts metav1.UpdateOptions) (*corev1.Pod, error)
	UpdateStatus(ctx context.Context, pod *corev1.Pod, opts metav1.UpdateOptions) (*corev1.Pod, error)
	UpdateEphemeralContainers(ctx context.Context, podName string, pod *corev1.Pod, opts metav1.UpdateOptions) (*corev1.Pod, error)
	Delete(ctx context.Context, name string, opts metav1.DeleteOptions) error
	DeleteCollection(ctx context.Context, opts metav1.DeleteOptions, listOpts metav1.ListOptions) error
	Get(ctx context.Context, name string, opts metav1.GetOptions) (*corev1.Pod, error)
	List(ctx context.Context, opts metav1.ListOptions) (*corev1.PodList, error)
	Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
	Patch(ctx context.Context, name string, pt types.PatchType, data []byte, opts metav1.PatchOptions, subresources ...string) (*corev1.Pod, error)
	Bind(ctx context.Context, binding *corev1.Binding, opts metav1.CreateOptions) error
}

type typedClient struct {
	in      func(ns string) podClient
	actions func() any
}

func TestTypedClients(t *testing.T) {
	compareScripts(t, func() (_, _ func(*rand.Rand) string) {
		scheme := coreScheme()
		decoder := serializer.NewCodecFactory(scheme).UniversalDecoder()
		a, b := &theirtesting.Fake{}, &ourtesting.Fake{}
		theirTracker := theirtesting.NewObjectTracker(scheme, decoder)
		a.AddReactor("*", "*", theirtesting.ObjectReaction(theirTracker))
		a.AddWatchReactor("*", func(action theirtesting.Action) (bool, watch.Interface, error) {
			w, err := theirTracker.Watch(action.GetResource(), action.GetNamespace(), action.(theirtesting.WatchActionImpl).ListOptions)
			return true, w, err
		})
		ourtesting.TrackObjects(b, ourtesting.NewObjectTracker(scheme, decoder))
		return typedScript(typedClient{
				func(ns string) podClient { return (&theirs.FakeCoreV1{Fake: a}).Pods(ns) }, func() any { return a.Actions() },
			}), typedScript(typedClient{
				func(ns string) podClient { return (&ours.FakeCoreV1{Fake: b}).Pods(ns) }, func() any { return b.Actions() },
			})
	})
}

// typedScript returns a function that makes one random call of a typed client.
func typedScript(client typedClient) func(*rand.Rand) string {
	var watches []watch.Interface
	ctx := context.Background()
	return func(r *rand.Rand) string {
		ns, name := pick(r, "a", "b"), pick(r, "x", "y", "z")
		c, all := client.in(ns), client.in(pick(r, ns, ""))
		pod := randomPod(r, pick(r, ns, "", "a"), name)
		switch r.IntN(13) {
		case 0, 1:
			got, err := c.Create(ctx, pod, metav1.CreateOptions{FieldManager: "m"})
			return describeResult("create", got, err)
		case 2:
			got, err := c.Update(ctx, pod, metav1.UpdateOptions{})
			return describeResult("update", got, err)
		case 3:
			got, err := c.UpdateStatus(ctx, pod, metav1.UpdateOptions{})
			return describeResult("update status", got, err)
		case 4:
			got, err := c.UpdateEphemeralContainers(ctx, name, pod, metav1.UpdateOptions{})
			return describeResult("update ephemeral containers", got, err)
		case 5:
			return describeResult("delete", nil, c.Delete(ctx, name, metav1.DeleteOptions{}))
		case 6:
			return describeResult("delete collection", nil, all.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{FieldSelector: "a=b"}))
		case 7:
			got, err := c.Get(ctx, name, metav1.GetOptions{ResourceVersion: "0"})
			return describeResult("get", got, err)
		case 8:
			got, err := all.List(ctx, metav1.ListOptions{LabelSelector: pick(r, "", "k", "k=1"), ResourceVersion: "0"})
			return describeResult("list", got, err)
		case 9:
			w, err := all.Watch(ctx, metav1.ListOptions{ResourceVersion: pick(r, "", "2", "5")})
			if err == nil {
				watches = append(watches, w)
				return "watch " + initialEvents(w)
			}
			return describeResult("watch", nil, err)
		case 10:
			pt, patch := types.ApplyPatchType, `{"metadata":{"labels":{"k":"9"}},"spec":{"containers":[{"name":"c","image":"new"}]}}`
			if r.IntN(2) == 0 {
				pt = types.StrategicMergePatchType
			}
			got, err := c.Patch(ctx, name, pt, []byte(patch), metav1.PatchOptions{}, pick(r, nil, []string{"status"}, []string{"a", "b"})...)
			return describeResult("patch", got, err)
		case 11:
			return describeResult("bind", nil, c.Bind(ctx, &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}}, metav1.CreateOptions{}))
		default:
			text := "events"
			for _, w := range watches {
				text += " | " + pendingEvents(w)
			}
			return text + asJSON(client.actions())
		}
	}
}
