//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package safefile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lockInBubble locks a file with the timeout of clientcmd, in a bubble of synctest.
func lockInBubble(t *testing.T, path string) (unlock func() error, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		unlock, err = Lock(ctx, path)
	})
	return unlock, err
}

// planted creates something at the path of a lock that this package did not make. want is part of the error of Lock.
type planted struct {
	plant func(t *testing.T, lock, other string)
	want  string
}

func TestSecurityForeignLocksAreLeftAlone(t *testing.T) {
	for name, p := range map[string]planted{
		"a file of another program": {func(t *testing.T, lock, _ string) { put(t, lock, "precious", 0o600) }, "not that of a lock made here"},
		"an empty file":             {func(t *testing.T, lock, _ string) { put(t, lock, "", 0o600) }, "not that of a lock made here"},
		"a signature and more": {
			func(t *testing.T, lock, _ string) { put(t, lock, signature()+"precious", 0o600) },
			"not that of a lock made here",
		},
		"a file with another name": {func(t *testing.T, lock, other string) { require.NoError(t, os.Link(other, lock)) }, "one of 2 names"},
		"a signed lock with another name": {func(t *testing.T, lock, other string) {
			put(t, other, signature(), 0o600)
			require.NoError(t, os.Link(other, lock))
		}, "one of 2 names"},
		"a link":          {func(t *testing.T, lock, other string) { require.NoError(t, os.Symlink(other, lock)) }, "a symbolic link"},
		"a dangling link": {func(t *testing.T, lock, other string) { require.NoError(t, os.Symlink(other+".new", lock)) }, "a symbolic link"},
		"a link to a lock": {func(t *testing.T, lock, other string) {
			put(t, other, signature(), 0o600)
			require.NoError(t, os.Symlink(other, lock))
		}, "a symbolic link"},
		"a folder":  {func(t *testing.T, lock, _ string) { require.NoError(t, os.Mkdir(lock, 0o700)) }, "a folder"},
		"a pipe":    {func(t *testing.T, lock, _ string) { require.NoError(t, syscall.Mkfifo(lock, 0o600)) }, "not a regular file"},
		"kubectl's": {func(t *testing.T, lock, _ string) { put(t, lock, "", 0) }, "made by kubectl"},
		"without a signature, with a content": {
			func(t *testing.T, lock, _ string) { put(t, lock, "precious", unsignedMode) },
			"not that of a lock made here",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path, other := filepath.Join(dir, "config"), filepath.Join(dir, "other")
			put(t, other, "precious", 0o640)
			p.plant(t, path+".lock", other)
			before := snapshot(t, dir)
			_, err := lockInBubble(t, path)
			require.ErrorContains(t, err, "lock "+path+".lock: ")
			require.ErrorContains(t, err, p.want)
			require.ErrorContains(t, err, "remove")
			assert.Equal(t, before, snapshot(t, dir))
		})
	}
}

func put(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	require.NoError(t, os.Chmod(path, mode))
}

// snapshot describes the files of a folder: names, kinds, modes, owners, links, inodes and contents.
func snapshot(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var lines []string
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		info, err := os.Lstat(path)
		require.NoError(t, err)
		stat := info.Sys().(*syscall.Stat_t)
		line := fmt.Sprintf("%s %s owner %d, %d names, inode %d", entry.Name(), info.Mode(), stat.Uid, stat.Nlink, stat.Ino)
		switch {
		case info.Mode().IsRegular():
			content, err := os.ReadFile(path)
			line += fmt.Sprintf(": %q %v", content, err != nil)
		case info.Mode()&os.ModeSymlink != 0:
			target, err := os.Readlink(path)
			require.NoError(t, err)
			line += " -> " + target
		}
		lines = append(lines, line)
	}
	return lines
}

func TestSecurityTheLockOfAKilledHolderIsTakenOver(t *testing.T) {
	for name, content := range map[string]string{"signed": signature(), "not signed yet": ""} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "config")
			mode := signedMode
			if content == "" {
				mode = unsignedMode
			}
			put(t, path+".lock", content, mode)
			unlock, err := lockInBubble(t, path)
			require.NoError(t, err)
			held, err := os.ReadFile(path + ".lock")
			require.NoError(t, err)
			assert.Equal(t, signature(), string(held))
			info, err := os.Lstat(path + ".lock")
			require.NoError(t, err)
			assert.Equal(t, signedMode, info.Mode())
			require.NoError(t, unlock())
			assert.NoFileExists(t, path+".lock")
		})
	}
}

func TestSecuritySignaturesOfAnyProgramName(t *testing.T) {
	old := os.Args[0]
	defer func() { os.Args[0] = old }()
	for _, name := range []string{"", "kubectl", `a "b" \ c`, "two\nlines\n", "\xff\x00\u2028", strings.Repeat("\xff", 255)} {
		os.Args[0] = name
		assert.Regexp(t, signed, signature())
		assert.Less(t, len(signature()), maxSignature)
	}
}

// TestSecurityKilledWritersLeaveNothingForLong kills writers at arbitrary moments. The next writer must find the old or a
// new content, get the lock, and leave neither a lock nor a temporary file, which would contain credentials.
func TestSecurityKilledWritersLeaveNothingForLong(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config")
	require.NoError(t, Write(path, []byte("content 0"), 0o600))
	var locks, temporaries int
	for round := range 25 {
		writer := start(t, "write", path)
		time.Sleep(time.Duration(round*397%5000) * time.Microsecond) // an arbitrary moment of a write
		require.NoError(t, writer.Process.Kill())
		require.Error(t, writer.Wait())
		for _, line := range snapshot(t, dir) {
			switch {
			case strings.HasPrefix(line, "config.lock "):
				locks++
			case strings.HasPrefix(line, ".config."):
				temporaries++
			}
		}
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Regexp(t, "^content [0-9]+$", string(content))
		unlock, err := Lock(t.Context(), path)
		require.NoError(t, err)
		require.NoError(t, Write(path, []byte("content 1"), 0o600))
		require.NoError(t, unlock())
		assert.Len(t, snapshot(t, dir), 1)
	}
	t.Logf("of 25 killed writers %d left a lock, and %d a temporary file", locks, temporaries)
	assert.Positive(t, locks)
}

func TestSecurityTemporaryFilesOfKilledWritersAreRemoved(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config")
	writer := start(t, "stage", path)
	require.Len(t, snapshot(t, dir), 1, "a temporary file, and no file yet")
	require.NoError(t, Write(path, []byte("mine"), 0o600))
	require.Len(t, snapshot(t, dir), 2, "its writer is alive")
	require.NoError(t, writer.Process.Kill())
	require.Error(t, writer.Wait())
	require.NoError(t, Write(path, []byte("mine again"), 0o600))
	assert.Len(t, snapshot(t, dir), 1)
}

func TestSecurityOtherFilesAreNotTakenForTemporaryOnes(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config")
	for _, name := range []string{".config.tmp", ".config.12a.tmp", "config.12.tmp", ".config.12.tmp.bak", ".other.12.tmp", "Xconfig.12.tmp"} {
		put(t, filepath.Join(dir, name), "precious", 0o600)
	}
	put(t, filepath.Join(dir, "precious"), "precious", 0o600)
	require.NoError(t, os.Link(filepath.Join(dir, "precious"), filepath.Join(dir, ".config.1.tmp")))
	require.NoError(t, os.Symlink("precious", filepath.Join(dir, ".config.2.tmp")))
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".config.3.tmp"), 0o700))
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, ".config.4.tmp"), 0o600))
	before := snapshot(t, dir)
	staged, err := Stage(path, []byte("x"), 0o600)
	require.NoError(t, err)
	require.NoError(t, staged.Discard())
	assert.Equal(t, before, snapshot(t, dir))
}

// FuzzSecurityLock puts files at the path of a lock. A lock of this package must be replaced, and anything else left
// unchanged.
func FuzzSecurityLock(f *testing.F) {
	f.Add([]byte(signature()), uint16(0o600), uint8(0))
	f.Add([]byte(signature()+"\n"), uint16(0o600), uint8(0))
	f.Add([]byte(""), uint16(0o700), uint8(0))
	f.Add([]byte(""), uint16(0), uint8(0))
	f.Add([]byte("typewright lock, held by process 1 (\"\\\")\n\")\n"), uint16(0o644), uint8(0))
	f.Add([]byte(signature()), uint16(0o600), uint8(1))
	f.Add([]byte("precious"), uint16(0o700), uint8(2))
	f.Add([]byte("config.lock"), uint16(0o700), uint8(3))
	f.Fuzz(func(t *testing.T, content []byte, mode uint16, kind uint8) {
		dir := t.TempDir()
		lock, other := filepath.Join(dir, "config.lock"), filepath.Join(dir, "other")
		require.NoError(t, os.WriteFile(other, content, 0o600))
		require.NoError(t, os.Chmod(other, os.FileMode(mode)&0o777))
		switch kind % 4 {
		case 0:
			require.NoError(t, os.Rename(other, lock))
		case 1:
			require.NoError(t, os.Link(other, lock))
		case 2:
			require.NoError(t, os.Symlink(other, lock))
		default:
			if os.Symlink(strings.ToValidUTF8(string(content), "x"), lock) != nil {
				t.Skip()
			}
		}
		before := snapshot(t, dir)
		ours := kind%4 == 0 && mode&0o777 != 0 &&
			(signed.Match(content) && len(content) <= maxSignature || len(content) == 0 && os.FileMode(mode)&0o777 == unsignedMode)
		_, err := try(lock)
		if ours {
			require.ErrorIs(t, err, errHeld)
			got, err := try(lock)
			require.NoError(t, err)
			require.NoError(t, got.release())
			require.Empty(t, snapshot(t, dir))
			return
		}
		var noFile *errNoFile
		require.True(t, errors.Is(err, errForeign) || errors.As(err, &noFile), "%v", err)
		require.Equal(t, before, snapshot(t, dir))
	})
}
