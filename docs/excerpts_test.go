package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// excerpt matches a block of code below a comment that names the file that it is taken from.
var excerpt = regexp.MustCompile("(?ms)^<!-- from (\\S+) -->\n```\\w+\n(.*?)^```$")

// Every block below such a comment equals lines of that file. A line that is only an ellipsis stands for lines that the page
// leaves out; the other lines are contiguous in the file.
func TestExcerpts(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	require.NoError(t, err)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		found := excerpt.FindAllStringSubmatch(string(text), -1)
		assert.Len(t, found, strings.Count(string(text), "<!-- from "), "%s: below each mark stands a block", page)
		for _, match := range found {
			source, err := os.ReadFile(filepath.Join("..", match[1]))
			require.NoError(t, err, page)
			rest := "\n" + string(source)
			for _, lines := range split(match[2]) {
				_, after, ok := strings.Cut(rest, "\n"+lines+"\n")
				if !assert.True(t, ok, "%s: %s does not have these lines, or not in this order:\n%s", page, match[1], lines) {
					break
				}
				rest = "\n" + after
			}
		}
	}
}

// split returns the parts of a block between lines with an ellipsis.
func split(text string) []string {
	var parts []string
	for _, part := range regexp.MustCompile(`(?m)^\s*(?://|#) …$`).Split(text, -1) {
		if part = strings.Trim(part, "\n"); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// The tour shows only code of this repository.
func TestTourIsMadeOfExcerpts(t *testing.T) {
	text, err := os.ReadFile("tour.md")
	require.NoError(t, err)
	assert.Equal(t, strings.Count(string(text), "\n<!-- from "), strings.Count(string(text), "\n```")/2)
}
