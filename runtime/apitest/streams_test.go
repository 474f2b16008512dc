package apitest_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/kubelet"
)

func TestALogIsFollowed(t *testing.T) {
	next := make(chan string)
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	for _, inMemory := range []bool{false, true} {
		server := apitest.Start(t, apitest.Options{
			Scheme: scheme, InMemory: inMemory,
			Objects: []runtime.Object{&corev1.Pod{
				ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "web"},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "i"}}},
			}},
			Kubelet: kubelet.Kubelet{
				Exec: func(context.Context, kubelet.Container, *kubelet.Session) error { return nil },
				Log: func(ctx context.Context, c kubelet.Container, o corev1.PodLogOptions, w io.Writer) error {
					assert.Equal(t, "main", c.Name)
					assert.True(t, o.Follow)
					for {
						select {
						case line := <-next:
							if _, err := io.WriteString(w, line+"\n"); err != nil {
								return err
							}
						case <-ctx.Done():
							return nil
						}
					}
				},
			},
		})
		client := http.Client{Transport: server.Config().Transport}
		base := server.URL() + "/api/v1/namespaces/default/pods/web/"
		ctx, cancel := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"log?follow=true", nil)
		require.NoError(t, err)
		go func() { next <- "first" }()
		resp, err := client.Do(req)
		require.NoError(t, err)
		lines := bufio.NewReader(resp.Body)
		for _, want := range []string{"first", "second"} {
			if want != "first" {
				next <- want
			}
			line, err := lines.ReadString('\n')
			require.NoError(t, err)
			assert.Equal(t, want+"\n", line)
		}
		cancel()
		_ = resp.Body.Close()

		req, err = http.NewRequestWithContext(t.Context(), http.MethodPost, base+"exec?stdout=true", nil)
		require.NoError(t, err)
		resp, err = client.Do(req)
		require.NoError(t, err)
		assert.Equal(t, http.StatusBadRequest, resp.StatusCode, "without an upgrade, or in memory")
		_ = resp.Body.Close()
		client.CloseIdleConnections()
	}
}
