//go:build !unix

package safefile

import (
	"errors"
	"io/fs"
	"os"
)

// noFollow is nothing that can be asked for: making files exclusively follows no links.
const noFollow = 0

// keepOwner does nothing: a file takes its owner from its folder.
func keepOwner(*os.File, fs.FileInfo) error { return nil }

// syncFolder does nothing: folders cannot be synced.
func syncFolder(string) error { return nil }

// inPlaceInstead tells whether err means that a file cannot be replaced, though it may be one to write to.
func inPlaceInstead(err error) bool { return errors.Is(err, fs.ErrPermission) }

func ownerOf(fs.FileInfo) (uid int, ok bool) { return 0, false }

func linksOf(fs.FileInfo) (links uint64, ok bool) { return 0, false }
