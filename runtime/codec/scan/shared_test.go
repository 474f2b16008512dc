package scan

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type part struct {
	Text  string
	Inner *part
	Parts []part
	Names map[string]string
	Empty *struct{}
}

func decodePart(s *Scanner, v *part) {
	o := s.Object()
	for o.Next() {
		switch string(o.Name) {
		case "text":
			String(s, &v.Text)
		case "inner":
			Pointer(s, &v.Inner, decodePart)
		case "parts":
			Slice(s, &v.Parts, decodePart)
		case "names":
			Map(s, &v.Names, String)
		case "empty":
			Pointer(s, &v.Empty, func(s *Scanner, _ *struct{}) { s.Skip() })
		default:
			s.GiveUp()
		}
	}
}

// long is a text that is long enough to be shared.
var long = strings.Repeat("long", 20)

// read decodes a document with shared values. ok is false if the scanner gave up.
func read(values *SharedValues, document string) (v part, ok bool) {
	s := &Scanner{}
	s.SetOptions(Options{SharedValues: values})
	s.Reset([]byte(document))
	decodePart(s, &v)
	return v, s.End()
}

// readAll decodes a document three times and returns the last two values.
func readAll(t *testing.T, values *SharedValues, document string) (before, last part) {
	t.Helper()
	for range 3 {
		var ok bool
		before = last
		last, ok = read(values, document)
		require.True(t, ok, document)
	}
	return before, last
}

func TestEqualTextsShareMemory(t *testing.T) {
	values := &SharedValues{}
	a, b := readAll(t, values, `{"inner":{"text":"`+long+`"},"parts":[{"text":"`+long+`"},{}],"names":{"a":"`+long+`"}}`)
	assert.Equal(t, a, b)
	assert.Same(t, a.Inner, b.Inner)
	assert.Same(t, unsafe.SliceData(a.Parts), unsafe.SliceData(b.Parts))
	a.Names["b"] = "written"
	assert.Equal(t, "written", b.Names["b"], "the map is the same")
	assert.Equal(t, len(b.Parts), cap(b.Parts), "append copies")
	assert.Equal(t, 3, values.Len())
}

func TestDifferentValuesShareEqualParts(t *testing.T) {
	values := &SharedValues{}
	document := `{"inner":{"parts":[{"text":"` + long + `"}],"text":"%d"}}`
	var all []part
	for i := range 5 {
		v, ok := read(values, fmt.Sprintf(document, i))
		require.True(t, ok)
		assert.Equal(t, strconv.Itoa(i), v.Inner.Text)
		all = append(all, v)
	}
	assert.NotSame(t, all[3].Inner, all[4].Inner)
	assert.Same(t, unsafe.SliceData(all[3].Inner.Parts), unsafe.SliceData(all[4].Inner.Parts), "equal parts are shared")
	assert.Equal(t, 1, values.Len(), "a text that came once is not kept")
}

func TestShortAndEmptyValuesAreNotShared(t *testing.T) {
	for name, document := range map[string]string{
		"short":        `{"inner":{"text":"short"},"names":{"a":"b"}}`,
		"null":         `{"inner":null,"parts":null,"names":null}`,
		"no elements":  `{"parts":[` + strings.Repeat(" ", 80) + `]}`,
		"without size": `{"empty":{"text":"` + long + `"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			values := &SharedValues{}
			a, b := readAll(t, values, document)
			assert.Equal(t, a, b)
			assert.Zero(t, values.Len())
		})
	}
}

// Values of different types are not shared, even if their texts are equal.
func TestTypesDoNotShare(t *testing.T) {
	values := &SharedValues{}
	text := []byte(`{"text":"` + long + `"}`)
	for range 3 {
		s := &Scanner{}
		s.SetOptions(Options{SharedValues: values})
		var pointer *part
		s.Reset(text)
		Pointer(s, &pointer, decodePart)
		require.True(t, s.End())
		var texts map[string]string
		s.Reset(text)
		Map(s, &texts, String)
		require.True(t, s.End())
		assert.Equal(t, long, pointer.Text)
		assert.Equal(t, map[string]string{"text": long}, texts)
	}
}

// sigs.k8s.io/json decodes a repeated field into the value of the first, which may be shared. The scanner gives up.
func TestARepeatedFieldIsGivenUp(t *testing.T) {
	for _, field := range []string{`"inner":{"text":"` + long + `"}`, `"names":{"a":"` + long + `"}`, `"parts":[{"text":"` + long + `"}]`} {
		values := &SharedValues{}
		first, _ := readAll(t, values, `{`+field+`}`)
		_, ok := read(values, `{`+field+`,`+strings.Replace(field, "long", "LONG", 1)+`}`)
		assert.False(t, ok, field)
		again, ok := read(values, `{`+field+`}`)
		require.True(t, ok)
		assert.Equal(t, first, again)
	}
}

func TestInvalidTextIsNotKept(t *testing.T) {
	values := &SharedValues{}
	for range 3 {
		_, ok := read(values, `{"inner":{"text":"`+long+`","unknown":1}}`)
		assert.False(t, ok)
		_, ok = read(values, `{"inner":{"text":"`+long+`"`)
		assert.False(t, ok)
	}
	assert.Zero(t, values.Len())
}

// However deep values are nested, their text is read a bounded number of times.
func TestDeepValues(t *testing.T) {
	values := &SharedValues{}
	const depth = 1000
	document := strings.Repeat(`{"inner":`, depth) + `{"text":"` + long + `"}` + strings.Repeat("}", depth)
	a, b := readAll(t, values, document)
	assert.Equal(t, a, b)
	assert.Same(t, a.Inner, b.Inner)
	assert.Equal(t, maxSharedNesting, values.Len())
}

func TestUnusedSharedValuesAreDropped(t *testing.T) {
	values := &SharedValues{}
	kept, _ := readAll(t, values, `{"names":{"a":"`+long+`"}}`)
	for i := range 5 * minSweep {
		for range 2 {
			_, ok := read(values, fmt.Sprintf(`{"names":{"%d":"%s"}}`, i, long))
			require.True(t, ok)
		}
		if i%minSweep == 0 {
			runtime.GC()
		}
	}
	assert.Less(t, values.Len(), 3*minSweep, "collected values leave the table")
	again, ok := read(values, `{"names":{"a":"`+long+`"}}`)
	require.True(t, ok)
	again.Names["b"] = ""
	assert.Contains(t, kept.Names, "b", "a value in use stays shared")
	runtime.KeepAlive(kept)
}

func TestSharingFromManyGoroutines(t *testing.T) {
	values := &SharedValues{}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 400 {
				document := fmt.Sprintf(`{"inner":{"names":{"a":"%s"},"text":"%d"},"parts":[{"text":"%s"}]}`, long, i%50, long)
				v, ok := read(values, document)
				if !ok || v.Inner.Text != strconv.Itoa(i%50) || v.Inner.Names["a"] != long || v.Parts[0].Text != long {
					t.Errorf("%s was read as %+v", document, v)
					return
				}
				if i%100 == 0 {
					runtime.GC()
				}
			}
		})
	}
	all.Wait()
}
