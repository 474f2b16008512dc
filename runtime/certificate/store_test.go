package certificate

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
)

func newStore(t *testing.T, folder string) FileStore {
	t.Helper()
	s, err := NewFileStore("robot", folder, folder, "", "")
	require.NoError(t, err)
	return s
}

func TestAFileStoreKeepsPairs(t *testing.T) {
	folder, authority := filepath.Join(t.TempDir(), "pki"), certtest.NewAuthority(t)
	s := newStore(t, folder)
	assert.Equal(t, filepath.Join(folder, "robot-current.pem"), s.CurrentPath())
	_, err := s.Current()
	var none *NoCertKeyError
	require.ErrorAs(t, err, &none)

	for _, name := range []string{"first", "second", "third"} { // most likely within one second
		cert, key := authority.Sign(name)
		updated, err := s.Update(cert, key)
		require.NoError(t, err)
		assert.Equal(t, name, updated.Leaf.Subject.CommonName)
		current, err := newStore(t, folder).Current()
		require.NoError(t, err)
		assert.Equal(t, name, current.Leaf.Subject.CommonName)
	}
	target, err := os.Readlink(s.CurrentPath())
	require.NoError(t, err)
	assert.True(t, filepath.IsAbs(target))
	files, err := filepath.Glob(filepath.Join(folder, "robot-*.pem"))
	require.NoError(t, err)
	assert.Len(t, files, 4, "no file is written again")
	assert.NotContains(t, files, filepath.Join(folder, "robot-updated.pem"))
}

func TestAFileStoreReadsOtherFiles(t *testing.T) {
	authority := certtest.NewAuthority(t)
	write := func(folder, name string) {
		cert, key := authority.Sign(name)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".crt"), cert, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".key"), key, 0o600))
	}
	folder, other := t.TempDir(), t.TempDir()
	write(folder, "robot")
	current, err := newStore(t, folder).Current()
	require.NoError(t, err)
	assert.Equal(t, "robot", current.Leaf.Subject.CommonName)

	write(other, "named")
	s, err := NewFileStore("robot", folder, folder, filepath.Join(other, "named.crt"), filepath.Join(other, "named.key"))
	require.NoError(t, err)
	current, err = s.Current()
	require.NoError(t, err)
	assert.Equal(t, "named", current.Leaf.Subject.CommonName, "files that are named come first")

	require.NoError(t, os.WriteFile(filepath.Join(folder, "robot.key"), []byte("no key"), 0o600))
	_, err = newStore(t, folder).Current()
	require.ErrorContains(t, err, "robot.key")
}

func TestAnUpdateThatFailsChangesNothing(t *testing.T) {
	folder, authority := t.TempDir(), certtest.NewAuthority(t)
	cert, key := authority.Sign("first")
	otherCert, otherKey := authority.Sign("second")
	s := newStore(t, folder)
	_, err := s.Update(cert, key)
	require.NoError(t, err)
	for name, pair := range map[string][2][]byte{
		"no certificate": {[]byte("-"), otherKey}, "no key": {otherCert, []byte("-")}, "another's key": {otherCert, key},
	} {
		_, err := s.Update(pair[0], pair[1])
		require.Error(t, err, name)
	}
	require.NoError(t, os.Remove(s.CurrentPath()))
	require.NoError(t, os.WriteFile(s.CurrentPath(), nil, 0o600))
	_, err = s.Update(otherCert, otherKey)
	require.ErrorContains(t, err, "is no link")
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	assert.Len(t, files, 2, "nothing is left of the updates that failed: %v", files)
}

func TestAnUpdateThatWasInterrupted(t *testing.T) {
	folder := t.TempDir()
	s := newStore(t, folder)
	cert, key := certtest.NewAuthority(t).Sign("first")
	_, err := s.Update(cert, key)
	require.NoError(t, err)
	require.NoError(t, os.Rename(s.CurrentPath(), filepath.Join(folder, "robot-updated.pem")))
	current, err := newStore(t, folder).Current()
	require.NoError(t, err)
	assert.Equal(t, "first", current.Leaf.Subject.CommonName)

	require.NoError(t, os.Symlink("elsewhere", filepath.Join(folder, "robot-updated.pem"))) // before the rename
	_, err = s.Update(cert, key)
	require.NoError(t, err)

	require.NoError(t, os.Remove(s.CurrentPath()))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "robot-updated.pem"), nil, 0o600))
	_, err = NewFileStore("robot", folder, folder, "", "")
	require.ErrorContains(t, err, "is no link")
}

// TestSecurityAStoreFollowsNoLinksWhereItWrites puts links to another file in place of each name that an update may choose.
func TestSecurityAStoreFollowsNoLinksWhereItWrites(t *testing.T) {
	folder, other := t.TempDir(), filepath.Join(t.TempDir(), "precious")
	require.NoError(t, os.WriteFile(other, []byte("precious"), 0o644))
	for after := range 60 {
		stamp := time.Now().Add(time.Duration(after) * time.Second).Format("2006-01-02-15-04-05")
		require.NoError(t, os.Symlink(other, filepath.Join(folder, "robot-"+stamp+".pem")))
	}
	cert, key := certtest.NewAuthority(t).Sign("first")
	_, err := newStore(t, folder).Update(cert, key)
	require.NoError(t, err)
	data, err := os.ReadFile(other)
	require.NoError(t, err)
	assert.Equal(t, "precious", string(data))
}

func TestSecurityKeysAreForTheOwnerAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: Windows has no modes")
	}
	folder := t.TempDir()
	cert, key := certtest.NewAuthority(t).Sign("first")
	_, err := newStore(t, folder).Update(cert, key)
	require.NoError(t, err)
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	files := slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.Type() == fs.ModeSymlink })
	require.Len(t, files, 1)
	info, err := files[0].Info()
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode())
}
