package docs

import (
	"os/exec"
	"runtime"
	"testing"
)

// The transcripts in the pages equal what the commands print, except for the times.
func TestTranscripts(t *testing.T) {
	if _, err := exec.LookPath("script"); err != nil || runtime.GOOS != "linux" {
		t.Skip("the transcripts are made with the command script of util-linux, on Linux")
	}
	shell(t, "..", localProxy(t), "go run ./hack/transcripts -verify")
}
