package load

import (
	"bytes"
	"go/ast"
	"go/parser"
	"strings"
)

// scannedMethod is a method that was found without parsing the file.
type scannedMethod struct {
	receiver, name string
	pointer        bool
	// text is the signature from the parameters on, as far as it stands on the line.
	text string
}

// scanMethods finds the methods of a file that declares nothing else that anybody looks for, as the files of protoc's
// plugins do: parsing those of k8s.io/api takes longer than all the rest. ok is false for a file that declares types,
// or in which a method does not stand as gofmt would write it.
func scanMethods(source []byte) (methods []scannedMethod, ok bool) {
	if bytes.Contains(source, []byte("\ntype ")) || bytes.Contains(source, []byte("\nimport .")) {
		return nil, false
	}
	for rest := source; ; {
		at := bytes.Index(rest, []byte("\nfunc ("))
		if at < 0 {
			return methods, true
		}
		line, after, _ := bytes.Cut(rest[at+len("\nfunc ("):], []byte("\n"))
		m, ok := scanMethod(string(line))
		if !ok {
			return nil, false
		}
		methods = append(methods, m)
		rest = rest[len(rest)-len(after)-1:]
	}
}

// scanMethod reads "m *Robot) Size() (n int) {".
func scanMethod(line string) (m scannedMethod, ok bool) {
	receiver, rest, ok := strings.Cut(line, ") ")
	if !ok {
		return m, false
	}
	if i := strings.IndexByte(receiver, ' '); i >= 0 {
		receiver = receiver[i+1:]
	}
	m.receiver, m.pointer = strings.CutPrefix(receiver, "*")
	m.receiver, _, _ = strings.Cut(m.receiver, "[")
	name, _, ok := strings.Cut(rest, "(")
	m.name, m.text = name, rest[len(name):]
	return m, ok && isName(m.receiver) && isName(m.name)
}

func isName(s string) bool {
	return s != "" && !strings.ContainsAny(s, " ()[]*.,{}")
}

// signature parses the types of a method that copies, which are all that templates look at.
func (m scannedMethod) signature() *ast.FuncType {
	if !strings.HasPrefix(m.name, "DeepCopy") {
		return nil
	}
	text, _, _ := strings.Cut(m.text, "{")
	expr, err := parser.ParseExpr("func" + text)
	if err != nil {
		return nil
	}
	fn, _ := expr.(*ast.FuncType)
	return fn
}
