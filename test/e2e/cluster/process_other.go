//go:build !linux

package cluster

import "syscall"

// endWithParent promises nothing here.
func endWithParent() *syscall.SysProcAttr { return nil }
