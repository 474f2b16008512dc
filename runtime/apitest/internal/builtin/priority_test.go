package builtin

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSetPriority(t *testing.T) {
	tests := []struct{ name, given, problem string }{
		{"none asked for", `spec: {}`, ""},
		{"the same", `spec: {priority: 5, preemptionPolicy: Never}`, ""},
		{"another number", `spec: {priority: 0}`, "the integer value of priority (0) must not be provided in pod spec; priority admission controller computed 5 from the given PriorityClass name"},
		{"another policy", `spec: {preemptionPolicy: Other}`, "the string value of PreemptionPolicy (Other) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pod := object(t, tt.given)
			err := SetPriority(pod, Priority{5, "Never"})
			if tt.problem != "" {
				assert.EqualError(t, err, tt.problem)
				return
			}
			assert.NoError(t, err)
			assert.Equal(t, map[string]any{"priority": int64(5), "preemptionPolicy": "Never"}, pod.Object["spec"])
		})
	}
}

func TestPriorityOf(t *testing.T) {
	p, forOthers := PriorityOf(object(t, `{value: 7, globalDefault: true}`))
	assert.Equal(t, Priority{7, "PreemptLowerPriority"}, p)
	assert.True(t, forOthers)
	p, forOthers = PriorityOf(object(t, `{value: 8, preemptionPolicy: Never}`))
	assert.Equal(t, Priority{8, "Never"}, p)
	assert.False(t, forOthers)
}
