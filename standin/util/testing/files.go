package testing

import (
	"os"
	"testing"
)

// CloseAndRemove closes files and removes them. Errors are fatal to the test.
func CloseAndRemove(t *testing.T, files ...*os.File) {
	t.Helper()
	for _, file := range files {
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(file.Name()); err != nil {
			t.Fatal(err)
		}
	}
}

// MkTmpdir makes a folder for temporary files, whose name begins with prefix. The caller removes it.
func MkTmpdir(prefix string) (string, error) { return os.MkdirTemp("", prefix) }

// MkTmpdirOrDie is MkTmpdir that panics on an error.
func MkTmpdirOrDie(prefix string) string {
	dir, err := MkTmpdir(prefix)
	if err != nil {
		panic(err)
	}
	return dir
}
