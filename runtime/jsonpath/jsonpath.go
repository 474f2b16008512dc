package jsonpath

import (
	"fmt"
	"io"
	"reflect"
)

// JSONPath is a template. It may be used by several goroutines once it is parsed and set up.
type JSONPath struct {
	name             string
	parser           *Parser
	allowMissingKeys bool
	outputJSON       bool
}

// New returns a template without text. The name is for errors.
func New(name string) *JSONPath {
	return &JSONPath{name: name}
}

// AllowMissingKeys says whether a field that an object does not have is an error, which it is by default, or nothing. It
// returns the template.
func (j *JSONPath) AllowMissingKeys(allow bool) *JSONPath {
	j.allowMissingKeys = allow
	return j
}

// EnableJSONOutput says whether [JSONPath.PrintResults] writes an indented JSON list.
func (j *JSONPath) EnableJSONOutput(v bool) {
	j.outputJSON = v
}

// Parse reads the text of the template. After an error, which is of type [*Error], the template cannot be executed.
func (j *JSONPath) Parse(text string) error {
	var err error
	j.parser, err = Parse(j.name, text)
	return err
}

// Execute writes what the template finds in data. It writes nothing if the template finds no part of it.
func (j *JSONPath) Execute(wr io.Writer, data interface{}) error {
	all, err := j.FindResults(data)
	if err != nil {
		return err
	}
	for _, results := range all {
		if err := j.PrintResults(wr, results); err != nil {
			return err
		}
	}
	return nil
}

// FindResults returns what the template finds in data: a list for each text and each pair of braces, those within a range
// once for each of its values. A range without an end lasts to the end of the template, and a range over nothing is passed
// over. An error is of type [*Error].
func (j *JSONPath) FindResults(data interface{}) ([][]reflect.Value, error) {
	if j.parser == nil {
		return nil, fmt.Errorf("%s is an incomplete jsonpath template", j.name)
	}
	w := &walk{parser: j.parser, allowMissing: j.allowMissingKeys, left: maxValues}
	r := &render{walk: w, nodes: j.parser.Root.Nodes, found: [][]reflect.Value{}}
	if err := r.matchEnds(); err != nil {
		return nil, err
	}
	if err := r.run(0, len(r.nodes), reflect.ValueOf(data), false); err != nil {
		return nil, err
	}
	return r.found, nil
}

// render goes through the texts and lists of a template.
type render struct {
	*walk

	nodes []Node
	ends  map[int]int // the place of the end of each range, by the place of the range
	found [][]reflect.Value
}

// matchEnds finds out which end belongs to which range.
func (r *render) matchEnds() error {
	r.ends = map[int]int{}
	var open []int
	for i, node := range r.nodes {
		switch keyword(node) {
		case "range":
			if open = append(open, i); len(open) > maxDepth {
				return r.fail(node, "ranges lie more than %d deep", maxDepth)
			}
		case "end":
			if n := len(open); n > 0 {
				r.ends[open[n-1]] = i
				open = open[:n-1]
			}
		}
	}
	for _, i := range open {
		r.ends[i] = len(r.nodes)
	}
	return nil
}

// keyword is the range or end that makes a list open or close a part of the template.
func keyword(node Node) string {
	if list, ok := node.(*ListNode); ok {
		for _, step := range list.Nodes {
			if word, ok := step.(*IdentifierNode); ok {
				return word.Name
			}
		}
	}
	return ""
}

// run evaluates the nodes from one place to another.
func (r *render) run(from, to int, data reflect.Value, inRange bool) error {
	for i := from; i < to; i++ {
		word := keyword(r.nodes[i])
		if word == "end" && !inRange {
			return r.fail(r.nodes[i], "not in range, nothing to end")
		}
		values, err := r.step([]reflect.Value{data}, r.nodes[i])
		if err != nil {
			return err
		}
		if word != "range" {
			r.found = append(r.found, values)
			continue
		}
		for _, value := range values {
			if err := r.run(i+1, r.ends[i], value, true); err != nil {
				return err
			}
		}
		i = r.ends[i]
	}
	return nil
}
