// Package fake has a scale client for tests that stores nothing: its reactors respond; see package runtime/testing.
package fake

import (
	"context"
	"fmt"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/scale"
	"github.com/typewright/typewright/runtime/testing"
)

// FakeScaleClient implements [scale.ScalesGetter] with a fake. Its zero value returns empty scales. The resources of
// its actions have no version, except those of patches.
type FakeScaleClient struct {
	testing.Fake
}

var _ scale.ScalesGetter = &FakeScaleClient{}

// Scales implements [scale.ScalesGetter].
func (f *FakeScaleClient) Scales(namespace string) scale.ScaleInterface {
	return &scales{fake: &f.Fake, namespace: namespace}
}

type scales struct {
	fake      *testing.Fake
	namespace string
}

func (s *scales) Get(_ context.Context, resource schema.GroupResource, name string, _ metav1.GetOptions) (*autoscalingv1.Scale, error) {
	return s.invoke(testing.NewGetSubresourceAction(resource.WithVersion(""), s.namespace, "scale", name))
}

func (s *scales) Update(_ context.Context, resource schema.GroupResource, obj *autoscalingv1.Scale, _ metav1.UpdateOptions) (*autoscalingv1.Scale, error) {
	return s.invoke(testing.NewUpdateSubresourceAction(resource.WithVersion(""), "scale", s.namespace, obj))
}

func (s *scales) Patch(_ context.Context, gvr schema.GroupVersionResource, name string, pt types.PatchType, data []byte, _ metav1.PatchOptions) (*autoscalingv1.Scale, error) {
	return s.invoke(testing.NewPatchSubresourceAction(gvr, s.namespace, name, pt, data, "scale"))
}

func (s *scales) invoke(action testing.Action) (*autoscalingv1.Scale, error) {
	obj, err := s.fake.Invokes(action, &autoscalingv1.Scale{})
	if err != nil {
		return nil, err
	}
	result, ok := obj.(*autoscalingv1.Scale)
	if !ok {
		return nil, fmt.Errorf("the fake responded to %s %s/scale with a %T, want a *autoscalingv1.Scale", action.GetVerb(), action.GetResource().Resource, obj)
	}
	return result, nil
}
