//go:build !linux

package cluster

import "syscall"

// killWithParent has no effect on this system.
func killWithParent() *syscall.SysProcAttr { return nil }
