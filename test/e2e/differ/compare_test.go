package differ

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/test/e2e/compare"
)

// teapotPatches changes the status code of responses to patches.
type teapotPatches struct{ next http.RoundTripper }

func (l teapotPatches) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := l.next.RoundTrip(req)
	if err == nil && req.Method == http.MethodPatch {
		resp.StatusCode = http.StatusTeapot
	}
	return resp, err
}

func TestDifferenceIsFoundAndShrunk(t *testing.T) {
	s := startServers(t)
	s.actual = s.ours
	path := "/api/v1/namespaces/${ns}/configmaps"
	requests := []string{
		"POST " + path + "\nConfigMap a", "SET rv metadata.resourceVersion", "GET " + path + "/a", "MERGE " + path + "/a\n{data: {k: v}}", "DELETE " + path + "/a",
	}
	o, err := s.play(t.Context(), requests)
	require.NoError(t, err)
	assert.Equal(t, -1, o.At, "a server does not differ from itself")
	assert.Equal(t, 4, o.Agreed)

	config := *s.actual
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return teapotPatches{next} })
	s.ours = &config
	o, err = s.play(t.Context(), requests)
	require.NoError(t, err)
	assert.Equal(t, 3, o.At)
	short, o := compare.Player(s.play).Shrink(t.Context(), requests, o)
	assert.Equal(t, requests[3:4], short)
	assert.Contains(t, o.Text(), "+ -> 418")
}

func TestSeedDeterminesConversation(t *testing.T) {
	first := conversation(7, kinds())
	assert.Equal(t, first, conversation(7, kinds()))
	assert.NotEqual(t, first, conversation(8, kinds()))
}
