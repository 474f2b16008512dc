package importmap

import (
	"fmt"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// Import is an import of client-go in a file.
type Import struct {
	Path string // as it was
	Line int
}

// Rewrite returns a Go source with the import paths of client-go replaced by ours, and not a byte changed beside them, with the
// imports that it replaced. Imports that have no counterpart by rule stay, and are returned too.
func Rewrite(name string, source []byte) (rewritten []byte, moved, left []Import, err error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.ImportsOnly)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("read the imports: %w", err)
	}
	rewritten = source
	for _, spec := range slices.Backward(file.Imports) {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("%s: import %s: %w", name, spec.Path.Value, err)
		}
		if !strings.HasPrefix(path, ClientGo+"/") {
			continue
		}
		found := Import{path, files.Position(spec.Pos()).Line}
		ours, ok := Path(path)
		if !ok {
			left = append(left, found)
			continue
		}
		moved = append(moved, found)
		from, to := int(spec.Path.Pos()-file.FileStart), int(spec.Path.End()-file.FileStart)
		rewritten = slices.Concat(rewritten[:from], []byte(strconv.Quote(ours)), rewritten[to:])
	}
	slices.Reverse(moved)
	slices.Reverse(left)
	return rewritten, moved, left, nil
}
