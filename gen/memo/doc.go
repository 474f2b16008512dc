// Package memo caches, in the user's cache folder, a note of each successful run, so that the next run can tell quickly that
// nothing has changed.
//
// A note holds digests of the command, of all settings, of what the go command lists for every package that was read (and
// so of go.mod, replaced folders, the workspace, vendor folders, build tags and the environment), and of the contents of
// every file that was read or emitted. [Book.Recall] computes each of them again; it does not rely on times or sizes of
// files. If any differs, there is no note for the run, and the run is made in full.
package memo
