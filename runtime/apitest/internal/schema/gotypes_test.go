package schema

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

func TestGoTypesMergeAsTheirMarkersSay(t *testing.T) {
	name, defs := NewTypes().Define(reflect.TypeFor[appsv1.Deployment]())
	assert.Equal(t, "io.k8s.api.apps.v1.Deployment", name)
	containers := defs["io.k8s.api.core.v1.PodSpec"].Properties["containers"]
	assert.Equal(t, "map", containers.Extensions["x-kubernetes-list-type"])
	assert.Equal(t, []any{"name"}, containers.Extensions["x-kubernetes-list-map-keys"])
	assert.Equal(t, "atomic", defs["io.k8s.api.core.v1.SecretKeySelector"].Extensions["x-kubernetes-map-type"])
	assert.Equal(t, "TCP", defs["io.k8s.api.core.v1.ContainerPort"].Properties["protocol"].Default)
	assert.Contains(t, defs["io.k8s.api.core.v1.Container"].Properties["image"].Description, "Container image name")

	converter, err := defs.WithKinds(name, appsv1.SchemeGroupVersion.WithKind("Deployment")).TypeConverter()
	require.NoError(t, err)
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": "a", "creationTimestamp": nil},
		"spec": map[string]any{"template": map[string]any{"spec": map[string]any{"containers": []any{map[string]any{"name": "c", "resources": map[string]any{"limits": map[string]any{"cpu": "1"}}}}}}},
	}}
	typed, err := converter.ObjectToTyped(object)
	require.NoError(t, err)
	set, err := typed.ToFieldSet()
	require.NoError(t, err)
	assert.Contains(t, set.String(), `.spec.template.spec.containers[name="c"].resources.limits.cpu`)
}

func TestRequiredFields(t *testing.T) {
	type plain struct {
		Always    string  `json:"always"`
		Sometimes string  `json:"sometimes,omitempty"`
		Pointer   *string `json:"pointer"`
	}
	_, defs := NewTypes().Define(reflect.TypeFor[plain]())
	assert.Equal(t, []string{"always", "pointer"}, defs[ModelName(reflect.TypeFor[plain]())].Required, "by the tag if there is no marker")
	_, defs = NewTypes().Define(reflect.TypeFor[corev1.Service]())
	assert.NotContains(t, defs["io.k8s.api.core.v1.ServicePort"].Required, "targetPort")
	assert.Contains(t, defs["io.k8s.api.core.v1.ServicePort"].Required, "port")
	assert.Equal(t, "map", defs["io.k8s.api.core.v1.ServiceSpec"].Properties["ports"].Extensions["x-kubernetes-list-type"])
}

type level uint8

func (level) MarshalText() ([]byte, error) { return nil, nil }

type list []list

type shallow struct {
	Hidden string `json:"name"`
	Size   int    `json:"size"`
}

type deep struct {
	*odd `json:",inline"` // embeds itself, further down
}

type odd struct {
	shallow
	deep
	list

	Name    int64            `json:"name,string"`
	Bytes   []byte           `json:"bytes"`
	Array   [2]byte          `json:"array"`
	Levels  []level          `json:"levels"`
	Lists   list             `json:"lists"`
	First   struct{ A int }  `json:"first"`
	Second  struct{ B int }  `json:"second"`
	Generic pair[int, level] `json:"generic"`
	Plain   string
	private string
}

type pair[K, V any] struct {
	Key   K
	Value V
}

func TestEveryFormOfGoTypeIsWhatEncodingJSONMakesOfIt(t *testing.T) {
	_, defs := NewTypes().Define(reflect.TypeFor[odd]())
	properties := defs[ModelName(reflect.TypeFor[odd]())].Properties
	assert.Equal(t, []string{"Plain", "array", "bytes", "first", "generic", "levels", "lists", "name", "second", "size"}, slices.Sorted(maps.Keys(properties)))
	assert.Equal(t, "string", properties["name"].Type[0], "the least deep field counts, and is written as text")
	assert.Equal(t, "byte", properties["bytes"].Format)
	assert.Equal(t, "array", properties["array"].Type[0], "only slices of bytes are text")
	assert.Equal(t, "array", properties["levels"].Type[0], "bytes that write themselves are not bytes")
	assert.Equal(t, "array", properties["lists"].Type[0])
	assert.Contains(t, properties["first"].Properties, "A")
	assert.Contains(t, properties["second"].Properties, "B")
	generic := properties["generic"]
	assert.NotContains(t, generic.Ref.String()[len(RefPrefix):], "/")
	_ = []any{odd{}.private, odd{}.deep, odd{}.list}
}

// TestEmbeddedTypesKeepTheirNames embeds types that name their schemas. The embedding type must get another name, and no method may be
// called on a nil embedded pointer.
func TestEmbeddedTypesKeepTheirNames(t *testing.T) {
	type byPointer struct {
		*metav1.LabelSelector `json:",inline"`
		Size                  int `json:"size"`
	}
	type byValue struct{ metav1.LabelSelector }
	type further struct{ *byPointer }
	type time struct{ *metav1.Time }
	type loop struct {
		*loop //nolint:unused // what is embedded is met by reflection
		*metav1.LabelSelector
	}
	const embedded = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector"
	for _, goType := range []reflect.Type{reflect.TypeFor[byPointer](), reflect.TypeFor[byValue](), reflect.TypeFor[further](), reflect.TypeFor[loop]()} {
		types := NewTypes()
		name, defs := types.Define(goType)
		assert.Contains(t, name, goType.Name())
		assert.Contains(t, defs[name].Properties, "matchLabels", name)
		name, defs = types.Define(reflect.TypeFor[metav1.LabelSelector]())
		assert.Equal(t, embedded, name)
		assert.NotContains(t, defs[name].Properties, "size")
	}
	name, defs := NewTypes().Define(reflect.TypeFor[time]())
	assert.Equal(t, spec.StringOrArray{"string"}, defs[name].Type)
	assert.Equal(t, "date-time", defs[name].Format)
}

func TestClusterScoped(t *testing.T) {
	node := reflect.TypeFor[corev1.Node]()
	assert.True(t, ClusterScoped(node.PkgPath(), node.Name()))
	assert.False(t, ClusterScoped(node.PkgPath(), "Pod"))
}

func BenchmarkDefine(b *testing.B) {
	for b.Loop() {
		_, defs := NewTypes().Define(reflect.TypeFor[corev1.Pod]())
		if _, err := defs.WithKinds("io.k8s.api.core.v1.Pod", corev1.SchemeGroupVersion.WithKind("Pod")).TypeConverter(); err != nil {
			b.Fatal(err)
		}
	}
}

func TestDescriptionsThatSwaggerDocShortens(t *testing.T) {
	_, defs := NewTypes().Define(reflect.TypeFor[corev1.Pod]())
	for path, want := range map[string]string{
		"PodSpec.setHostnameAsFQDN":           `HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet`,
		"PodSecurityContext.fsGroup":          "rw-rw----\n\nIf unset, the Kubelet",
		"TopologySpreadConstraint.minDomains": "| zone1 | zone2 | zone3 | |  P P  |  P P  |  P P  | The number of domains",
		"PodSpec.nodeName":                    "NodeName indicates in which node this pod is scheduled.",
	} {
		goType, field, _ := strings.Cut(path, ".")
		assert.Contains(t, defs["io.k8s.api.core.v1."+goType].Properties[field].Description, want, path)
	}
	assert.Contains(t, defs["io.k8s.apimachinery.pkg.apis.meta.v1.Time"].Description, "Time is a wrapper around time.Time")
}
