//go:build !unix

package memo

import "io/fs"

// owned returns true: on these systems other users cannot write to the user's cache folder by default.
func owned(fs.FileInfo) bool { return true }
