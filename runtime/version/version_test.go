package version

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBuildInfo(t *testing.T) {
	v := get(nil)
	assert.Equal(t, "v0.0.0", v.GitVersion)
	assert.Equal(t, runtime.Version(), v.GoVersion)
	assert.Equal(t, "1970-01-01T00:00:00Z", v.BuildDate)

	info := &debug.BuildInfo{Main: debug.Module{Version: "v1.27.3-rc.1"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"}, {Key: "vcs.time", Value: "2026-01-02T03:04:05Z"},
	}}
	v = get(info)
	assert.Equal(t, []string{"v1.27.3-rc.1", "1", "27", "abc", "dirty", "2026-01-02T03:04:05Z"},
		[]string{v.GitVersion, v.Major, v.Minor, v.GitCommit, v.GitTreeState, v.BuildDate})

	info.Settings = append(info.Settings, debug.BuildSetting{Key: "-ldflags", Value: `-s -X k8s.io/client-go/pkg/version.gitVersion=v3.4.5` +
		` -X=k8s.io/client-go/pkg/version.gitCommit=def --X 'k8s.io/client-go/pkg/version.buildDate=2 days ago' -X other.gitMinor=9 -X`})
	v = get(info)
	assert.Equal(t, []string{"v3.4.5", "3", "4", "def", "dirty", "2 days ago"},
		[]string{v.GitVersion, v.Major, v.Minor, v.GitCommit, v.GitTreeState, v.BuildDate})
}

func TestNumbers(t *testing.T) {
	for version, want := range map[string][2]string{
		"v1.27.3": {"1", "27"}, "v0.0.0": {"0", "0"}, "v10.20.30-rc.1+meta": {"10", "20"}, "v1.2.3+incompatible": {"1", "2"},
		"1.2.3": {}, "v1.2": {}, "v01.2.3": {}, "v1.2.3x": {}, "v1.2.3-": {}, "dev": {},
	} {
		v := get(&debug.BuildInfo{Main: debug.Module{Version: version}})
		assert.Equal(t, want, [2]string{v.Major, v.Minor}, version)
	}
}

func TestBrokenFlags(t *testing.T) {
	for _, flags := range []string{"", " ", "'", `"-X`, "-X", "-X k8s.io/client-go/pkg/version.", "-X=k8s.io/client-go/pkg/version.gitVersion"} {
		assert.Empty(t, linkedStrings(flags)["gitVersion"], flags)
	}
}

// TestLinker builds a program with both kinds of flags and runs it.
func TestLinker(t *testing.T) {
	if testing.Short() {
		t.Skip("builds two programs")
	}
	source := filepath.Join(t.TempDir(), "main.go")
	program := `package main

import (
	"fmt"

	"github.com/typewright/typewright/runtime/version"
)

func main() { fmt.Print(version.Get().GitVersion) }
`
	require.NoError(t, os.WriteFile(source, []byte(program), 0o600))
	for _, pkg := range []string{"github.com/typewright/typewright/runtime/version", "k8s.io/client-go/pkg/version"} {
		binary := filepath.Join(t.TempDir(), "program")
		build := exec.CommandContext(t.Context(), "go", "build", "-trimpath=false", "-ldflags", "-X "+pkg+".gitVersion=v1.2.3", "-o", binary, source)
		text, err := build.CombinedOutput()
		require.NoError(t, err, "%s", text)
		out, err := exec.CommandContext(t.Context(), binary).Output()
		require.NoError(t, err)
		assert.Equal(t, "v1.2.3", string(out), pkg)
	}
}
