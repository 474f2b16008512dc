package main

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
)

// screen collects the output and ends the program once it contains the line.
type screen struct {
	lock sync.Mutex
	text bytes.Buffer
	wait string
	end  context.CancelFunc
}

func (s *screen) Write(p []byte) (int, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	n, err := s.text.Write(p)
	if strings.Contains(s.text.String(), s.wait) {
		s.end()
	}
	return n, err
}

func TestAnyResourceByAnyName(t *testing.T) {
	kind := schema.GroupVersionKind{Group: "fleet.example.com", Version: "v1", Kind: "Robot"}
	robot := &unstructured.Unstructured{}
	robot.SetGroupVersionKind(kind)
	robot.SetNamespace("hall")
	robot.SetName("r2")
	server := apitest.Start(t, apitest.Options{
		Resources: []apitest.Resource{{GroupVersionKind: kind, ShortNames: []string{"rb"}}},
		Objects:   []runtime.Object{robot},
	})
	for _, name := range []string{"robots", "rb", "robots.fleet.example.com", "fleet.example.com/v1/robots"} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			out := &screen{wait: "r2", end: cancel}
			require.NoError(t, run(ctx, server.Config(), []string{name, "hall"}, out))
			assert.Regexp(t, `EVENT +NAMESPACE +NAME +VERSION\nADDED +hall +r2 +\d+`, out.text.String())
		})
	}
	require.ErrorContains(t, run(t.Context(), server.Config(), []string{"unicorns"}, &bytes.Buffer{}), "unicorns")
	require.ErrorContains(t, run(t.Context(), server.Config(), nil, &bytes.Buffer{}), "name a resource")
}
