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

// Problem is one thing that is wrong with the input: where, what, and what to do about it.
type Problem struct {
	Pos  token.Position
	What string
	Todo string
}

// Error is "file:line:col: what is wrong: what to do"; parts that are empty are left out.
func (p Problem) Error() string {
	parts := make([]string, 0, 3)
	for _, part := range []string{place(p.Pos), p.What, p.Todo} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return printable(strings.Join(parts, ": "))
}

// printable escapes what would steer a terminal: messages quote what stands in somebody's source.
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

// Problems collects everything that is wrong in one run, so that it can be reported together. The zero value is ready.
type Problems struct {
	list []Problem
}

// Add notes a problem; todo may be empty where what says it all.
func (ps *Problems) Add(pos token.Position, todo, format string, args ...any) {
	ps.list = append(ps.list, Problem{Pos: pos, What: fmt.Sprintf(format, args...), Todo: todo})
}

// Len is the number of problems.
func (ps *Problems) Len() int { return len(ps.list) }

// Join adds the problems of an error.
func (ps *Problems) Join(err *InputError) { ps.list = append(ps.list, err.Problems...) }

// Merge takes over the problems of other.
func (ps *Problems) Merge(other Problems) {
	ps.list = append(ps.list, other.list...)
}

// Err returns nil where there is no problem, and an *InputError otherwise.
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

// InputError says that the input cannot be used. It lists every problem of the run in source order.
type InputError struct {
	Problems []Problem
}

// Error gives each problem a line.
func (e *InputError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}
