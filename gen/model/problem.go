package model

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Problem is one thing that is wrong with the input: where it is, what it is, and what to do about it.
type Problem struct {
	Pos  token.Position
	What string
	Todo string
}

// Error is "file:line:col: what is wrong: what to do", without the parts that are empty.
func (p Problem) Error() string {
	parts := make([]string, 0, 3)
	for _, part := range []string{place(p.Pos), p.What, p.Todo} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return printable(strings.Join(parts, ": "))
}

// printable escapes control characters, because messages quote foreign source code and go to terminals.
func printable(s string) string {
	var text strings.Builder
	for _, r := range s {
		if unicode.IsPrint(r) {
			text.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRune(r)
		text.WriteString(quoted[1 : len(quoted)-1])
	}
	return text.String()
}

func place(pos token.Position) string {
	if pos == (token.Position{}) {
		return ""
	}
	return pos.String()
}

// Problems collects the problems of a run, so that they are reported together. The zero value is ready to use.
type Problems struct {
	list []Problem
}

// Add notes a problem. todo may be empty.
func (ps *Problems) Add(pos token.Position, todo, format string, args ...any) {
	ps.list = append(ps.list, Problem{Pos: pos, What: fmt.Sprintf(format, args...), Todo: todo})
}

// Len is the number of problems.
func (ps *Problems) Len() int { return len(ps.list) }

// Join adds the problems of an error.
func (ps *Problems) Join(err *InputError) { ps.list = append(ps.list, err.Problems...) }

// Merge adds the problems of other.
func (ps *Problems) Merge(other Problems) {
	ps.list = append(ps.list, other.list...)
}

// Err returns an *InputError with all problems, or nil if there are none.
func (ps *Problems) Err() error {
	if len(ps.list) == 0 {
		return nil
	}
	sorted := slices.Clone(ps.list)
	slices.SortStableFunc(sorted, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.Pos.Filename, b.Pos.Filename),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			strings.Compare(a.What, b.What),
		)
	})
	return &InputError{Problems: slices.Compact(sorted)}
}

// InputError means that the input cannot be used. It lists the problems in source order.
type InputError struct {
	Problems []Problem
}

// Error has a line for each problem.
func (e *InputError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}
