package gen

import (
	"errors"
	"fmt"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// readHeader sets the header from HeaderFile. Only the default file may be missing.
func (s *settings) readHeader() error {
	file := s.HeaderFile
	switch {
	case file == "none" || file == "" && s.root == "":
		return nil
	case file == "":
		file = filepath.Join(s.root, "hack", "boilerplate.go.txt")
	case !filepath.IsAbs(file):
		file = filepath.Join(s.Dir, file)
	}
	info, err := os.Stat(file)
	if s.HeaderFile == "" && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxHeader) {
		err = fmt.Errorf("%s: a header must be a regular file of at most %d KiB: name another with --go-header-file, or none", file, maxHeader>>10)
	}
	if err != nil {
		return err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	s.header, err = header(file, string(text), s.Year)
	return err
}

// maxHeader is the size limit of a header file, in bytes.
const maxHeader = 64 << 10

// directive matches comments that instruct the go command, the compiler or cgo.
var directive = regexp.MustCompile(`^(//(line |export |extern |go:)|/\*line )`)

// header checks the text of a header file and fills in the year (0 leaves YEAR as it is). The text may hold comments and
// build constraints, but no code and no other directives, which would take effect in each emitted file.
func header(file, text string, year int) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if year != 0 {
		text = strings.ReplaceAll(text, "YEAR", strconv.Itoa(year))
	}
	source, fset := []byte(text), token.NewFileSet()
	tokens := fset.AddFile(file, -1, len(source))
	broken := false
	var scan scanner.Scanner
	scan.Init(tokens, source, func(token.Position, string) { broken = true }, scanner.ScanComments)
	for {
		pos, tok, comment := scan.Scan()
		switch {
		case broken || tok != token.EOF && tok != token.COMMENT:
			return "", fmt.Errorf("%s: the header is not a Go comment: start each line with //", fset.PositionFor(pos, false))
		case tok == token.EOF && text == "":
			return "", nil
		case tok == token.EOF:
			return text + "\n", nil
		case directive.MatchString(comment) && !strings.HasPrefix(comment, "//go:build "):
			return "", fmt.Errorf("%s: the header holds a directive, which would take effect in each file: put a space after //", fset.PositionFor(pos, false))
		}
	}
}
