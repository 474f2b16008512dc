package gen

import (
	"fmt"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// header turns the text of a header file into what stands at the top of each emitted file.
func header(file, text string, year int) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if text == "" {
		return "", nil
	}
	if year != 0 {
		text = strings.ReplaceAll(text, "YEAR", strconv.Itoa(year))
	}
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, file, text+"\n\npackage p\n", parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		return "", fmt.Errorf("%s: the header is no Go comment: start each line with //", file)
	}
	if strings.Contains(text, "\npackage ") || syntax.Name.Name != "p" {
		return "", fmt.Errorf("%s: the header holds more than a comment", file)
	}
	return text + "\n", nil
}
