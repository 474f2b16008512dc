package homedir

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHomeDirIsHOME(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has rules of its own")
	}
	t.Setenv("HOME", "/somewhere")
	assert.Equal(t, "/somewhere", HomeDir())
	t.Setenv("HOME", "")
	assert.Empty(t, HomeDir())
}

func TestChoose(t *testing.T) {
	dir := t.TempDir()
	folder := func(name string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.Mkdir(path, mode))
		return path
	}
	plain, readOnly := folder("plain", 0o700), folder("read-only", 0o500)
	configured := folder("configured", 0o700)
	require.NoError(t, os.Mkdir(filepath.Join(configured, ".kube"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(configured, ".kube", "config"), nil, 0o600))
	missing := filepath.Join(dir, "missing")

	for name, test := range map[string]struct {
		home, drive, profile, want string
	}{
		"nothing set":                       {"", "", "", ""},
		"a kubeconfig decides":              {plain, configured, readOnly, configured},
		"then who can be written to":        {readOnly, plain, missing, plain},
		"the profile before the drive":      {missing, plain, plain, plain},
		"then who exists":                   {missing, missing, readOnly, readOnly},
		"then who is set":                   {"", missing, "", missing},
		"home before all where it can be":   {plain, plain, plain, plain},
		"a drive without anything else set": {"", plain, "", plain},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, choose(
				[]string{test.home, test.drive, test.profile},
				[]string{test.home, test.profile, test.drive}))
		})
	}
}
