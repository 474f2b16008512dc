//go:build !unix

package execplugin

import "os/exec"

// hasTerminal makes no difference on systems without process groups.
func hasTerminal() bool { return true }

// useOwnGroup does nothing on systems without process groups: the children of a killed program continue.
func useOwnGroup(*exec.Cmd) {}

// killGroup kills the program of a command that was started.
func killGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }
