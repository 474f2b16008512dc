package templates

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"go/scanner"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// finish turns a file as jennifer writes it into formatted source with a header and grouped imports. own is an import path in
// the module of the file.
func finish(raw []byte, opts model.Options, own string) ([]byte, error) {
	head, specs, body := cutImports(raw)
	var out bytes.Buffer
	out.Grow(len(raw) + 1024)
	if opts.Header != "" {
		out.WriteString(opts.Header + "\n")
	}
	out.WriteString(model.GeneratedLine(opts.Tool) + "\n\n")
	out.Write(head)
	out.WriteString(groupImports(specs, own))
	out.Write(body)
	source, err := format.Source(out.Bytes())
	if err != nil {
		return nil, &SourceError{Err: err, Source: out.Bytes()}
	}
	return source, nil
}

// cutImports splits a file into the package clause with its comment, the import specs, and the rest.
func cutImports(raw []byte) (head []byte, specs []string, body []byte) {
	end := bytes.Index(raw, []byte("\npackage ")) + 1
	end += bytes.IndexByte(raw[end:], '\n') + 1
	head, body = raw[:end], raw[end:]
	rest, ok := bytes.CutPrefix(body, []byte("\nimport "))
	if !ok {
		return head, nil, body
	}
	if block, after, ok := bytes.Cut(rest, []byte("\n)\n")); ok && rest[0] == '(' {
		return head, strings.Split(strings.TrimSpace(string(block[1:])), "\n"), after
	}
	spec, after, _ := bytes.Cut(rest, []byte("\n"))
	return head, []string{string(spec)}, after
}

// groupImports writes an import declaration with three groups: the standard library, other modules, and the module of the file.
func groupImports(specs []string, own string) string {
	if len(specs) == 0 {
		return ""
	}
	var groups [3][]string
	for _, spec := range specs {
		_, path, _ := strings.Cut(spec, `"`)
		path = strings.TrimSuffix(path, `"`)
		i := 1
		if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") {
			i = 0
		} else if sameModule(path, own) {
			i = 2
		}
		groups[i] = append(groups[i], "\t"+spec+"\n")
	}
	if len(specs) == 1 {
		return "\nimport " + specs[0] + "\n"
	}
	var parts []string
	for _, group := range groups {
		if len(group) > 0 {
			parts = append(parts, strings.Join(group, ""))
		}
	}
	return "\nimport (\n" + strings.Join(parts, "\n") + ")\n"
}

// sameModule guesses from their paths whether two packages belong to one module.
func sameModule(a, b string) bool {
	return slices.Equal(moduleOf(a), moduleOf(b))
}

// moduleOf is the part of a path that names a repository: two elements, or three on the big hosts.
func moduleOf(pkg string) []string {
	parts := strings.Split(pkg, "/")
	n := 2
	switch parts[0] {
	case "github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "golang.org":
		n = 3
	}
	return parts[:min(n, len(parts))]
}

// SourceError means that a template wrote something that is not Go. It shows the offending lines.
type SourceError struct {
	// File is the path that the source was meant for.
	File string
	// Err is what the formatter said.
	Err error
	// Source is what was to be formatted.
	Source []byte
}

// Unwrap returns what the formatter said.
func (e *SourceError) Unwrap() error { return e.Err }

// Error shows each offending line, marked, between its neighbours.
func (e *SourceError) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: the generated source is not Go: please report this: %v", e.File, e.Err)
	var list scanner.ErrorList
	_ = errors.As(e.Err, &list) // an error without places shows none
	lines := strings.Split(string(e.Source), "\n")
	shown := 0
	for _, fault := range list {
		from, to := max(fault.Pos.Line-3, shown+1, 1), min(fault.Pos.Line+2, len(lines))
		for n := from; n <= to; n++ {
			mark := " "
			if slices.ContainsFunc(list, func(f *scanner.Error) bool { return f.Pos.Line == n }) {
				mark = ">"
			}
			fmt.Fprintf(&text, "\n%s %4d | %s", mark, n, lines[n-1])
		}
		shown = max(shown, to)
	}
	return text.String()
}
