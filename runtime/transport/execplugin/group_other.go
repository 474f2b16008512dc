//go:build !unix

package execplugin

import "os/exec"

// hasTerminal is not asked where there are no process groups.
func hasTerminal() bool { return true }

// inGroup does nothing: there are no process groups, and what a program has started outlives it.
func inGroup(*exec.Cmd) {}

// endGroup kills the program.
func endGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }
