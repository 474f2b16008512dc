package dropin

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

const (
	was    = "k8s.io/client-go"
	module = "github.com/typewright/typewright"
)

// rows are the import map of the migration guide: what a path begins with, the longest first.
func rows() [][2]string {
	return [][2]string{
		{was + "/applyconfigurations/meta/v1", module + "/runtime/applyconfigurations/meta/v1"},
		{was + "/applyconfigurations", module + "/generated/kubernetes/applyconfigurations"},
		{was + "/plugin/pkg/client/auth", module + "/runtime/auth"},
		{was + "/kubernetes", module + "/generated/kubernetes"},
		{was + "/informers", module + "/generated/kubernetes/informers"},
		{was + "/listers", module + "/generated/kubernetes/listers"},
		{was + "/pkg/version", module + "/runtime/version"},
		{was + "/pkg/apis", module + "/runtime"},
		{was + "/tools", module + "/runtime"},
		{was + "/util", module + "/runtime"},
		{was, module + "/runtime"},
	}
}

// mapped is an import path after moving over.
func mapped(path string) string {
	if path == was+"/listers" { // the generic ones
		return module + "/runtime/listers"
	}
	for _, row := range rows() {
		if rest, ok := strings.CutPrefix(path, row[0]); ok && (rest == "" || rest[0] == '/') {
			return row[1] + rest
		}
	}
	return path
}

// Map returns a Go source with its import paths mapped, and not a byte changed beside them.
func Map(name string, source []byte) ([]byte, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
	if err != nil {
		return nil, fmt.Errorf("read the imports: %w", err)
	}
	for _, spec := range slices.Backward(file.Imports) {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: import %s: %w", name, spec.Path.Value, err)
		}
		from, to := int(spec.Path.Pos()-file.FileStart), int(spec.Path.End()-file.FileStart)
		source = slices.Concat(source[:from], []byte(strconv.Quote(mapped(path))), source[to:])
	}
	return bytes.Clone(source), nil
}
