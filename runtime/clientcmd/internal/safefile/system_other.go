//go:build !unix

package safefile

import (
	"errors"
	"io/fs"
	"os"
)

// noFollow has no effect: there is no such flag. Exclusive creation follows no links.
const noFollow = 0

// keepOwner does nothing: the system decides the owner of a file.
func keepOwner(*os.File, fs.FileInfo) error { return nil }

// syncFolder does nothing: folders cannot be synced.
func syncFolder(string) error { return nil }

// inPlaceInstead reports whether err means that a file cannot be replaced but may be writable.
func inPlaceInstead(err error) bool { return errors.Is(err, fs.ErrPermission) }

// ownerOf is not supported: ok is false.
func ownerOf(fs.FileInfo) (uid int, ok bool) { return 0, false }

// linksOf is not supported: ok is false.
func linksOf(fs.FileInfo) (links uint64, ok bool) { return 0, false }
