package serve

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	schedulingv1 "k8s.io/api/scheduling/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	apischema "github.com/typewright/typewright/runtime/apitest/internal/schema"
)

func TestPriorityOfPods(t *testing.T) {
	const spec = `containers: [{name: c, image: i}]`
	scheme := runtime.NewScheme()
	require.NoError(t, schedulingv1.AddToScheme(scheme))
	api := newAPI(t, Options{Resources: kinds.FromScheme(scheme, nil, apischema.NewTypes())})
	const classes = "/apis/scheduling.k8s.io/v1/priorityclasses"
	must(t, api, http.MethodPost, classes, `{metadata: {name: high}, value: 100, preemptionPolicy: Never}`)
	priority := func(name, class string) any {
		u := must(t, api, http.MethodPost, pods, `{metadata: {name: `+name+`}, spec: {`+class+spec+`}}`)
		value, _, _ := unstructured.NestedInt64(u.Object, "spec", "priority")
		policy, _, _ := unstructured.NestedString(u.Object, "spec", "preemptionPolicy")
		return []any{value, policy}
	}
	assert.Equal(t, []any{int64(0), "PreemptLowerPriority"}, priority("none", ""))
	assert.Equal(t, []any{int64(100), "Never"}, priority("high", "priorityClassName: high, "))
	assert.Equal(t, []any{int64(2000000000), "PreemptLowerPriority"}, priority("system", "priorityClassName: system-cluster-critical, "))
	for _, class := range []string{`{metadata: {name: low}, value: 7, globalDefault: true}`, `{metadata: {name: mid}, value: 8, globalDefault: true}`} {
		must(t, api, http.MethodPost, classes, class)
	}
	assert.Equal(t, []any{int64(7), "PreemptLowerPriority"}, priority("default", ""))
	for _, tt := range []exchange{
		{"no such class", http.MethodPost, pods, `{metadata: {name: x}, spec: {priorityClassName: odd, ` + spec + `}}`, "", http.StatusForbidden, "no PriorityClass with name odd was found"},
		{"a number", http.MethodPost, pods, `{metadata: {name: x}, spec: {priority: 5, ` + spec + `}}`, "", http.StatusForbidden, "the integer value of priority (5) must not be provided"},
		{"an update keeps it", http.MethodPut, pods + "/high", `{metadata: {name: high}, spec: {priorityClassName: high, ` + spec + `}}`, "", http.StatusOK, ""},
	} {
		tt.run(t, api)
	}
}

func TestPriorityClassesThatNobodyCanCreate(t *testing.T) {
	must(t, newAPI(t, Options{}), http.MethodPost, pods, `{metadata: {name: a}, spec: {priorityClassName: odd, containers: [{name: c, image: i}]}}`)
}
