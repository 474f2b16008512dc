package main

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLogs(t *testing.T) {
	var out bytes.Buffer // the handler locks it
	handler := newHandler(&out, 2)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	require.NoError(t, run(ctx, handler))
	messages := map[string]map[string]any{}
	decoder := json.NewDecoder(&out)
	for decoder.More() {
		var line map[string]any
		require.NoError(t, decoder.Decode(&line))
		assert.Equal(t, "north", line["fleet"], line)
		message, _ := line["msg"].(string)
		messages[message] = line
	}
	require.Contains(t, messages, "List or watch failed and will be tried again")
	assert.Equal(t, "NotFound", messages["List or watch failed and will be tried again"]["reason"])
	require.Contains(t, messages, "The program does without docks")
	assert.Equal(t, "ERROR", messages["The program does without docks"]["level"])
}
