package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInspect(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out, printed := io.Pipe()
	ended := make(chan error)
	go func() { ended <- run(ctx, "localhost:0", printed) }()
	url, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	look := func() string {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.TrimSpace(url), http.NoBody)
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer func() { _ = answer.Body.Close() }()
		page, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return string(page)
	}
	assert.Eventually(t, func() bool {
		page := look()
		return strings.Contains(page, "1 of 2 informers synced") && strings.Contains(page, "has no battery")
	}, time.Minute, 10*time.Millisecond)
	http.DefaultClient.CloseIdleConnections()
	cancel()
	assert.NoError(t, <-ended)
}
