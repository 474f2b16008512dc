package builtin

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// where returns the types and the fields of errors.
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
		{"a byte too much", "v1", "Secret", `data: {a: "` + base64.StdEncoding.EncodeToString([]byte(full+"x")) + `"}`, []string{"FieldValueTooLong data"}},
		{"others may be larger", "v1", "Event", `data: {a: ` + full + `x}`, nil},
		{"keys", "v1", "ConfigMap", `{data: {"a b": c, d: e}, binaryData: {d: ""}}`, []string{"FieldValueInvalid data[a b]", "FieldValueInvalid data[d]"}},
		{"keys of a type", "v1", "Secret", `{type: kubernetes.io/tls, data: {tls.crt: ""}}`, []string{"FieldValueRequired data[tls.key]"}},
		{"a user without a password", "v1", "Secret", `{type: kubernetes.io/basic-auth, data: {username: ""}}`, nil},
		{"neither", "v1", "Secret", `{type: kubernetes.io/basic-auth}`, []string{"FieldValueRequired data[username]", "FieldValueRequired data[password]"}},
		{"no document", "v1", "Secret", `{type: kubernetes.io/dockerconfigjson, data: {.dockerconfigjson: eA==}}`, []string{"FieldValueInvalid data[.dockerconfigjson]"}},
		{"a pod of nothing", "v1", "Pod", `spec: {restartPolicy: Always, dnsPolicy: Default}`, []string{"FieldValueRequired spec.containers"}},
		{
			"containers", "v1", "Pod",
			`spec: {restartPolicy: Odd, dnsPolicy: Default, volumes: [{name: v}], containers: [{name: c, image: i, imagePullPolicy: Always}, {name: c, imagePullPolicy: Never,
			  volumeMounts: [{name: v, mountPath: /a}, {name: w, mountPath: /a}], ports: [{containerPort: 70000, protocol: TCP}], env: [{name: ""}]}]}`,
			[]string{
				"FieldValueRequired spec.containers[1].image", "FieldValueInvalid spec.containers[1].ports[0].containerPort", "FieldValueRequired spec.containers[1].env[0].name",
				"FieldValueNotFound spec.containers[1].volumeMounts[1].name", "FieldValueInvalid spec.containers[1].volumeMounts[1].mountPath",
				"FieldValueDuplicate spec.containers[1].name", "FieldValueNotSupported spec.restartPolicy",
			},
		},
		{
			"a deployment that does not select its pods", "apps/v1", "Deployment",
			`spec: {replicas: -1, selector: {matchLabels: {a: b}}, strategy: {type: Recreate}, template: {spec: {restartPolicy: Always, dnsPolicy: Default, containers: [{name: c, image: i, imagePullPolicy: Always}]}}}`,
			[]string{"FieldValueInvalid spec.replicas", "FieldValueInvalid spec.template.metadata.labels"},
		},
		{
			"a service", "v1", "Service", `spec: {type: ClusterIP, sessionAffinity: None, externalTrafficPolicy: Local, ports: [{port: 0, protocol: TCP, targetPort: 1}, {port: 1, protocol: X, targetPort: web}]}`,
			[]string{
				"FieldValueRequired spec.ports[0].name", "FieldValueInvalid spec.ports[0].port", "FieldValueRequired spec.ports[1].name",
				"FieldValueNotSupported spec.ports[1].protocol", "FieldValueInvalid spec.externalTrafficPolicy",
			},
		},
		{"a lease", "coordination.k8s.io/v1", "Lease", `{metadata: {finalizers: [x]}, spec: {leaseDurationSeconds: 0, leaseTransitions: -1}}`, []string{"FieldValueInvalid spec.leaseDurationSeconds", "FieldValueInvalid spec.leaseTransitions"}},
		{"finalizers of a namespace", "v1", "Namespace", `spec: {finalizers: [kubernetes, x]}`, []string{"FieldValueInvalid spec.finalizers"}},
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
		{"the type of a secret", "v1", "Secret", `{kind: Secret, type: a}`, `{kind: Secret, type: b}`, []string{"FieldValueInvalid type"}},
		{"the name of the service of a stateful set", "apps/v1", "StatefulSet", `spec: {serviceName: a}`, `spec: {serviceName: b, replicas: 3}`, []string{"FieldValueInvalid spec.serviceName"}},
		{"the image of a pod", "v1", "Pod", `spec: {containers: [{name: a, image: b}]}`, `spec: {containers: [{name: a, image: c}], activeDeadlineSeconds: 5}`, nil},
		{"another container", "v1", "Pod", `spec: {containers: [{name: a}]}`, `spec: {containers: [{name: a}, {name: b}]}`, []string{"FieldValueForbidden spec.containers"}},
		{"the rest of a pod", "v1", "Pod", `spec: {hostNetwork: true}`, `spec: {nodeName: n}`, []string{"FieldValueForbidden spec"}},
		{"tolerations only grow", "v1", "Pod", `spec: {tolerations: [{key: a, tolerationSeconds: 1}]}`, `spec: {tolerations: [{key: b}, {key: a, tolerationSeconds: 2}]}`, nil},
		{"a toleration that is gone", "v1", "Pod", `spec: {tolerations: [{key: a}]}`, `spec: {}`, []string{"FieldValueForbidden spec.tolerations"}},
		{"the address of a service", "v1", "Service", `spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1]}`, `spec: {clusterIP: 10.0.0.2, clusterIPs: [10.0.0.2]}`, []string{"FieldValueInvalid spec.clusterIPs[0]"}},
		{"labels of an immutable one", "v1", "Secret", `{immutable: true}`, `{immutable: true, metadata: {labels: {a: b}}}`, nil},
		{"the selector of a deployment", "apps/v1", "Deployment", `spec: {selector: {matchLabels: {a: b}}}`, `spec: {selector: {matchLabels: {a: c}}}`, []string{"FieldValueInvalid spec.selector"}},
		{"the rest of a deployment", "apps/v1", "Deployment", `spec: {selector: {a: b}}`, `spec: {selector: {a: b}, replicas: 2}`, nil},
		{"the selector of a service may change", "v1", "Service", `spec: {selector: {a: b}}`, `spec: {selector: {a: c}}`, nil},
		{"custom resources have their own rules", "example.com/v1", "ConfigMap", `{data: {a: b}, immutable: true}`, `{data: {a: c}}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := resource(t, tt.apiVersion, tt.kind)
			var got []string
			alone := where(Validate(r, object(t, tt.next)))
			for _, each := range where(ValidateUpdate(r, object(t, tt.current), object(t, tt.next))) {
				if !slices.Contains(alone, each) {
					got = append(got, each)
				}
			}
			assert.Equal(t, tt.want, got)
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
		requested         *int64
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
			assert.Equal(t, tt.want, GracePeriod(resource(t, "v1", tt.kind), object(t, tt.given), tt.requested))
		})
	}
}
