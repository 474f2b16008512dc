package differ

import (
	"encoding/json"
	"math/rand/v2"
	"strings"

	"github.com/typewright/typewright/test/e2e/compare"
)

// fieldValues is a field with the values that requests give it, as JSON.
type fieldValues struct {
	path   string
	values []string
}

// metadata returns the fields of metadata that requests set. ${rv} is the resource version in an earlier answer.
func metadata() []fieldValues {
	return []fieldValues{
		{"metadata.labels", []string{`{"app":"x"}`, `{"app":"y","tier":"z"}`, `{"bad key":"v"}`, `{"app":1}`, `null`}},
		{"metadata.annotations", []string{`{"note":"a"}`, `{"note":"b"}`, `{"Bad/Key/x":"v"}`, `null`}},
		{"metadata.finalizers", []string{`["example.com/hold"]`, `["bad"]`, `[]`}},
		{"metadata.resourceVersion", []string{`"${rv}"`, `"1"`, `"abc"`, `""`}},
		{"metadata.uid", []string{`"3b3b3b3b-0000-0000-0000-000000000000"`, `""`}},
		{"metadata.generation", []string{`7`}},
		{"metadata.managedFields", []string{`[]`, `null`}},
		{"metadata.unknown", []string{`"x"`}},
		{"metadata.creationTimestamp", []string{`null`, `"2020-01-01T00:00:00Z"`}},
		{"metadata.ownerReferences", []string{
			`[{"apiVersion":"v1","kind":"ConfigMap","name":"o","uid":"u1"}]`,
			`[{"apiVersion":"v1","kind":"ConfigMap","name":"o"}]`,
		}},
	}
}

// document is an object as nested documents, with JSON values as leaves.
type document map[string]any

// set sets the field at a path to a JSON value.
func (d document) set(path, value string) {
	name, rest, deeper := strings.Cut(path, ".")
	if !deeper {
		d[name] = json.RawMessage(value)
		return
	}
	inner, ok := d[name].(document)
	if !ok {
		inner = document{}
		d[name] = inner
	}
	inner.set(rest, value)
}

func (d document) json() string {
	data, err := json.Marshal(d)
	if err != nil {
		return err.Error() // a value of a table is not JSON; the answers of the servers show it
	}
	return string(data)
}

// vary sets random fields, at most so many.
func vary(r *rand.Rand, d document, fields []fieldValues, most int) {
	for range r.IntN(most + 1) {
		if len(fields) == 0 {
			return
		}
		c := compare.Pick(r, fields)
		d.set(c.path, compare.Pick(r, c.values))
	}
}
