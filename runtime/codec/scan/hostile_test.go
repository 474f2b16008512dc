package scan

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	kjson "sigs.k8s.io/json"
)

// million is the number of parts of a hostile document, many that of a document whose parts all become values.
const (
	million = 1_000_000
	many    = 100_000
)

// hostile returns documents of some megabytes that are built to take time or memory.
func hostile() map[string]string {
	var names strings.Builder
	for i := range many {
		fmt.Fprintf(&names, `"%d":"",`, i)
	}
	members := strings.TrimSuffix(names.String(), ",")
	return map[string]string{
		"deep objects":            strings.Repeat(`{"next":`, million),
		"deep arrays":             `{"unknown":` + strings.Repeat(`[`, million),
		"deep arrays in any":      `{"any":` + strings.Repeat(`[`, maxDepth-2) + strings.Repeat(`]`, maxDepth-2) + `}`,
		"objects as deep as may":  strings.Repeat(`{"next":`, maxDepth-1) + `{}` + strings.Repeat(`}`, maxDepth-1),
		"a huge integer":          `{"whole":` + strings.Repeat("9", million) + `}`,
		"a huge fraction":         `{"ratio":0.` + strings.Repeat("3", million) + `}`,
		"a huge exponent":         `{"ratio":1e` + strings.Repeat("9", million) + `}`,
		"a huge number in any":    `{"any":` + strings.Repeat("9", million) + `}`,
		"a gigantic string":       `{"text":"` + strings.Repeat("x", 4*million) + `"}`,
		"a string of escapes":     `{"text":"` + strings.Repeat(`\u0041`, million) + `"}`,
		"a string without an end": `{"text":"` + strings.Repeat(`\n`, million),
		"a gigantic name":         `{"` + strings.Repeat("n", 4*million) + `":1}`,
		"a name of escapes":       `{"` + strings.Repeat(`\t`, million) + `":1}`,
		"one field over and over": `{` + strings.Repeat(`"text":"a",`, million) + `"text":"b"}`,
		"a map over and over":     `{` + strings.Repeat(`"labels":{},`, million) + `"labels":{}}`,
		"a key over and over":     `{"labels":{` + strings.Repeat(`"a":"b",`, million) + `"a":"b"}}`,
		"a key in any":            `{"any":{` + strings.Repeat(`"a":1,`, million) + `"a":1}}`,
		"many keys in any":        `{"any":{` + members + `}}`,
		"many objects in any":     `{"any":[` + strings.Repeat(`{"a":1},`, many) + `{}]}`,
		"many elements in any":    `{"any":[` + strings.Repeat(`1,`, million) + `1]}`,
		"objects in any, no end":  `{"any":[` + strings.Repeat(`{"a":1},`, many),
		"deep objects in any":     `{"any":` + strings.Repeat(`{"a":`, maxDepth-2) + `1` + strings.Repeat(`}`, maxDepth-1),
		"unknown fields":          `{` + members + `}`,
		"many keys":               `{"labels":{` + members + `}}`,
		"many empty elements":     `{"names":[` + strings.Repeat(`"",`, many) + `""]}`,
		"many nulls":              `{"pointers":[` + strings.Repeat(`null,`, many) + `null]}`,
		"white space":             strings.Repeat(" \n", million) + `{}` + strings.Repeat("\t", million),
		"base64":                  `{"data":"` + strings.Repeat("aGk=", million) + `"}`,
		"raw":                     `{"raw":[` + strings.Repeat(`{},`, many) + `{}]}`,
	}
}

// The scanner gives up on a hostile document or reads the right value, in memory that is a multiple of its size: Go values
// need more than their text if that is short, and a slice that grows is copied a few times.
func TestHostileDocuments(t *testing.T) {
	for name, document := range hostile() {
		data := []byte(document)
		s := &Scanner{}
		s.Reset(data)
		var got everything
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		decodeEverything(s, &got)
		read := s.End()
		runtime.ReadMemStats(&after)

		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64*len(data)+1<<20), name)
		if !read {
			continue
		}
		var want everything
		require.NoError(t, kjson.UnmarshalCaseSensitivePreserveInts(data, &want), name)
		require.True(t, reflect.DeepEqual(want, got), name) // assert.Equal would print both
	}
}

// The scanner gives up on documents with random changes, or reads the same as sigs.k8s.io/json.
func TestDamagedDocuments(t *testing.T) {
	const alphabet = `{}[]",:\ 019.-+eEntrufalsx` + "\x00\n\x1f\x7f\x80\xc3\xe2\xed\xff"
	random := rand.New(rand.NewPCG(7, 7))
	s, executions := &Scanner{}, 0
	for _, document := range documents() {
		if len(document) > 300 {
			continue
		}
		for range 1_500 {
			damaged := []byte(document)
			for range 1 + random.IntN(3) {
				if at := random.IntN(len(damaged)); random.IntN(3) > 0 {
					damaged[at] = alphabet[random.IntN(len(alphabet))]
				} else { // repeat a part
					damaged = append(damaged[:at:at], damaged[random.IntN(at+1):]...)
				}
			}
			agrees(t, s, damaged)
			executions++
		}
	}
	t.Log(executions, "documents")
}
