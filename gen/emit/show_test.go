package emit_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/gen/emit"
)

func TestDiffInColours(t *testing.T) {
	changes := emit.Changes{List: []emit.Change{{
		Action: emit.Update, Path: "/m/a.go", Old: []byte("same\n--- old\n"), New: []byte("same\n+++ new\n"),
	}}}
	var plain, color bytes.Buffer
	require.NoError(t, emit.Diff{W: &plain, Dir: "/m"}.Apply(t.Context(), changes))
	require.NoError(t, emit.Diff{W: &color, Dir: "/m", Color: true}.Apply(t.Context(), changes))
	assert.Equal(t, "--- a/a.go\n+++ b/a.go\n@@ -1,2 +1,2 @@\n same\n---- old\n++++ new\n", plain.String())
	assert.Equal(t, "\x1b[1m--- a/a.go\x1b[m\n\x1b[1m+++ b/a.go\x1b[m\n\x1b[36m@@ -1,2 +1,2 @@\x1b[m\n same\n"+
		"\x1b[31m---- old\x1b[m\n\x1b[32m++++ new\x1b[m\n", color.String())
}
