package apitest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRestarts(t *testing.T) {
	c := start(t, Options{})
	first := c.create("a", "1").GetResourceVersion()
	before := c.server.Snapshot()
	second := c.create("b", "2").GetResourceVersion()

	require.NoError(t, c.server.Restart(RestartOptions{}))
	next := c.frames("resourceVersion=" + first)
	kind, u := next()
	assert.Equal(t, "ADDED b", kind+" "+u.GetName(), "history is there")

	require.NoError(t, c.server.Restart(RestartOptions{ForgetHistory: true}))
	next = c.frames("resourceVersion=" + first)
	kind, u = next()
	assert.Equal(t, "ERROR", kind)
	assert.Equal(t, "Expired", u.Object["reason"])

	require.NoError(t, c.server.Restart(RestartOptions{Restore: before}))
	code, _ := c.do(http.MethodGet, configMaps+"/b", nil)
	assert.Equal(t, http.StatusNotFound, code)
	code, u = c.do(http.MethodGet, configMaps+"?watch=true&resourceVersion="+second, nil)
	assert.Equal(t, http.StatusGatewayTimeout, code, "the version is not there yet: %v", u.Object)
	assert.Equal(t, second, c.create("c", "3").GetResourceVersion(), "versions are given again")

	require.NoError(t, c.server.Restart(RestartOptions{Restore: before}))
	_, list := c.do(http.MethodGet, configMaps, nil)
	items, err := list.ToList()
	require.NoError(t, err)
	require.Len(t, items.Items, 1, "a snapshot stays as it is")
	assert.Equal(t, "a", items.Items[0].GetName())
}
