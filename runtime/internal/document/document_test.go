package document

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type level int

func (l level) MarshalText() ([]byte, error) { return []byte{'+', byte('0' + l)}, nil }

func (l *level) UnmarshalText(text []byte) error {
	*l = level(text[1] - '0')
	return nil
}

type forms struct {
	Level   level            `json:"level"`
	Pair    [2]int32         `json:"pair"`
	Text    int64            `json:"text,string"`
	Dash    string           `json:"-,"` //nolint:staticcheck // it is the form that is tested
	Numbers map[int]string   `json:"numbers"`
	Levels  map[level]string `json:"levels"`
	Big     uint64           `json:"big"`
	Ratio   float64          `json:"ratio"`
	Plain   string
}

func TestDocumentsAreThoseOfEncodingJSON(t *testing.T) {
	value := forms{
		Level: 3, Pair: [2]int32{1, 2}, Text: 4, Dash: "d", Numbers: map[int]string{5: "a"}, Levels: map[level]string{6: "b"},
		Big: math.MaxInt64, Ratio: 1.5, Plain: "p",
	}
	content, err := Of(&value)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"level": "+3", "pair": []any{int64(1), int64(2)}, "text": "4", "-": "d", "numbers": map[string]any{"5": "a"},
		"levels": map[string]any{"+6": "b"}, "big": int64(math.MaxInt64), "ratio": 1.5, "Plain": "p",
	}, content)
	back := forms{Plain: "before", Numbers: map[int]string{7: "before"}}
	require.NoError(t, Into(content, &back))
	assert.Equal(t, value, back)
}

func TestNumbersBeyondDocumentsAreErrors(t *testing.T) {
	_, err := Of(&forms{Big: math.MaxUint64})
	var number *NumberError
	require.ErrorAs(t, err, &number)
	assert.Equal(t, "18446744073709551615", number.Number)
	_, err = Of(map[string]any{"a": []any{json.RawMessage(`-9223372036854775809`)}})
	require.ErrorAs(t, err, &number)
	for _, fine := range []any{
		"18446744073709551615", math.MinInt64, 1e19, 1.2345678901234567e19, -1e300, math.Pi, json.RawMessage(`"a\"18446744073709551615"`),
	} {
		content, err := Of(map[string]any{"a": fine})
		require.NoError(t, err)
		want, err := json.Marshal(fine)
		require.NoError(t, err)
		got, err := json.Marshal(content["a"])
		require.NoError(t, err)
		assert.JSONEq(t, string(want), string(got))
		assert.Equal(t, string(want), string(got))
	}
}

func TestUntypedObjectsAreCopied(t *testing.T) {
	u := &unstructured.Unstructured{Object: map[string]any{"a": map[string]any{"b": int64(1)}}}
	content, err := Of(u)
	require.NoError(t, err)
	assert.Equal(t, u.Object, content)
	content["a"].(map[string]any)["b"] = int64(2)
	assert.Equal(t, int64(1), u.Object["a"].(map[string]any)["b"])
}

func TestDocumentsThatAreNotObjectsAreRefused(t *testing.T) {
	for _, v := range []any{nil, (*forms)(nil), "text", []int{1}, func() {}} {
		_, err := Of(v)
		assert.Error(t, err)
	}
}
