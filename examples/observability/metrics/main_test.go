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

func TestMetrics(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out, printed := io.Pipe()
	ended := make(chan error)
	go func() { ended <- run(ctx, "localhost:0", printed) }()
	url, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	wanted := []string{
		`rest_client_requests_total{code="200",host="127.0.0.1:`,
		`rest_client_request_duration_seconds_count{path="/apis/fleet.typewright.dev/v1beta1/namespaces/{namespace}/robots",verb="GET"}`,
		`typewright_informer_synced{informer=`, "typewright_informer_estimated_bytes", "go_goroutines",
	}
	assert.Eventually(t, func() bool {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.TrimSpace(url), http.NoBody)
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer func() { _ = answer.Body.Close() }()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		for _, want := range wanted {
			if !strings.Contains(string(text), want) {
				t.Log("not yet there:", want)
				return false
			}
		}
		return true
	}, 20*time.Second, 100*time.Millisecond)
	http.DefaultClient.CloseIdleConnections()
	cancel()
	assert.NoError(t, <-ended)
}
