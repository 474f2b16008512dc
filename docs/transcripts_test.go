package docs

import (
	"os/exec"
	"runtime"
	"testing"
)

// What the pages show of commands is what these print, but for the times.
func TestTranscripts(t *testing.T) {
	if _, err := exec.LookPath("script"); err != nil || runtime.GOOS != "linux" {
		t.Skip("the transcripts are made with the command script of util-linux, on Linux")
	}
	shell(t, "..", localProxy(t), "go run ./hack/transcripts -verify")
}
