package apis

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/applyconfiguration"
	applyfleetv1beta1 "github.com/typewright/typewright/generated/applyconfiguration/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	applymetav1 "github.com/typewright/typewright/runtime/applyconfigurations/meta/v1"
)

func TestApplyConfigurationsSayWhatWasSetAndNoMore(t *testing.T) {
	config := applyfleetv1beta1.Robot("ada", "default").
		WithLabels(map[string]string{"crew": "night"}).
		WithSpec(applyfleetv1beta1.RobotSpec().
			WithPaused(false).
			WithZones("a", "b").
			WithTasks(applyfleetv1beta1.Task().WithName("sweep").WithEvery(metav1.Duration{}))).
		WithStatus(applyfleetv1beta1.RobotStatus().
			WithConditions(applymetav1.Condition().WithType("Ready").WithStatus(metav1.ConditionTrue)))
	text, err := json.Marshal(config)
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"apiVersion": "fleet.typewright.dev/v1beta1", "kind": "Robot",
		"metadata": {"name": "ada", "namespace": "default", "labels": {"crew": "night"}},
		"spec": {"paused": false, "zones": ["a", "b"], "tasks": [{"name": "sweep", "every": "0s"}]},
		"status": {"conditions": [{"type": "Ready", "status": "True"}]}
	}`, string(text))
	assert.Equal(t, &applyfleetv1beta1.TaskApplyConfiguration{}, applyconfiguration.ForKind(v1beta1.SchemeGroupVersion.WithKind("Task")))
}

func TestExtractReturnsWhatAManagerOwns(t *testing.T) {
	owned := func(fields string) *metav1.FieldsV1 {
		var f metav1.FieldsV1
		f.SetRawBytes([]byte(fields))
		return &f
	}
	entry := func(manager, subresource, fields string) metav1.ManagedFieldsEntry {
		return metav1.ManagedFieldsEntry{
			Manager: manager, Operation: metav1.ManagedFieldsOperationApply, APIVersion: "fleet.typewright.dev/v1beta1",
			FieldsType: "FieldsV1", Subresource: subresource, FieldsV1: owned(fields),
		}
	}
	robot := &v1beta1.Robot{
		TypeMeta: metav1.TypeMeta{APIVersion: "fleet.typewright.dev/v1beta1", Kind: "Robot"},
		ObjectMeta: metav1.ObjectMeta{Name: "ada", Namespace: "default", ManagedFields: []metav1.ManagedFieldsEntry{
			entry("mine", "", `{"f:spec":{"f:model":{},"f:zones":{"v:\"a\"":{}},"f:tasks":{"k:{\"name\":\"sweep\"}":{".":{},"f:name":{}}}}}`),
			entry("mine", "status", `{"f:status":{"f:phase":{}}}`),
			entry("theirs", "", `{"f:spec":{"f:siteName":{}}}`),
		}},
		Spec:   v1beta1.RobotSpec{Model: "carrier-2", SiteName: "harbour", Zones: []string{"a", "b"}, Tasks: []v1beta1.Task{{Name: "sweep"}, {Name: "mop"}}},
		Status: v1beta1.RobotStatus{Phase: v1beta1.RobotIdle},
	}
	mine, err := applyfleetv1beta1.ExtractRobot(robot, "mine")
	require.NoError(t, err)
	assert.Equal(t, applyfleetv1beta1.Robot("ada", "default").WithSpec(applyfleetv1beta1.RobotSpec().
		WithModel("carrier-2").WithZones("a").WithTasks(applyfleetv1beta1.Task().WithName("sweep"))), mine)
	status, err := applyfleetv1beta1.ExtractRobotStatus(robot, "mine")
	require.NoError(t, err)
	assert.Equal(t, applyfleetv1beta1.Robot("ada", "default").WithStatus(applyfleetv1beta1.RobotStatus().WithPhase(v1beta1.RobotIdle)), status)
	assert.NotNil(t, applyconfiguration.NewTypeConverter(scheme.Scheme))
}
