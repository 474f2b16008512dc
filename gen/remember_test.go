package gen

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/typewright/typewright/gen/memo"
)

// A file that is edited during a run was not read in its new form, so the next run must run in full.
func TestAnEditDuringTheRunIsNoticed(t *testing.T) {
	dir := t.TempDir()
	const types = "package v1\n\n// +k8s:deepcopy-gen=true\n\n// Arm moves.\ntype Arm struct{ Names []string }\n"
	plantModule(t, dir, txtar.File{Name: "apis/fleet/v1/types.go", Data: []byte(types)})
	cfg := Config{Tool: "clientgen", Dir: dir, With: []string{"deepcopy"}}
	book := memo.Book{Dir: t.TempDir()}
	run := func() Result {
		res, err := Run(t.Context(), cfg)
		require.NoError(t, err)
		for _, f := range res.Set.Files {
			require.NoError(t, os.WriteFile(f.Path, f.Source, 0o600))
		}
		return res
	}
	require.NoError(t, Remember(run(), book))
	_, ok := Recall(t.Context(), cfg, book)
	require.True(t, ok)

	res := run()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "apis/fleet/v1/types.go"), []byte(types+"\n// edited\n"), 0o600))
	require.NoError(t, Remember(res, book))
	_, ok = Recall(t.Context(), cfg, book)
	assert.False(t, ok)
}
