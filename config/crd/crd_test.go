package crd_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/config/crd"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/runtime/apitest"
)

// TestDefinitionsServeTheKinds starts an API server that knows the kinds only by their emitted definitions: scopes,
// subresources, schemas and columns come from the YAML.
func TestDefinitionsServeTheKinds(t *testing.T) {
	definitions, err := crd.Definitions()
	require.NoError(t, err)
	var objects []runtime.Object
	for _, definition := range definitions {
		objects = append(objects, definition)
	}
	server := apitest.Start(t, apitest.Options{Objects: objects})
	client, err := versioned.NewForConfig(server.Config())
	require.NoError(t, err)

	site := &v1beta1.Site{ObjectMeta: metav1.ObjectMeta{Name: "harbour"}}
	_, err = client.FleetV1beta1().Sites().Create(t.Context(), site, metav1.CreateOptions{})
	require.NoError(t, err, "sites belong to the cluster")

	robots := client.FleetV1beta1().Robots("default")
	robot := &v1beta1.Robot{
		ObjectMeta: metav1.ObjectMeta{Name: "ada"},
		Spec: v1beta1.RobotSpec{
			Model: "carrier-2", SiteName: "harbour",
			Tasks: []v1beta1.Task{{Name: "fetch", Every: metav1.Duration{Duration: time.Hour}}},
		},
		Status: v1beta1.RobotStatus{Phase: "Working"},
	}
	created, err := robots.Create(t.Context(), robot, metav1.CreateOptions{})
	require.NoError(t, err)
	assert.Empty(t, created.Status.Phase, "status is a subresource")

	twice := robot.DeepCopy()
	twice.Name = "bo"
	twice.Spec.Tasks = append(twice.Spec.Tasks, twice.Spec.Tasks[0])
	_, err = robots.Create(t.Context(), twice, metav1.CreateOptions{})
	assert.True(t, apierrors.IsInvalid(err), "two tasks of one name: %v", err)

	never := robot.DeepCopy()
	never.Name = "cy"
	never.Spec.Tasks[0].Retry = &v1beta1.RetryPolicy{Attempts: 0}
	_, err = robots.Create(t.Context(), never, metav1.CreateOptions{})
	require.True(t, apierrors.IsInvalid(err), "%v", err)
	assert.Contains(t, err.Error(), "spec.tasks[0].retry.attempts")
}
