package check

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// document returns an object as a JSON document, without null values and with numbers as they are written.
func document(t *testing.T, obj any) map[string]any {
	t.Helper()
	text, err := json.Marshal(obj)
	require.NoError(t, err)
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	tree := map[string]any{}
	require.NoError(t, d.Decode(&tree), "%s", text)
	dropNulls(tree)
	return tree
}

func dropNulls(tree any) {
	switch tree := tree.(type) {
	case map[string]any:
		for key, value := range tree {
			if dropNulls(value); value == nil {
				delete(tree, key)
			}
		}
	case []any:
		for _, value := range tree {
			dropNulls(value)
		}
	}
}

// content returns the document of an object without the fields that a server sets.
func content(t *testing.T, obj any) map[string]any {
	t.Helper()
	tree := document(t, obj)
	delete(tree, "kind")
	delete(tree, "apiVersion")
	if meta, ok := tree["metadata"].(map[string]any); ok {
		for _, name := range []string{"resourceVersion", "uid", "creationTimestamp", "generation", "managedFields"} {
			delete(meta, name)
		}
	}
	return tree
}

// rewrite encodes one value as JSON and decodes it into another.
func rewrite(t *testing.T, from, into any) {
	t.Helper()
	text, err := json.Marshal(from)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, into), "%s", text)
}
