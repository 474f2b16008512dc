package docs

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
