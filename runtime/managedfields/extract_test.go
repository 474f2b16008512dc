package managedfields_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	apimachinery "k8s.io/apimachinery/pkg/util/managedfields"
	"sigs.k8s.io/structured-merge-diff/v6/typed"

	"github.com/typewright/typewright/runtime/managedfields"
)

const schema = `types:
- name: service
  map:
    fields:
    - {name: kind, type: {scalar: string}}
    - {name: apiVersion, type: {scalar: string}}
    - {name: metadata, type: {namedType: untyped}}
    - {name: spec, type: {map: {fields: [
        {name: clusterIP, type: {scalar: string}},
        {name: externalIPs, type: {list: {elementType: {scalar: string}, elementRelationship: associative}}},
        {name: selector, type: {map: {elementType: {scalar: string}, elementRelationship: atomic}}},
        {name: ports, type: {list: {elementType: {namedType: port}, elementRelationship: associative, keys: [port, protocol]}}}]}}}
    - {name: status, type: {namedType: untyped}}
- name: port
  map:
    fields:
    - {name: name, type: {scalar: string}}
    - {name: port, type: {scalar: numeric}}
    - {name: protocol, type: {scalar: string}}
    - {name: targetPort, type: {scalar: untyped}}
- name: untyped
  scalar: untyped
  list: {elementType: {namedType: untyped}, elementRelationship: atomic}
  map: {elementType: {namedType: untyped}, elementRelationship: separable}
`

func objectType(t *testing.T) typed.ParseableType {
	t.Helper()
	parser, err := typed.NewParser(schema)
	require.NoError(t, err)
	return parser.Type("service")
}

func service(entries ...metav1.ManagedFieldsEntry) *corev1.Service {
	return &corev1.Service{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{Name: "web", Labels: map[string]string{"a": "1", "b": "2"}, ManagedFields: entries},
		Spec: corev1.ServiceSpec{
			ClusterIP: "10.0.0.1", ExternalIPs: []string{"192.0.2.1", "192.0.2.2"}, Selector: map[string]string{"app": "web", "tier": "front"},
			Ports: []corev1.ServicePort{
				{Name: "http", Port: 80, Protocol: corev1.ProtocolTCP, TargetPort: intstr.FromString("http")},
				{Name: "dns", Port: 53, Protocol: corev1.ProtocolUDP},
			},
		},
		Status: corev1.ServiceStatus{LoadBalancer: corev1.LoadBalancerStatus{Ingress: []corev1.LoadBalancerIngress{{IP: "192.0.2.9"}}}},
	}
}

func entry(manager string, operation metav1.ManagedFieldsOperationType, subresource, fields string) metav1.ManagedFieldsEntry {
	e := metav1.ManagedFieldsEntry{Manager: manager, Operation: operation, APIVersion: "v1", FieldsType: "FieldsV1", Subresource: subresource, FieldsV1: &metav1.FieldsV1{}}
	e.FieldsV1.SetRawBytes([]byte(fields))
	return e
}

// TestExtractingAsApimachineryDoes compares both, of the object and of the same as the dynamic client has it.
func TestExtractingAsApimachineryDoes(t *testing.T) {
	for name, test := range map[string]struct {
		fields string
		want   corev1.Service // what is said of metadata and spec
	}{
		"a scalar":           {`{"f:spec":{"f:clusterIP":{}}}`, corev1.Service{Spec: corev1.ServiceSpec{ClusterIP: "10.0.0.1"}}},
		"a label":            {`{"f:metadata":{"f:labels":{".":{},"f:b":{}}}}`, corev1.Service{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"b": "2"}}}},
		"an item of a set":   {`{"f:spec":{"f:externalIPs":{"v:\"192.0.2.2\"":{}}}}`, corev1.Service{Spec: corev1.ServiceSpec{ExternalIPs: []string{"192.0.2.2"}}}},
		"a map as a whole":   {`{"f:spec":{"f:selector":{}}}`, corev1.Service{Spec: corev1.ServiceSpec{Selector: map[string]string{"app": "web", "tier": "front"}}}},
		"an item by its key": {`{"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{},"f:protocol":{},"f:targetPort":{}}}}}`, corev1.Service{Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 80, Protocol: corev1.ProtocolTCP, TargetPort: intstr.FromString("http")}}}}},
		"what is gone":       {`{"f:spec":{"f:ports":{"k:{\"port\":99,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}}}}`, corev1.Service{}},
	} {
		t.Run(name, func(t *testing.T) {
			object := service(entry("me", metav1.ManagedFieldsOperationApply, "", test.fields), entry("me", metav1.ManagedFieldsOperationUpdate, "", `{"f:status":{}}`))
			content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
			require.NoError(t, err)
			for _, object := range []runtime.Object{object, &unstructured.Unstructured{Object: content}} {
				var got, theirs corev1.Service
				require.NoError(t, managedfields.ExtractInto(object, objectType(t), "me", &got, ""))
				require.NoError(t, apimachinery.ExtractInto(object, objectType(t), "me", &theirs, ""))
				assert.Equal(t, theirs, got)
				test.want.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Service"}
				assert.Equal(t, test.want, got)
			}
		})
	}
}

func TestWhoseFieldsAreMeant(t *testing.T) {
	apply, update := metav1.ManagedFieldsOperationApply, metav1.ManagedFieldsOperationUpdate
	unset := entry("unset", apply, "", "")
	unset.FieldsV1 = nil
	object := service(
		entry("updates", update, "", `{"f:spec":{"f:clusterIP":{}}}`),
		entry("me", apply, "status", `{"f:status":{"f:loadBalancer":{"f:ingress":{}}}}`),
		entry("me", apply, "", `{"f:spec":{"f:clusterIP":{}}}`),
		entry("empty", apply, "", "{}"),
		unset,
	)
	before := corev1.Service{Spec: corev1.ServiceSpec{ClusterIP: "as it was"}}
	for name, test := range map[string]struct{ manager, subresource, clusterIP, ingress string }{
		"the object":                 {"me", "", "10.0.0.1", ""},
		"a subresource":              {"me", "status", "", "192.0.2.9"},
		"another subresource":        {"me", "scale", "as it was", ""},
		"who updates does not apply": {"updates", "", "as it was", ""},
		"nobody":                     {"", "", "as it was", ""},
		"who owns nothing any more":  {"empty", "", "as it was", ""},
		"an entry that says nothing": {"unset", "", "as it was", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := before
			require.NoError(t, managedfields.ExtractInto(object, objectType(t), test.manager, &got, test.subresource))
			assert.Equal(t, test.clusterIP, got.Spec.ClusterIP)
			if test.ingress != "" {
				assert.Equal(t, test.ingress, got.Status.LoadBalancer.Ingress[0].IP)
			}
		})
	}
}

func TestWhatCannotBeExtracted(t *testing.T) {
	var into corev1.Service
	fine := service(entry("me", metav1.ManagedFieldsOperationApply, "", `{"f:spec":{"f:clusterIP":{}}}`))
	broken := service(entry("me", metav1.ManagedFieldsOperationApply, "", `{"f:spec":`))
	require.ErrorContains(t, managedfields.ExtractInto(broken, objectType(t), "me", &into, ""), `read the managed fields of "me"`)
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{ManagedFields: fine.ManagedFields}, Spec: corev1.PodSpec{NodeName: "n"}}
	require.ErrorContains(t, managedfields.ExtractInto(pod, objectType(t), "me", &into, ""), "read *v1.Pod by its schema: ")
	require.ErrorContains(t, managedfields.ExtractInto(&metav1.Status{}, typed.DeducedParseableType, "me", &into, ""), "read the managed fields of *v1.Status")
	var other struct {
		Spec struct {
			ClusterIP int `json:"clusterIP"`
		} `json:"spec"`
	}
	require.ErrorContains(t, managedfields.ExtractInto(fine, objectType(t), "me", &other, ""), `put what "me" applied into`)
}
