package fake

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/internal/document"
	"github.com/typewright/typewright/runtime/testing"
)

// FakeDynamicClient implements [dynamic.Interface] by a fake.
type FakeDynamicClient struct {
	testing.Fake

	scheme    *runtime.Scheme
	listKinds map[schema.GroupVersionResource]string
	tracker   testing.ObjectTracker
}

var (
	_ dynamic.Interface  = &FakeDynamicClient{}
	_ testing.FakeClient = &FakeDynamicClient{}
)

// NewSimpleDynamicClient returns a fake client that holds the objects, as maps. It lists the kinds of the scheme, typed or
// not, and those of the objects, where their resources have the usual plurals; see
// [NewSimpleDynamicClientWithCustomListKinds] for others. The scheme does not change.
//
// An object whose kind nobody tells, and one that is given twice, panics.
func NewSimpleDynamicClient(scheme *runtime.Scheme, objects ...runtime.Object) *FakeDynamicClient {
	untyped := runtime.NewScheme()
	for kind := range scheme.AllKnownTypes() {
		learn(untyped, kind)
	}
	converted := make([]runtime.Object, len(objects))
	for i, obj := range objects {
		u, err := toUnstructured(scheme, obj)
		if err != nil {
			panic(err)
		}
		converted[i] = u
		learn(untyped, u.GroupVersionKind())
		learn(untyped, u.GroupVersionKind().GroupVersion().WithKind(u.GetKind()+"List"))
	}
	return NewSimpleDynamicClientWithCustomListKinds(untyped, nil, converted...)
}

// NewSimpleDynamicClientWithCustomListKinds returns a fake client that holds the objects as they are. gvrToListKind names
// the kinds of the lists of resources, such as "RobotList": for resources that are not the usual plural of a kind in the
// scheme. The scheme learns those that it does not know. A kind that does not end in "List" panics.
func NewSimpleDynamicClientWithCustomListKinds(
	scheme *runtime.Scheme, gvrToListKind map[schema.GroupVersionResource]string, objects ...runtime.Object,
) *FakeDynamicClient {
	listKinds := map[schema.GroupVersionResource]string{}
	for kind := range scheme.AllKnownTypes() {
		if item, ok := strings.CutSuffix(kind.Kind, "List"); ok {
			resource, _ := meta.UnsafeGuessKindToResource(kind.GroupVersion().WithKind(item))
			listKinds[resource] = kind.Kind
		}
	}
	for resource, kind := range gvrToListKind {
		if !strings.HasSuffix(kind, "List") {
			panic(fmt.Errorf("coding error: the kind %q of lists of %s does not end in List, as this fake client needs it to", kind, resource))
		}
		learn(scheme, resource.GroupVersion().WithKind(kind))
		listKinds[resource] = kind
	}
	tracker := testing.NewObjectTracker(scheme, serializer.NewCodecFactory(scheme).UniversalDecoder())
	c := &FakeDynamicClient{scheme: scheme, listKinds: listKinds, tracker: tracker}
	testing.TrackObjects(&c.Fake, tracker, objects...)
	return c
}

// learn makes a scheme take a kind that it does not know for an untyped one.
func learn(scheme *runtime.Scheme, kind schema.GroupVersionKind) {
	switch {
	case scheme.Recognizes(kind):
	case strings.HasSuffix(kind.Kind, "List"):
		scheme.AddKnownTypeWithName(kind, &unstructured.UnstructuredList{})
	default:
		scheme.AddKnownTypeWithName(kind, &unstructured.Unstructured{})
	}
}

func toUnstructured(scheme *runtime.Scheme, obj runtime.Object) (*unstructured.Unstructured, error) {
	content, err := document.Of(obj)
	if err != nil {
		return nil, fmt.Errorf("failed to convert to unstructured: %w", err)
	}
	u := &unstructured.Unstructured{Object: content}
	if kind := u.GroupVersionKind(); kind.Group == "" || kind.Kind == "" {
		kinds, _, err := scheme.ObjectKinds(obj)
		if err != nil {
			return nil, fmt.Errorf("failed to convert to unstructured - unable to get GVK %w", err)
		}
		u.SetGroupVersionKind(kinds[0])
	}
	return u, nil
}

// Tracker returns the objects.
func (c *FakeDynamicClient) Tracker() testing.ObjectTracker { return c.tracker }

// IsWatchListSemanticsUnSupported tells informers that the client cannot stream lists.
func (c *FakeDynamicClient) IsWatchListSemanticsUnSupported() bool { return true }

// Resource implements [dynamic.Interface].
func (c *FakeDynamicClient) Resource(resource schema.GroupVersionResource) dynamic.NamespaceableResourceInterface {
	return &resourceClient{client: c, resource: resource}
}
