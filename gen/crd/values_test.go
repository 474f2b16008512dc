package crd

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/gen/model"
)

func TestValues(t *testing.T) {
	for text, want := range map[string]any{
		"1": int64(1), "-1": int64(-1), "1.5": 1.5, "true": true, "word": "word", "5Gi": "5Gi", "007": "007", `"1"`: "1", "`a,b`": "a,b", `'x;y'`: "x;y",
		"2026-01-01": "2026-01-01", "http://a": "http://a", "a;b": []any{"a", "b"}, "{}": map[string]any{}, "{a,b}": []any{"a", "b"}, "{1, 2}": []any{int64(1), int64(2)},
		"{a: 1}": map[string]any{"a": int64(1)}, `{"a b": {c: {d, e}}, f: x}`: map[string]any{"a b": map[string]any{"c": []any{"d", "e"}}, "f": "x"},
	} {
		got, err := parseValue(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{`"x`, "{a: ", "{a: 1 b", "a}b", `"a" b`} {
		_, err := parseValue(text)
		assert.Error(t, err, text)
	}
}

func TestArguments(t *testing.T) {
	var name string
	var list []string
	var n int64
	read := func(marker, value string) error {
		name, list, n = "", nil, 0
		return parseArguments(model.Marker{Name: marker, Value: value, HasValue: true}, "x", arguments{
			"name": {text: &name, required: true}, "list": {texts: &list}, "n": {number: &n},
		})
	}
	require.NoError(t, read("x:name", `"a, b",list=1.0;b,n=-2`))
	assert.Equal(t, "a, b", name)
	assert.Equal(t, []string{"1.0", "b"}, list)
	assert.Equal(t, int64(-2), n)
	assert.ErrorContains(t, read("x:list", "a"), "name= is missing")
	assert.ErrorContains(t, read("x:nam", "a"), "did you mean name?")
	assert.ErrorContains(t, read("x:name", "a,n=many"), "n is a whole number")
}

func TestDescriptionsAreCut(t *testing.T) {
	assert.Equal(t, "One.", cut("One. Two three.", 8))
	assert.Equal(t, "One two...", cut("One two three", 9))
	assert.Empty(t, cut("One", 0))
	assert.Equal(t, "é...", cut("éé", 3))
	assert.Equal(t, "One.", cut("One.", 4))
}
