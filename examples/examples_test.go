// Package examples holds programs to read and to copy. Its test checks that they are short and say how to run them.
package examples

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every program that is one file, except the operator, has at most 80 lines of code, not counting imports, comments and
// empty lines, and a package comment that says how to run it.
func TestExamplesAreShort(t *testing.T) {
	programs, err := filepath.Glob("*/main.go")
	require.NoError(t, err)
	require.NotEmpty(t, programs)
	observability, err := filepath.Glob("observability/*/main.go")
	require.NoError(t, err)
	require.NotEmpty(t, observability)
	programs = append(programs, observability...)
	for _, program := range programs {
		if _, err := os.Stat(filepath.Join(filepath.Dir(program), "go.mod")); err == nil {
			continue
		}
		text, err := os.ReadFile(program)
		require.NoError(t, err)
		file, err := parser.ParseFile(token.NewFileSet(), program, text, parser.ParseComments)
		require.NoError(t, err)
		assert.LessOrEqual(t, linesOfCode(file, string(text)), 80, program)
		require.NotNil(t, file.Doc, program)
		run := "go run ./examples/" + filepath.Dir(program)
		if name, ok := strings.CutPrefix(filepath.Dir(program), "observability/"); ok {
			run = "cd examples/observability && go run ./" + name
		}
		assert.Contains(t, file.Doc.Text(), run, program)
	}
}

// linesOfCode counts the lines after the imports that hold code.
func linesOfCode(file *ast.File, text string) int {
	end := file.Name.End()
	for _, declaration := range file.Decls {
		if imports, ok := declaration.(*ast.GenDecl); ok && imports.Tok == token.IMPORT {
			end = imports.End()
		}
	}
	lines := 0
	for line := range strings.Lines(text[end-file.FileStart:]) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			lines++
		}
	}
	return lines
}
