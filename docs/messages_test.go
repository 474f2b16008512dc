package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// message matches the first cell of a row of a table, if it is nothing but code.
var message = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")

// Every message of troubleshooting.md is part of a text in the source, with an ellipsis in place of what fmt fills in.
func TestMessages(t *testing.T) {
	page, err := os.ReadFile("troubleshooting.md")
	require.NoError(t, err)
	said := texts(t, "../gen", "../cmd", "../runtime")
	found := message.FindAllStringSubmatch(string(page), -1)
	assert.GreaterOrEqual(t, len(found), 30)
	for _, match := range found {
		assert.Contains(t, said, match[1])
	}
}

// verb matches what fmt replaces, with the quotes that %q may be written in.
var verb = regexp.MustCompile(`%[-+# 0]*[0-9]*(?:\.[0-9]+)?[a-zA-Z]`)

// texts returns all texts in the Go files below some folders, tests aside, one a line, with an ellipsis for each verb of fmt.
func texts(t *testing.T, roots ...string) string {
	t.Helper()
	var all strings.Builder
	for _, root := range roots {
		require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == "testdata":
				return filepath.SkipDir
			case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(node ast.Node) bool {
				if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
					text, err := strconv.Unquote(literal.Value)
					require.NoError(t, err, path)
					all.WriteString(verb.ReplaceAllString(text, "…") + "\n")
				}
				return true
			})
			return nil
		}))
	}
	return all.String()
}
