package builtin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// where are the fields that errors are about.
func where(errs field.ErrorList) (fields []string) {
	for _, err := range errs {
		fields = append(fields, string(err.Type)+" "+err.Field)
	}
	return fields
}

func TestValidate(t *testing.T) {
	full := strings.Repeat("x", maxData)
	tests := []struct {
		name, apiVersion, kind, given string
		want                          []string
	}{
		{"known finalizers", "v1", "ConfigMap", `metadata: {finalizers: [kubernetes, orphan, foregroundDeletion, example.com/x]}`, nil},
		{"a finalizer without domain", "v1", "ConfigMap", `metadata: {finalizers: [orphan, mine]}`, []string{"FieldValueInvalid metadata.finalizers[1]"}},
		{"custom resources have their own rules", "example.com/v1", "ConfigMap", `{metadata: {finalizers: [mine]}, data: {a: ` + full + `x}}`, nil},
		{"as much data as there may be", "v1", "ConfigMap", `data: {a: ` + full + `}`, nil},
		{"a byte too much", "v1", "Secret", `{data: {a: ` + full + `}, binaryData: {b: x}}`, []string{"FieldValueTooLong []"}},
		{"others may be larger", "v1", "Event", `data: {a: ` + full + `x}`, nil},
		{"a definition", "apiextensions.k8s.io/v1", "CustomResourceDefinition", `{}`, []string{
			"FieldValueInvalid metadata.name", "FieldValueRequired spec.group", "FieldValueNotSupported spec.scope", "FieldValueRequired spec.names.kind",
			"FieldValueInvalid spec.names.plural", "FieldValueInvalid spec.versions",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, where(Validate(resource(t, tt.apiVersion, tt.kind), object(t, tt.given))))
		})
	}
}

func TestValidateUpdate(t *testing.T) {
	tests := []struct {
		name, apiVersion, kind, current, next string
		want                                  []string
	}{
		{"data may change", "v1", "ConfigMap", `data: {a: b}`, `data: {a: c}`, nil},
		{"it may become immutable with its last change", "v1", "ConfigMap", `data: {a: b}`, `{data: {a: c}, immutable: true}`, nil},
		{"immutable data", "v1", "ConfigMap", `{data: {a: b}, immutable: true}`, `{data: {a: c}, binaryData: {d: e}, immutable: true}`, []string{"FieldValueForbidden data", "FieldValueForbidden binaryData"}},
		{"immutable for ever", "v1", "Secret", `{data: {a: b}, immutable: true}`, `{data: {a: b}}`, []string{"FieldValueForbidden immutable"}},
		{"labels of an immutable one", "v1", "Secret", `{immutable: true}`, `{immutable: true, metadata: {labels: {a: b}}}`, nil},
		{"the selector of a deployment", "apps/v1", "Deployment", `spec: {selector: {a: b}}`, `spec: {selector: {a: c}}`, []string{"FieldValueInvalid spec.selector"}},
		{"the rest of a deployment", "apps/v1", "Deployment", `spec: {selector: {a: b}}`, `spec: {selector: {a: b}, replicas: 2}`, nil},
		{"the selector of a service may change", "v1", "Service", `spec: {selector: {a: b}}`, `spec: {selector: {a: c}}`, nil},
		{"custom resources have their own rules", "example.com/v1", "ConfigMap", `{data: {a: b}, immutable: true}`, `{data: {a: c}}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := resource(t, tt.apiVersion, tt.kind)
			assert.Equal(t, tt.want, where(ValidateUpdate(r, object(t, tt.current), object(t, tt.next))))
		})
	}
}

func TestCheckDelete(t *testing.T) {
	namespaces := resource(t, "v1", "Namespace")
	for _, name := range []string{"default", "kube-system", "kube-public"} {
		assert.True(t, apierrors.IsForbidden(CheckDelete(namespaces, name)), name)
		assert.NoError(t, CheckDelete(resource(t, "v1", "ConfigMap"), name))
	}
	assert.NoError(t, CheckDelete(namespaces, "kube-node-lease"))
}

func TestHasFinalizersInSpec(t *testing.T) {
	assert.True(t, HasFinalizersInSpec(object(t, `spec: {finalizers: [kubernetes]}`)))
	assert.False(t, HasFinalizersInSpec(object(t, `spec: {finalizers: []}`)))
	assert.False(t, HasFinalizersInSpec(object(t, `metadata: {finalizers: [example.com/x]}`)))
}

func TestGracePeriod(t *testing.T) {
	const running = `{spec: {nodeName: a, terminationGracePeriodSeconds: 30}, status: {phase: Running}}`
	tests := []struct {
		name, kind, given string
		asked             *int64
		want              int64
	}{
		{"its own", "Pod", running, nil, 30},
		{"the client's", "Pod", running, new(int64(5)), 5},
		{"at once", "Pod", running, new(int64(0)), 0},
		{"less than none is the least", "Pod", running, new(int64(-3)), 1},
		{"not on a node yet", "Pod", `spec: {terminationGracePeriodSeconds: 30}`, new(int64(5)), 0},
		{"it has ended", "Pod", `{spec: {nodeName: a, terminationGracePeriodSeconds: 30}, status: {phase: Succeeded}}`, nil, 0},
		{"it has failed", "Pod", `{spec: {nodeName: a, terminationGracePeriodSeconds: 30}, status: {phase: Failed}}`, nil, 0},
		{"it has none", "Pod", `spec: {nodeName: a}`, nil, 0},
		{"others end at once", "ConfigMap", running, new(int64(5)), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, GracePeriod(resource(t, "v1", tt.kind), object(t, tt.given), tt.asked))
		})
	}
}
