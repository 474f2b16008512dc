// Package safefile writes files that other programs read and write at the same time.
//
// A file is replaced by renaming a temporary beside it, once that has reached the disk: readers, and whoever looks after a
// crash, find the old content or the new, never a part. Symbolic links stay links, modes and owners stay what they are.
//
// A lock is a file beside the one that it guards, named as kubectl names it, so that kubectl and programs with client-go
// keep out while it is held, and it keeps out while theirs is there. Where the system has flock, a lock whose holder was
// killed is taken over; see [Lock].
package safefile
