package rbac_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"

	"github.com/typewright/typewright/cmd/internal/rbac"
	"github.com/typewright/typewright/internal/importmap"
)

// The clients of Kubernetes' kinds need the same rights, whichever generator has emitted them and wherever they are.
func TestClientsOfBuiltinKinds(t *testing.T) {
	text, err := os.ReadFile("testdata/builtin/main.go")
	require.NoError(t, err)
	replaced := regexp.MustCompile(`"k8s.io/client-go/[^"]*"`).ReplaceAllStringFunc(string(text), func(quoted string) string {
		path, ok := importmap.Path(strings.Trim(quoted, `"`))
		require.True(t, ok, quoted)
		return `"` + path + `"`
	})
	t.Setenv("GOFLAGS", "-trimpath -mod=mod")
	t.Setenv("GOWORK", "off")
	for name, program := range map[string]struct {
		source  string
		standin bool
	}{
		"client-go":  {source: string(text)},
		"stand-in":   {source: string(text), standin: true},
		"typewright": {source: replaced},
	} {
		t.Run(name, func(t *testing.T) {
			dir := module(t, program.standin)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(program.source), 0o600))
			got, err := rbac.Analyze(t.Context(), rbac.Options{Dir: dir, Patterns: []string{"."}})
			require.NoError(t, err)
			want := map[string]string{}
			for at, what := range wanted(t, "testdata/builtin") {
				_, line, _ := strings.Cut(at, ":")
				want["main.go:"+line] = what
			}
			assert.Equal(t, want, found(got))
		})
	}
}

// module makes a module in a temporary folder, with the requirements of bench, which has all that is compared.
func module(t *testing.T, standin bool) string {
	t.Helper()
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(root, "bench", "go.mod"))
	require.NoError(t, err)
	file, err := modfile.Parse("go.mod", text, nil)
	require.NoError(t, err)
	require.NoError(t, file.AddModuleStmt("example.com/program"))
	require.NoError(t, file.AddReplace(importmap.Typewright, "", root, ""))
	require.NoError(t, file.AddReplace(importmap.Kubernetes, "", filepath.Join(root, "generated", "kubernetes"), ""))
	if standin {
		require.NoError(t, file.AddReplace(importmap.ClientGo, "", filepath.Join(root, "standin"), ""))
	}
	text, err = file.Format()
	require.NoError(t, err)
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), text, 0o600))
	sums, err := os.ReadFile(filepath.Join(root, "bench", "go.sum"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o600))
	return dir
}
