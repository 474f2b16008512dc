package conformance

import (
	"embed"
	"fmt"
	"path"
	"strings"
)

// Case is a conversation with a server: requests, and the answers that a kube-apiserver gives.
type Case struct {
	// Name is unique, such as "create: a name that is taken".
	Name string

	file  string
	doc   []string // comment lines
	steps []step
}

// step is a request and its answer, both as they are written in the file.
type step struct{ request, answer []string }

//go:embed cases/*.txt
var caseFiles embed.FS

const (
	caseMark   = "=== "
	answerMark = "-> "
)

// Cases returns all cases in the order in which they are written.
func Cases() ([]Case, error) {
	entries, err := caseFiles.ReadDir("cases")
	if err != nil {
		return nil, err
	}
	var all []Case
	for _, entry := range entries {
		data, err := caseFiles.ReadFile("cases/" + entry.Name())
		if err != nil {
			return nil, err
		}
		cases, err := parse(entry.Name(), string(data))
		if err != nil {
			return nil, err
		}
		all = append(all, cases...)
	}
	seen := map[string]bool{}
	for _, c := range all {
		if seen[c.Name] {
			return nil, fmt.Errorf("%s: case %q is written twice", c.file, c.Name)
		}
		seen[c.Name] = true
	}
	return all, nil
}

// parse reads a file of cases. Each begins with its name and comments; blank lines stand between steps.
func parse(file, text string) ([]Case, error) {
	var cases []Case
	var open bool // the last step takes further lines
	topic := Case{file: file}.topic()
	for number, line := range strings.Split(text, "\n") {
		name, begins := strings.CutPrefix(line, caseMark)
		if !begins && len(cases) == 0 && line != "" {
			return nil, fmt.Errorf("%s:%d: a file begins with a case: %q", file, number+1, caseMark)
		}
		switch {
		case begins:
			cases, open = append(cases, Case{Name: topic + ": " + name, file: file}), false
		case line == "":
			open = false
		default:
			open = cases[len(cases)-1].add(line, open)
		}
	}
	return cases, nil
}

// add takes a line of a case, and reports whether further lines belong to the same step.
func (c *Case) add(line string, open bool) bool {
	if strings.HasPrefix(line, "# ") && !open {
		c.doc = append(c.doc, line)
		return false
	}
	if !open {
		c.steps = append(c.steps, step{})
	}
	last := &c.steps[len(c.steps)-1]
	if strings.HasPrefix(line, answerMark) {
		last.answer = append(last.answer, line)
	} else {
		last.request = append(last.request, line)
	}
	return true
}

// format is the inverse of parse.
func format(cases []Case) string {
	var b strings.Builder
	for i, c := range cases {
		if i > 0 {
			b.WriteByte('\n')
		}
		_, name, _ := strings.Cut(c.Name, ": ")
		b.WriteString(caseMark + name + "\n")
		b.WriteString(c.text())
	}
	return b.String()
}

// topic is the name of the case's file.
func (c Case) topic() string { return strings.TrimSuffix(path.Base(c.file), ".txt") }

func (c Case) text() string {
	var b strings.Builder
	for _, line := range c.doc {
		b.WriteString(line + "\n")
	}
	for i, s := range c.steps {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, line := range append(append([]string{}, s.request...), s.answer...) {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}
