package kinds

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestScaleValidate(t *testing.T) {
	s := &Scale{SpecReplicas: []string{"spec", "size"}, StatusReplicas: []string{"status", "size"}, LabelSelector: []string{"status", "labels"}}
	with := func(spec, status, labels any) map[string]any {
		return map[string]any{"spec": map[string]any{"size": spec}, "status": map[string]any{"size": status, "labels": labels}}
	}
	assert.Empty(t, s.Validate(map[string]any{}))
	assert.Empty(t, s.Validate(with(int64(3), int64(2), "a=b")))
	errs := s.Validate(with(int64(-1), int64(3000000000), int64(1)))
	if assert.Len(t, errs, 3) {
		assert.Equal(t, ".spec.size: Invalid value: -1: should be a non-negative integer", errs[0].Error())
		assert.Equal(t, ".status.size: Invalid value: 3000000000: should be less than or equal to 2147483647", errs[1].Error())
		assert.Equal(t, ".status.labels", errs[2].Field)
	}
	assert.Len(t, s.Validate(with("x", int64(1), "")), 1)
}
