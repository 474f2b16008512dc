package kubectl

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/test/e2e/compare"
)

// answerTeapot answers 418.
func answerTeapot(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
	w.WriteHeader(http.StatusTeapot)
}

func TestPlantedDifferenceIsFoundAndShrunk(t *testing.T) {
	steps := []string{
		"kubectl create configmap a --from-literal=k=v", "kubectl get configmap a -o yaml", "kubectl label configmap a app=x", "kubectl delete configmap a --wait=false",
	}
	tests := []struct {
		name   string
		change func(*apitest.Server)
		at     int
		short  []string
		shows  string
	}{
		{"a server does not differ from itself", func(*apitest.Server) {}, -1, nil, ""},
		{"a verb fails", func(s *apitest.Server) { s.Inject(apitest.Fault{Verbs: []string{"patch"}, Do: answerTeapot}) }, 2, []string{steps[0], steps[2]}, "- configmap/a labeled\n"},
		{"only the state after the last step differs", func(s *apitest.Server) { s.Inject(apitest.Fault{Verbs: []string{"delete"}, Do: pretendDeletion}) }, 4, steps[3:], "+ configmap \"a\" deleted\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := startTwice(t, tt.change)
			var play compare.Player = func(ctx context.Context, steps []string) (compare.Outcome, error) {
				return s.play(ctx, steps, configMaps())
			}
			o, err := play(t.Context(), steps)
			require.NoError(t, err)
			require.Equal(t, tt.at, o.At, o.Text())
			if tt.at < 0 {
				assert.Equal(t, len(steps)+1, o.Agreed)
				return
			}
			short, o := play.Shrink(t.Context(), steps, o)
			assert.Equal(t, tt.short, short)
			assert.Contains(t, o.Text(), tt.shows)
		})
	}
}

// pretendDeletion answers that the object was deleted, and deletes nothing. It answers so without an object, too, so that the shortest
// sequence is one step.
func pretendDeletion(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success"}`))
}

func TestSeedDeterminesSequence(t *testing.T) {
	first, about := sequence(7, kinds())
	again, _ := sequence(7, kinds())
	assert.Equal(t, first, again)
	assert.NotEmpty(t, about.state)
	other, _ := sequence(8, kinds())
	assert.NotEqual(t, first, other)
}

func TestNormalizerReplacesOnlyWhatMustDiffer(t *testing.T) {
	n := normalizer{host: "https://127.0.0.1:1", dir: "/tmp/d", namespace: "k1"}
	tests := []struct{ given, want string }{
		{"resourceVersion: \"17\"", "resourceVersion: RV"},
		{`applied: "{\"resourceVersion\":\"17\",\"uid\":\"x\"}"`, `applied: "{\"resourceVersion\": RV,\"uid\":\"x\"}"`},
		{"  Resource Version:  17", "  Resource Version:  RV"},
		{`decode "/tmp/d/kubectl_replace_17/resource.stdin"`, `decode "DIR/kubectl_replace_NUMBER/resource.stdin"`},
		{`applied: {\"nodePort\":31234,\"port\":31234}`, `applied: {\"nodePort\":PORT,\"port\":31234}`},
		{"a   0/1   5s", "a   0/1   AGE "},
		{"replicas: 17, k1, https://127.0.0.1:1/api", "replicas: 17, NS, https://SERVER/api"},
		{"{\"b\":1,\"a\":2}\nexit 0", "{\n    \"a\": 2,\n    \"b\": 1\n}\nexit 0"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, n.text(tt.given))
	}
}
