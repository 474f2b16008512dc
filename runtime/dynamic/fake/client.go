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

// FakeDynamicClient implements [dynamic.Interface] with a fake.
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

// NewSimpleDynamicClient returns a fake client that holds the objects, converted to unstructured ones. It can list the
// kinds of the scheme and of the objects, if their resources have the usual plurals; for others, see
// [NewSimpleDynamicClientWithCustomListKinds]. It does not change the scheme.
//
// It panics if the kind of an object is unknown, or if an object is passed twice.
func NewSimpleDynamicClient(scheme *runtime.Scheme, objects ...runtime.Object) *FakeDynamicClient {
	untyped := runtime.NewScheme()
	for kind := range scheme.AllKnownTypes() {
		register(untyped, kind)
	}
	converted := make([]runtime.Object, len(objects))
	for i, obj := range objects {
		u, err := toUnstructured(scheme, obj)
		if err != nil {
			panic(err)
		}
		converted[i] = u
		register(untyped, u.GroupVersionKind())
		register(untyped, u.GroupVersionKind().GroupVersion().WithKind(u.GetKind()+"List"))
	}
	return NewSimpleDynamicClientWithCustomListKinds(untyped, nil, converted...)
}

// NewSimpleDynamicClientWithCustomListKinds returns a fake client that holds the objects as they are. gvrToListKind
// maps resources to the kinds of their lists, such as "RobotList": set it for resources whose name is not the usual
// plural of a kind in the scheme. Unknown kinds are added to the scheme. It panics if a kind does not end in "List".
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
		register(scheme, resource.GroupVersion().WithKind(kind))
		listKinds[resource] = kind
	}
	tracker := testing.NewObjectTracker(scheme, serializer.NewCodecFactory(scheme).UniversalDecoder())
	c := &FakeDynamicClient{scheme: scheme, listKinds: listKinds, tracker: tracker}
	testing.TrackObjects(&c.Fake, tracker, objects...)
	return c
}

// register adds a kind to a scheme as an unstructured one, unless the scheme knows it.
func register(scheme *runtime.Scheme, kind schema.GroupVersionKind) {
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

// Tracker returns the tracker of the objects.
func (c *FakeDynamicClient) Tracker() testing.ObjectTracker { return c.tracker }

// IsWatchListSemanticsUnSupported returns true: informers must not stream lists.
func (c *FakeDynamicClient) IsWatchListSemanticsUnSupported() bool { return true }

// Resource implements [dynamic.Interface].
func (c *FakeDynamicClient) Resource(resource schema.GroupVersionResource) dynamic.NamespaceableResourceInterface {
	return &resourceClient{client: c, resource: resource}
}
