package safefile

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// If helperVariable is set, the test binary runs the helper with that name on the file of pathVariable.
const (
	helperVariable = "SAFEFILE_TEST_HELPER"
	pathVariable   = "SAFEFILE_TEST_PATH"
)

func TestMain(m *testing.M) {
	if helper := os.Getenv(helperVariable); helper != "" {
		if err := helpers[helper](os.Getenv(pathVariable)); err != nil {
			fmt.Println(err)
		}
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

// helpers are the functions of helper processes. They print "ready" and continue until they are killed.
var helpers = map[string]func(path string) error{
	"hold": func(path string) error {
		if _, err := Lock(context.Background(), path); err != nil {
			return err
		}
		fmt.Println("ready")
		select {}
	},
	"stage": func(path string) error {
		staged, err := Stage(path, []byte("credentials"), 0o600)
		if err != nil {
			return err
		}
		fmt.Println("ready")
		time.Sleep(time.Hour)
		return staged.Discard()
	},
	"write": func(path string) error {
		fmt.Println("ready")
		for i := 0; ; i++ {
			unlock, err := Lock(context.Background(), path)
			if err != nil {
				return err
			}
			if err := errors.Join(Write(path, fmt.Appendf(nil, "content %d", i), 0o600), unlock()); err != nil {
				return err
			}
		}
	},
}

// start starts a helper process and waits until it is ready.
func start(t *testing.T, helper, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), helperVariable+"="+helper, pathVariable+"="+path)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready\n", line)
	return cmd
}

// shortContext returns a context that ends too soon for waiting.
func shortContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

func TestALockKeepsOthersOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "config")
	other := start(t, "hold", path)
	_, err := Lock(shortContext(t), path)
	require.ErrorIs(t, err, errHeld)
	require.ErrorContains(t, err, path+".lock")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = os.OpenFile(path+".lock", os.O_CREATE|os.O_EXCL, 0)
	require.ErrorIs(t, err, os.ErrExist, "kubectl cannot take the lock either")

	require.NoError(t, other.Process.Kill())
	require.Error(t, other.Wait())
	require.FileExists(t, path+".lock", "the lock of a killed process is left behind")
	unlock, err := Lock(t.Context(), path)
	require.NoError(t, err, "the next process takes it over")
	require.NoError(t, unlock())
	assert.NoFileExists(t, path+".lock")
}

func TestLockWaitsForTheLockOfKubectl(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	file, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_EXCL, 0) // as kubectl does
	require.NoError(t, err)
	require.NoError(t, file.Close())
	_, err = Lock(shortContext(t), path)
	require.ErrorIs(t, err, errForeign)
	require.ErrorContains(t, err, "remove the file")
	assert.FileExists(t, path+".lock")

	done := make(chan error)
	go func() {
		unlock, err := Lock(t.Context(), path)
		if err == nil {
			err = unlock()
		}
		done <- err
	}()
	require.NoError(t, os.Remove(path+".lock"))
	require.NoError(t, <-done)
}

func TestOneHolderAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	var holders atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				unlock, err := Lock(t.Context(), path)
				if !assert.NoError(t, err) {
					return
				}
				assert.Equal(t, int32(1), holders.Add(1))
				holders.Add(-1)
				assert.NoError(t, unlock())
			}
		})
	}
	wg.Wait()
	assert.NoFileExists(t, path+".lock")
}

func TestALinkIsLockedUnderBothNames(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	require.NoError(t, os.Symlink("target", link))
	unlock, err := Lock(t.Context(), link, target, link)
	require.NoError(t, err)
	assert.FileExists(t, link+".lock")
	assert.FileExists(t, target+".lock")
	_, err = Lock(shortContext(t), target)
	require.ErrorIs(t, err, errHeld)
	require.NoError(t, unlock())
	assert.NoFileExists(t, link+".lock")
	assert.NoFileExists(t, target+".lock")
}

func TestAFailedLockHoldsNothing(t *testing.T) {
	dir := t.TempDir()
	other := start(t, "hold", filepath.Join(dir, "b"))
	_, err := Lock(shortContext(t), filepath.Join(dir, "a"), filepath.Join(dir, "b"))
	require.ErrorIs(t, err, errHeld)
	assert.NoFileExists(t, filepath.Join(dir, "a.lock"))
	require.NoError(t, other.Process.Kill())
	require.Error(t, other.Wait())
}

func TestWriteKeepsLinksModeAndOwner(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "sub", "target")
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	require.NoError(t, os.Symlink("two", one))
	require.NoError(t, os.Symlink(filepath.Join("sub", "target"), two))

	require.NoError(t, Write(one, []byte("first"), 0o600), "the target of the links is created")
	info, err := os.Stat(target)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	require.NoError(t, os.Chmod(target, 0o640))
	if os.Getuid() == 0 {
		require.NoError(t, os.Chown(target, 12345, 54321))
	}
	require.NoError(t, Write(one, []byte("second"), 0o600))
	info, err = os.Stat(target)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm())
	if os.Getuid() == 0 {
		assert.Contains(t, fmt.Sprintf("%+v", info.Sys()), "Uid:12345 Gid:54321")
	}
	link, err := os.Readlink(one)
	require.NoError(t, err)
	assert.Equal(t, "two", link)
	data, err := os.ReadFile(one)
	require.NoError(t, err)
	assert.Equal(t, "second", string(data))
	entries, err := os.ReadDir(filepath.Join(dir, "sub"))
	require.NoError(t, err)
	assert.Len(t, entries, 1, "no temporary file is left")
}

func TestReadersSeeTheOldOrTheNewContent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	contents := [][]byte{make([]byte, 100_000), make([]byte, 50_000)}
	require.NoError(t, Write(path, contents[0], 0o600))
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				assert.NoError(t, Write(path, contents[i%2], 0o600))
			}
		}
	}()
	for range 200 {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Contains(t, []int{len(contents[0]), len(contents[1])}, len(data))
	}
	close(stop)
	<-done
}

func TestDiscardLeavesTheOldContent(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
	staged, err := Stage(path, []byte("new"), 0o600)
	require.NoError(t, err)
	require.NoError(t, staged.Discard())
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "old", string(data))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}

func TestWhatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	require.ErrorContains(t, Write(dir, nil, 0o600), dir+": it is a directory")
	loop := filepath.Join(dir, "loop")
	require.NoError(t, os.Symlink("loop", loop))
	require.ErrorContains(t, Write(loop, nil, 0o600), "too many links")
	_, err := Lock(t.Context(), loop)
	require.ErrorContains(t, err, "too many links")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	require.Error(t, Write(filepath.Join(dir, "file", "below"), nil, 0o600))
	require.NoError(t, Write(os.DevNull, []byte("a device is written in place"), 0o600))
}
