package fakes

import (
	"context"
	"math/rand/v2"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/watch"
	theirs "k8s.io/client-go/metadata/fake"

	"github.com/typewright/typewright/runtime/metadata"
	ours "github.com/typewright/typewright/runtime/metadata/fake"
)

// maker is what tests find behind a fake metadata client.
type maker interface {
	metadata.ResourceInterface
	CreateFake(obj *metav1.PartialObjectMetadata, opts metav1.CreateOptions, subresources ...string) (*metav1.PartialObjectMetadata, error)
	UpdateFake(obj *metav1.PartialObjectMetadata, opts metav1.UpdateOptions, subresources ...string) (*metav1.PartialObjectMetadata, error)
}

type metadataClient struct {
	in      func(ns string) any
	actions func() any
}

func TestMetadataClients(t *testing.T) {
	play(t, func() (_, _ func(*rand.Rand) string) {
		scheme := func() *runtime.Scheme {
			scheme := theirs.NewTestScheme()
			utilruntime.Must(metav1.AddMetaToScheme(scheme))
			return scheme
		}
		first := partial(rand.New(rand.NewPCG(1, 1)), "a", "x")
		a, b := theirs.NewSimpleMetadataClient(scheme(), first), ours.NewSimpleMetadataClient(scheme(), first)
		return onMetadata(metadataClient{
				func(ns string) any { return a.Resource(pods).Namespace(ns) }, func() any { return a.Actions() },
			}), onMetadata(metadataClient{
				func(ns string) any { return b.Resource(pods).Namespace(ns) }, func() any { return b.Actions() },
			})
	})
}

func partial(r *rand.Rand, ns, name string) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name, Labels: map[string]string{pick(r, "k", "l"): pick(r, "1", "2")}},
	}
}

// onMetadata makes one random call of a metadata client.
func onMetadata(client metadataClient) func(*rand.Rand) string {
	var watches []watch.Interface
	ctx := context.Background()
	return func(r *rand.Rand) string {
		ns, name := pick(r, "a", "b"), pick(r, "x", "y", "z")
		c := client.in(ns).(maker)
		all := client.in(pick(r, ns, "")).(maker)
		obj := partial(r, ns, name)
		sub := pick(r, nil, nil, []string{"status"})
		switch r.IntN(10) {
		case 0, 1:
			got, err := c.CreateFake(obj, metav1.CreateOptions{FieldManager: "m"}, sub...)
			return outcome("create", got, err)
		case 2:
			got, err := c.UpdateFake(obj, metav1.UpdateOptions{FieldManager: "m"}, sub...)
			return outcome("update", got, err)
		case 3:
			pt, patch := types.MergePatchType, `{"metadata":{"labels":{"k":null,"n":"7"}}}`
			if r.IntN(2) == 0 {
				pt, patch = types.StrategicMergePatchType, `{"metadata":{"labels":{"k":"9"}}}`
			}
			got, err := c.Patch(ctx, name, pt, []byte(patch), metav1.PatchOptions{FieldManager: "m"}, sub...)
			return outcome("patch", got, err)
		case 4:
			return outcome("delete", nil, c.Delete(ctx, name, metav1.DeleteOptions{}, sub...))
		case 5:
			return outcome("delete collection", nil, c.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "k=1"}))
		case 6:
			got, err := c.Get(ctx, name, metav1.GetOptions{ResourceVersion: "0"}, sub...)
			return outcome("get", got, err)
		case 7:
			got, err := all.List(ctx, metav1.ListOptions{LabelSelector: pick(r, "", "k", "k=1"), ResourceVersion: "0"})
			return outcome("list", got, err)
		case 8:
			w, err := all.Watch(ctx, metav1.ListOptions{ResourceVersion: pick(r, "", "2", "5")})
			if err == nil {
				watches = append(watches, w)
				return "watch " + begin(w)
			}
			return outcome("watch", nil, err)
		default:
			told := "events"
			for _, w := range watches {
				told += " | " + drain(w)
			}
			return told + asJSON(client.actions())
		}
	}
}
