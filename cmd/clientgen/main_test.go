package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/gen"
)

func TestExternalApplyConfigurations(t *testing.T) {
	var c gen.Config
	require.NoError(t, addExternal(&c.ExternalApply, "k8s.io/api/core/v1:apply.example/core/v1, example.com/a/v1.Kind:apply.example/a/v1", "a:b"))
	require.NoError(t, addExternal(&c.ExternalApply, "example.com/b/v1:apply.example/b/v1", "a:b"))
	assert.Equal(t, map[string]string{
		"k8s.io/api/core/v1":    "apply.example/core/v1",
		"example.com/a/v1.Kind": "apply.example/a/v1",
		"example.com/b/v1":      "apply.example/b/v1",
	}, c.ExternalApply)
	assert.EqualError(t, addExternal(&c.ExternalApply, "k8s.io/api/core/v1", "a:b"), `"k8s.io/api/core/v1" is not of the form a:b`)
}
