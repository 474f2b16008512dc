package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/gen"
)

func TestExternalApplyConfigurations(t *testing.T) {
	var c gen.Config
	require.NoError(t, addExternal(&c, "k8s.io/api/core/v1:apply.example/core/v1, example.com/a/v1.Kind:apply.example/a/v1"))
	require.NoError(t, addExternal(&c, "example.com/b/v1:apply.example/b/v1"))
	assert.Equal(t, map[string]string{
		"k8s.io/api/core/v1":    "apply.example/core/v1",
		"example.com/a/v1.Kind": "apply.example/a/v1",
		"example.com/b/v1":      "apply.example/b/v1",
	}, c.ExternalApply)
	assert.EqualError(t, addExternal(&c, "k8s.io/api/core/v1"), `"k8s.io/api/core/v1" is not of the form import/path.Type:import/path`)
}
