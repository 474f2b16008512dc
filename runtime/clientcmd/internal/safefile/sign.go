package safefile

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// signature is the whole content of a lock file made here: the process that holds it, for people who wonder, in words that
// no other program writes.
func signature() string {
	return fmt.Sprintf("typewright lock, held by process %d (%q)\n", os.Getpid(), filepath.Base(os.Args[0]))
}

var signed = regexp.MustCompile(`^typewright lock, held by process [0-9]{1,10} \("(?:[^"\\\n]|\\[^\n])*"\)\n$`)

// maxSignature is more than a signature can have: names of files have at most 255 bytes, which quoting makes longer.
const maxSignature = 4 << 10

// isSigned tells whether a lock file was made here. One that was killed between making it and signing it left it empty,
// with the mode for unsigned locks, which no other program uses.
func isSigned(file *os.File, info os.FileInfo) bool {
	if info.Size() == 0 {
		return info.Mode().Perm() == unsignedMode
	}
	if info.Size() > maxSignature {
		return false
	}
	content := make([]byte, info.Size())
	n, err := file.ReadAt(content, 0)
	return err == nil && n == len(content) && signed.Match(content)
}

const (
	// unsignedMode is that of a lock until it is signed.
	unsignedMode os.FileMode = 0o700
	// signedMode is that of a lock.
	signedMode os.FileMode = 0o600
	// folderMode is for folders that are made: what is in them is secret, such as .ssh.
	folderMode os.FileMode = 0o700
)

// sign writes who holds the lock into it.
func (l *lock) sign() error {
	if _, err := l.file.WriteString(signature()); err != nil {
		return err
	}
	return l.file.Chmod(signedMode)
}
