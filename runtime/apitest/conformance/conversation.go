package conformance

import "strings"

// NewCase returns a case of requests that have no answers yet. Each is written as in a file, lines and all.
func NewCase(name string, requests []string) Case {
	c := Case{Name: name}
	for _, request := range requests {
		c.steps = append(c.steps, step{request: strings.Split(request, "\n")})
	}
	return c
}

// Requests returns the steps of the case without their answers.
func (c Case) Requests() []string {
	all := make([]string, len(c.steps))
	for i, s := range c.steps {
		all[i] = strings.Join(s.request, "\n")
	}
	return all
}

// Answer returns what was answered to a step, as it is written in a file.
func (c Case) Answer(i int) string { return strings.Join(c.steps[i].answer, "\n") }
