package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	codecfleetv1beta1 "github.com/typewright/typewright/generated/codec/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/codec"
)

// encodeRow measures what the body of an update takes: a custom object by its encoder, by apimachinery's serializer, as client-go
// writes bodies, and by encoding/json alone, without its kind and the copy of the body.
func encodeRow() (row, error) {
	scheme := runtime.NewScheme()
	if err := v1beta1.AddToScheme(scheme); err != nil {
		return row{}, err
	}
	codecs := serializer.NewCodecFactory(scheme).WithoutConversion()
	info, ok := runtime.SerializerInfoForMediaType(codecs.SupportedMediaTypes(), runtime.ContentTypeJSON)
	if !ok {
		return row{}, errors.New("no serializer for JSON")
	}
	theirs := codecs.EncoderForVersion(info.Serializer, v1beta1.SchemeGroupVersion)
	ours := codec.NewEncoder(codecfleetv1beta1.Encoders())
	kind, robot := v1beta1.SchemeGroupVersion.WithKind("Robot"), workingRobot()
	want, err := runtime.Encode(theirs, robot)
	if got, ok := ours.Encode(robot, kind); err != nil || !ok || !bytes.Equal(got, want) {
		return row{}, errors.New("the bodies differ")
	}
	return row{"Encode", []*cell{
		{side: ourName, do: func(context.Context) error {
			_, ok := ours.Encode(robot, kind)
			return check(ok, nil)
		}},
		{side: "serializer", do: func(context.Context) error {
			_, err := runtime.Encode(theirs, robot)
			return err
		}},
		{side: "encoding/json", do: func(context.Context) error {
			_, err := json.Marshal(robot)
			return err
		}},
	}}, nil
}

// workingRobot is a custom object as a controller updates it: 1.9 KB of JSON, a third of it managed fields.
func workingRobot() *v1beta1.Robot {
	meta := largePod(7).ObjectMeta
	at, battery, speed := meta.CreationTimestamp, int32(80), intstr.FromString("50%")
	payload := resource.MustParse("1500m")
	meta.ManagedFields = []metav1.ManagedFieldsEntry{{
		Manager: "fleet-controller", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "fleet.typewright.dev/v1beta1", Time: &at, FieldsType: "FieldsV1",
		FieldsV1: &metav1.FieldsV1{Raw: []byte(`{"f:metadata":{"f:annotations":{".":{},"f:checksum/config":{}},"f:labels":{".":{},"f:app.kubernetes.io/name":{}},"f:ownerReferences":{".":{},"k:{\"uid\":\"1b2c3d4e\"}":{}}},"f:spec":{"f:model":{},"f:tasks":{"k:{\"name\":\"sweep\"}":{".":{},"f:every":{},"f:name":{}}}},"f:status":{"f:phase":{}}}`)},
	}}
	robot := &v1beta1.Robot{ObjectMeta: meta, Spec: v1beta1.RobotSpec{
		Model: "carrier-2", SiteName: "north", Payload: &payload, Speed: &speed, Zones: []string{"a", "b"}, Route: [][]int64{{1, 2, 3}, {4}},
		Tasks:    []v1beta1.Task{{Name: "sweep", Every: metav1.Duration{Duration: time.Hour}}, {Name: "carry"}},
		Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"crew": "night"}},
	}}
	robot.Status.ObservedGeneration, robot.Status.BatteryPercent, robot.Status.LastSeen = 3, &battery, &at
	robot.Status.Conditions = []metav1.Condition{{Type: "Ready", Status: metav1.ConditionTrue, LastTransitionTime: at, Reason: "Works"}}
	return robot
}
