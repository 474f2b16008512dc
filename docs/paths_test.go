package docs

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"
)

// quotedPath matches a path of this repository in backquotes: no pattern, no import path of another module.
var quotedPath = regexp.MustCompile("`((?:cmd|docs|gen|hack|runtime|test)/[\\w./-]+)`")

// Every file and folder that architecture.md names exists.
func TestPathsOfArchitecture(t *testing.T) {
	page, err := os.ReadFile("architecture.md")
	require.NoError(t, err)
	paths := quotedPath.FindAllStringSubmatch(string(page), -1)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		_, err := os.Stat("../" + path[1])
		assert.NoError(t, err)
	}
}

// Every module that go.mod requires has its reason in CONTRIBUTING.md, and no other.
func TestDependenciesHaveReasons(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	parsed, err := modfile.Parse("go.mod", mod, nil)
	require.NoError(t, err)
	var required []string
	for _, r := range parsed.Require {
		if !r.Indirect {
			required = append(required, r.Mod.Path)
		}
	}
	page, err := os.ReadFile("../CONTRIBUTING.md")
	require.NoError(t, err)
	var explained []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(string(page), -1) {
		explained = append(explained, row[1])
	}
	assert.ElementsMatch(t, required, explained)
}
