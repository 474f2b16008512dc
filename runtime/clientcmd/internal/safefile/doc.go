// Package safefile writes files that other programs read and write at the same time.
//
// A file is replaced by a rename: the content is written to a temporary file in the same folder and synced to the disk, and
// the temporary file is renamed. Readers find the old content or the new, even after a crash, never a part. Symbolic links
// stay links, and modes and owners stay the same.
//
// A lock is a file in the same folder, with the name that kubectl uses. It keeps out kubectl and programs with client-go, and
// their locks keep out this package. On systems with flock, the lock of a killed process is taken over; see [Lock].
package safefile
