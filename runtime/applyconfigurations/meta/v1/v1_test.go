package v1_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apimeta "k8s.io/apimachinery/pkg/apis/meta/v1"

	metav1 "github.com/typewright/typewright/runtime/applyconfigurations/meta/v1"
)

// fill calls every With… method of a configuration with a value other than zero, and returns the configuration.
func fill(t *testing.T, configuration any) any {
	t.Helper()
	value := reflect.ValueOf(configuration)
	for i := range value.NumMethod() {
		if name := value.Type().Method(i).Name; strings.HasPrefix(name, "With") {
			method := value.Method(i)
			arg := method.Type().In(0)
			if method.Type().IsVariadic() {
				arg = arg.Elem()
			}
			result := method.Call([]reflect.Value{sample(t, arg)})
			assert.Same(t, configuration, result[0].Interface(), "%s does not chain", name)
		}
	}
	return configuration
}

func sample(t *testing.T, kind reflect.Type) reflect.Value {
	t.Helper()
	value := reflect.New(kind).Elem()
	switch kind {
	case reflect.TypeFor[apimeta.Time]():
		return reflect.ValueOf(apimeta.NewTime(time.Unix(1e9, 0)))
	case reflect.TypeFor[apimeta.FieldsV1]():
		var fields apimeta.FieldsV1
		fields.SetRawBytes([]byte(`{"f:x":{}}`))
		return reflect.ValueOf(fields)
	}
	switch kind.Kind() {
	case reflect.String:
		value.SetString("value")
	case reflect.Int64:
		value.SetInt(7)
	case reflect.Bool:
		value.SetBool(true)
	case reflect.Map:
		return reflect.ValueOf(map[string]string{"key": "value"})
	case reflect.Pointer:
		return reflect.ValueOf(fill(t, reflect.New(kind.Elem()).Interface()))
	default:
		t.Fatalf("no sample of %v", kind)
	}
	return value
}

// The JSON of a configuration with all fields set decodes into the type that it configures, with all fields set.
func TestConfigurationsReadAsTheirTypes(t *testing.T) {
	tests := []struct {
		configuration, object any
		serverOnly            []string
	}{
		{metav1.ObjectMeta(), &apimeta.ObjectMeta{}, []string{"SelfLink", "ManagedFields"}},
		{metav1.TypeMeta(), &apimeta.TypeMeta{}, nil},
		{metav1.OwnerReference(), &apimeta.OwnerReference{}, nil},
		{metav1.Condition(), &apimeta.Condition{}, nil},
		{metav1.ManagedFieldsEntry(), &apimeta.ManagedFieldsEntry{}, nil},
		{metav1.LabelSelector(), &apimeta.LabelSelector{}, nil},
		{metav1.LabelSelectorRequirement(), &apimeta.LabelSelectorRequirement{}, nil},
		{metav1.GroupResource(), &apimeta.GroupResource{}, nil},
		{metav1.Preconditions(), &apimeta.Preconditions{}, nil},
		{metav1.DeleteOptions(), &apimeta.DeleteOptions{}, nil},
	}
	for _, tc := range tests {
		t.Run(reflect.TypeOf(tc.object).Elem().Name(), func(t *testing.T) {
			data, err := json.Marshal(fill(t, tc.configuration))
			require.NoError(t, err)
			decoder := json.NewDecoder(bytes.NewReader(data))
			decoder.DisallowUnknownFields()
			require.NoError(t, decoder.Decode(tc.object))
			object := reflect.ValueOf(tc.object).Elem()
			for i := range object.NumField() {
				name := object.Type().Field(i).Name
				assert.Equal(t, slices.Contains(tc.serverOnly, name), object.Field(i).IsZero(), name)
			}
		})
	}
}

func TestAnEmptyConfigurationSaysNothing(t *testing.T) {
	data, err := json.Marshal(metav1.ObjectMeta().WithLabels(nil).WithFinalizers().WithOwnerReferences(nil))
	require.NoError(t, err)
	assert.JSONEq(t, `{}`, string(data))
	assert.Nil(t, metav1.ObjectMeta().GetName())
	assert.Nil(t, metav1.TypeMeta().GetKind())
}

func TestListsAndMapsGrow(t *testing.T) {
	meta := metav1.ObjectMeta().
		WithName("a").WithNamespace("ns").
		WithLabels(map[string]string{"x": "1", "y": "1"}).WithLabels(map[string]string{"x": "2"}).
		WithFinalizers("f1").WithFinalizers("f2", "f3")
	assert.Equal(t, map[string]string{"x": "2", "y": "1"}, meta.Labels)
	assert.Equal(t, []string{"f1", "f2", "f3"}, meta.Finalizers)
	assert.Equal(t, "a", *meta.GetName())
	assert.Equal(t, "ns", *meta.GetNamespace())
	options := metav1.DeleteOptions()
	assert.Equal(t, "DeleteOptions", *options.GetKind())
	assert.Equal(t, "meta.k8s.io/v1", *options.GetAPIVersion())
}

func ExampleCondition() {
	ready := metav1.Condition().WithType("Ready").WithStatus(apimeta.ConditionTrue).WithReason("Started")
	data, _ := json.Marshal(ready)
	fmt.Println(string(data))
	// Output: {"type":"Ready","status":"True","reason":"Started"}
}
