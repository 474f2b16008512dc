package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryWriteIsSeen(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	assert.Contains(t, out.String(), "13 writes, 13 events (3 added, 9 updated, 1 deleted)")
	assert.Contains(t, out.String(), "in the cache now: ada, bo")
}
