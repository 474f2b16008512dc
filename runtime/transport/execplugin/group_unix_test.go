//go:build unix

package execplugin

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// script returns an Authenticator of a shell script that starts a child, writes the child's process id to a file, and continues
// with rest. The child inherits the script's output.
func script(t *testing.T, rest string) (a *Authenticator, child func() *os.Process) {
	t.Helper()
	dir := t.TempDir()
	file, pid := filepath.Join(dir, "plugin"), filepath.Join(dir, "pid")
	text := "sleep 3600 &\necho $! > " + pid + ".tmp\nmv " + pid + ".tmp " + pid + "\n" + rest
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	// The shell reads the script: running a file that was just written can fail while another process is being started.
	a, err := New(&api.ExecConfig{Command: "/bin/sh", Args: []string{file}, APIVersion: V1, InteractiveMode: api.NeverExecInteractiveMode}, nil)
	require.NoError(t, err)
	a.runs.program.hasTerminal = func() bool { return false }
	t.Cleanup(func() { stop(t, a) })
	return a, func() *os.Process {
		var number int
		require.Eventually(t, func() bool {
			data, _ := os.ReadFile(pid)
			var err error
			number, err = strconv.Atoi(strings.TrimSpace(string(data)))
			return err == nil
		}, time.Minute, time.Millisecond)
		process, err := os.FindProcess(number)
		require.NoError(t, err)
		t.Cleanup(func() { _ = process.Kill() }) // if the test fails
		return process
	}
}

// waitForEnd waits until a process has ended. The child of a program may be a zombie until its new parent waits for it.
func waitForEnd(t *testing.T, process *os.Process) {
	t.Helper()
	assert.Eventually(t, func() bool { return !alive(process) || isZombie(process) }, time.Minute, time.Millisecond, "the child has not ended")
}

func isZombie(process *os.Process) bool {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(process.Pid) + "/stat")
	return err == nil && strings.Contains(string(data), ") Z ")
}

func TestChildrenEndWithTheProgram(t *testing.T) {
	a, child := script(t, "wait\n")
	waiting := make(chan error, 1)
	go func() {
		_, err := a.get(context.Background(), nil)
		waiting <- err
	}()
	process := child()
	assert.True(t, alive(process))
	a.runs.stop()
	require.Error(t, <-waiting)
	waitForEnd(t, process)
}

func TestAChildThatHoldsTheOutputOpenEndsWithTheRun(t *testing.T) {
	a, child := script(t, "echo '{\"apiVersion\":\""+V1+"\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"x\"}}'\n")
	_, err := a.get(t.Context(), nil)
	require.ErrorContains(t, err, "a process that it started held its output open")
	waitForEnd(t, child())
}

// At a terminal a program stays in the process group of this process.
func TestTheGroupOfAProgram(t *testing.T) {
	for _, test := range []struct{ stdin, terminal, own bool }{
		{stdin: false, terminal: false, own: true},
		{stdin: false, terminal: true, own: false},
		{stdin: true, terminal: true, own: false},
		{stdin: true, terminal: false, own: false},
	} {
		p := &program{config: &api.ExecConfig{Command: "x", APIVersion: V1}, hasTerminal: func() bool { return test.terminal }}
		cmd, err := p.command(t.Context(), "/x", test.stdin)
		require.NoError(t, err)
		assert.Equal(t, test.own, cmd.SysProcAttr != nil && cmd.SysProcAttr.Setpgid, "%+v", test)
	}
}
