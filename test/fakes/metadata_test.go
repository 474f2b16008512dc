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

// fakeMetadataClient has the methods of a fake metadata client, which can also create and update.
type fakeMetadataClient interface {
	metadata.ResourceInterface
	CreateFake(obj *metav1.PartialObjectMetadata, opts metav1.CreateOptions, subresources ...string) (*metav1.PartialObjectMetadata, error)
	UpdateFake(obj *metav1.PartialObjectMetadata, opts metav1.UpdateOptions, subresources ...string) (*metav1.PartialObjectMetadata, error)
}

type metadataClient struct {
	in      func(ns string) any
	actions func() any
}

func TestMetadataClients(t *testing.T) {
	compareScripts(t, func() (_, _ func(*rand.Rand) string) {
		scheme := func() *runtime.Scheme {
			scheme := theirs.NewTestScheme()
			utilruntime.Must(metav1.AddMetaToScheme(scheme))
			return scheme
		}
		first := randomMetadata(rand.New(rand.NewPCG(1, 1)), "a", "x")
		a, b := theirs.NewSimpleMetadataClient(scheme(), first), ours.NewSimpleMetadataClient(scheme(), first)
		return metadataScript(metadataClient{
				func(ns string) any { return a.Resource(pods).Namespace(ns) }, func() any { return a.Actions() },
			}), metadataScript(metadataClient{
				func(ns string) any { return b.Resource(pods).Namespace(ns) }, func() any { return b.Actions() },
			})
	})
}

func randomMetadata(r *rand.Rand, ns, name string) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name, Labels: map[string]string{pick(r, "k", "l"): pick(r, "1", "2")}},
	}
}

// metadataScript returns a function that makes one random call of a metadata client.
func metadataScript(client metadataClient) func(*rand.Rand) string {
	var watches []watch.Interface
	ctx := context.Background()
	return func(r *rand.Rand) string {
		ns, name := pick(r, "a", "b"), pick(r, "x", "y", "z")
		c := client.in(ns).(fakeMetadataClient)
		all := client.in(pick(r, ns, "")).(fakeMetadataClient)
		obj := randomMetadata(r, ns, name)
		sub := pick(r, nil, nil, []string{"status"})
		switch r.IntN(10) {
		case 0, 1:
			got, err := c.CreateFake(obj, metav1.CreateOptions{FieldManager: "m"}, sub...)
			return describeResult("create", got, err)
		case 2:
			got, err := c.UpdateFake(obj, metav1.UpdateOptions{FieldManager: "m"}, sub...)
			return describeResult("update", got, err)
		case 3:
			pt, patch := types.MergePatchType, `{"metadata":{"labels":{"k":null,"n":"7"}}}`
			if r.IntN(2) == 0 {
				pt, patch = types.StrategicMergePatchType, `{"metadata":{"labels":{"k":"9"}}}`
			}
			got, err := c.Patch(ctx, name, pt, []byte(patch), metav1.PatchOptions{FieldManager: "m"}, sub...)
			return describeResult("patch", got, err)
		case 4:
			return describeResult("delete", nil, c.Delete(ctx, name, metav1.DeleteOptions{}, sub...))
		case 5:
			return describeResult("delete collection", nil, c.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "k=1"}))
		case 6:
			got, err := c.Get(ctx, name, metav1.GetOptions{ResourceVersion: "0"}, sub...)
			return describeResult("get", got, err)
		case 7:
			got, err := all.List(ctx, metav1.ListOptions{LabelSelector: pick(r, "", "k", "k=1"), ResourceVersion: "0"})
			return describeResult("list", got, err)
		case 8:
			w, err := all.Watch(ctx, metav1.ListOptions{ResourceVersion: pick(r, "", "2", "5")})
			if err == nil {
				watches = append(watches, w)
				return "watch " + initialEvents(w)
			}
			return describeResult("watch", nil, err)
		default:
			text := "events"
			for _, w := range watches {
				text += " | " + pendingEvents(w)
			}
			return text + asJSON(client.actions())
		}
	}
}
