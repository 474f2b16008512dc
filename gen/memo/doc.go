// Package memo remembers, in the user's cache folder, from what a run that went well was made and what it left on the
// disk, so that the next one can tell in a moment that there is nothing to do.
//
// Nothing is taken on trust. A note holds digests: of the command itself, of all settings and the environment, of what
// the go command says about every package that was read (which takes in go.mod, replaced folders, the workspace, vendor
// folders and build tags), of the contents of every file that was read, and of every file that was emitted. Each of them
// is made anew and compared; times and sizes of files play no part. Where anything differs, the note says nothing and
// the run takes its full course.
package memo
