package model

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// elsewhere lists the markers that remove something from a whole package or version, which other tests need. They are used
// in the packages of docs/markers.md, which a test runs.
func elsewhere() []string {
	return []string{
		"versionName", "kubebuilder:skip", "kubebuilder:skipversion", "kubebuilder:unservedversion", "typewright:conversion",
		"kubebuilder:object:generate", "k8s:client-gen", "k8s:lister-gen", "k8s:informer-gen", "k8s:applyconfiguration-gen",
	}
}

// Each marker that the generators read is used in apis/, whose definitions, clients and codecs all other tests use.
func TestEachMarkerIsUsed(t *testing.T) {
	ours, page := markersBelow(t, "../../apis", ".go"), markersBelow(t, "../../docs/markers.md", "markers.md")
	away := map[string]bool{}
	for _, name := range elsewhere() {
		away[name] = true
	}
	for _, rule := range markerRules() {
		places, where := ours, "apis/"
		if away[rule.name] {
			places, where = page, "docs/markers.md"
		}
		found := false
		for name := range places {
			found = found || rule.names(name)
		}
		assert.True(t, found, "nothing in %s has +%s", where, rule.name)
	}
}

// markersBelow returns the names of the markers in the files of a folder, or in one file.
func markersBelow(t *testing.T, dir, suffix string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, suffix) {
			return err
		}
		text, err := os.ReadFile(path)
		for line := range strings.Lines(string(text)) {
			if marker, ok := strings.CutPrefix(strings.TrimSpace(line), "// +"); ok {
				name, _, _ := strings.Cut(marker, "=")
				names[strings.TrimSuffix(name, ":")] = true
			}
		}
		return err
	}))
	return names
}
