package fake

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/metadata"
	"github.com/typewright/typewright/runtime/testing"
)

// MetadataClient has methods that the clients of a [FakeMetadataClient] have in addition to those of real ones. Tests
// get it with a type assertion.
type MetadataClient interface {
	metadata.Getter
	// CreateFake is the action create.
	CreateFake(obj *metav1.PartialObjectMetadata, opts metav1.CreateOptions, subresources ...string) (*metav1.PartialObjectMetadata, error)
	// UpdateFake is the action update.
	UpdateFake(obj *metav1.PartialObjectMetadata, opts metav1.UpdateOptions, subresources ...string) (*metav1.PartialObjectMetadata, error)
}

// NewTestScheme returns an empty scheme. Register metadata with [metav1.AddMetaToScheme].
func NewTestScheme() *runtime.Scheme { return runtime.NewScheme() }

// FakeMetadataClient implements [metadata.Interface] with a fake.
type FakeMetadataClient struct {
	testing.Fake

	tracker testing.ObjectTracker
}

var (
	_ metadata.Interface = &FakeMetadataClient{}
	_ testing.FakeClient = &FakeMetadataClient{}
)

// listKind is the kind of all lists that a tracker returns to this client.
var listKind = schema.GroupVersionKind{Group: "fake-metadata-client-group", Version: "v1", Kind: "List"}

// NewSimpleMetadataClient returns a fake client that holds the objects: *metav1.PartialObjectMetadata with the kind of
// the whole object. The scheme must know that type; a kind for lists is added to it.
func NewSimpleMetadataClient(scheme *runtime.Scheme, objects ...runtime.Object) *FakeMetadataClient {
	if !scheme.Recognizes(listKind) {
		scheme.AddKnownTypeWithName(listKind, &metav1.List{})
	}
	tracker := testing.NewObjectTracker(scheme, serializer.NewCodecFactory(scheme).UniversalDeserializer())
	c := &FakeMetadataClient{tracker: tracker}
	testing.TrackObjects(&c.Fake, tracker, objects...)
	return c
}

// Tracker returns the tracker of the objects.
func (c *FakeMetadataClient) Tracker() testing.ObjectTracker { return c.tracker }

// IsWatchListSemanticsUnSupported returns true: informers must not stream lists.
func (c *FakeMetadataClient) IsWatchListSemanticsUnSupported() bool { return true }

// Resource implements [metadata.Interface]. The client is a [MetadataClient].
func (c *FakeMetadataClient) Resource(resource schema.GroupVersionResource) metadata.Getter {
	return &resourceClient{fake: &c.Fake, resource: resource}
}
