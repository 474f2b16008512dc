package fake

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	clienttesting "github.com/typewright/typewright/runtime/testing"
)

var deployments = schema.GroupResource{Group: "apps", Resource: "deployments"}

func TestScalesAreActions(t *testing.T) {
	client := &FakeScaleClient{}
	want := &autoscalingv1.Scale{ObjectMeta: metav1.ObjectMeta{Name: "web"}}
	client.AddReactor("*", "deployments/scale", func(clienttesting.Action) (bool, runtime.Object, error) { return true, want, nil })
	scales := client.Scales("shop")
	got, err := scales.Get(t.Context(), deployments, "web", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Same(t, want, got)
	_, err = scales.Update(t.Context(), deployments, want, metav1.UpdateOptions{})
	require.NoError(t, err)
	_, err = scales.Patch(t.Context(), deployments.WithVersion("v1"), "web", types.MergePatchType, []byte("{}"), metav1.PatchOptions{})
	require.NoError(t, err)
	assert.Equal(t, []clienttesting.Action{
		clienttesting.NewGetSubresourceAction(deployments.WithVersion(""), "shop", "scale", "web"),
		clienttesting.NewUpdateSubresourceAction(deployments.WithVersion(""), "scale", "shop", want),
		clienttesting.NewPatchSubresourceAction(deployments.WithVersion("v1"), "shop", "web", types.MergePatchType, []byte("{}"), "scale"),
	}, client.Actions())
}

func TestScaleErrors(t *testing.T) {
	client := &FakeScaleClient{}
	got, err := client.Scales("shop").Get(t.Context(), deployments, "web", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, &autoscalingv1.Scale{}, got)
	var answer runtime.Object = &metav1.Status{}
	fire := errors.New("on fire")
	var fails error
	client.AddReactor("get", "deployments", func(clienttesting.Action) (bool, runtime.Object, error) { return true, answer, fails })
	_, err = client.Scales("shop").Get(t.Context(), deployments, "web", metav1.GetOptions{})
	require.ErrorContains(t, err, "responded to get deployments/scale with a *v1.Status")
	fails = fire
	_, err = client.Scales("shop").Get(t.Context(), deployments, "web", metav1.GetOptions{})
	require.ErrorIs(t, err, fire)
}
