package credfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(path, []byte("abc"), 0o600))
	data, err := Read(path)
	require.NoError(t, err)
	assert.Equal(t, "abc", string(data))
	_, err = Read(path + ".missing")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestSecurityAFileWithoutEndIsAnError(t *testing.T) {
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip("SKIPPED: this system has no /dev/zero")
	}
	_, err := Read("/dev/zero")
	require.ErrorContains(t, err, "/dev/zero")
	require.ErrorContains(t, err, "16 MiB")
}

func TestSecurityTheLimitIsExact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bundle")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, os.Truncate(path, Limit))
	_, err := Read(path)
	require.NoError(t, err)
	require.NoError(t, os.Truncate(path, Limit+1))
	_, err = Read(path)
	require.Error(t, err)
}
