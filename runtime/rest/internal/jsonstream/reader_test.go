package jsonstream

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"
)

// overwriting is a stream that comes in small pieces and overwrites what its Reader has read before. A Reader that looks at
// a byte a second time sees another one.
type overwriting struct {
	*Reader

	stream io.Reader
	size   func() int
}

func (f *overwriting) Read(p []byte) (int, error) {
	for i := range f.buf {
		f.buf[i] = 'x'
	}
	return f.stream.Read(p[:min(len(p), f.size())])
}

// inPieces returns a Reader of a document that comes in pieces and is overwritten.
func inPieces(document string, size func() int) *Reader {
	source := &overwriting{stream: strings.NewReader(document), size: size}
	source.Reader = NewReader(source, "stream")
	return source.Reader
}

// A hostile server chooses how small the pieces of its answer are. The time to read must not depend on that: each byte of
// any value is looked at once.
func TestSecurityEachByteIsLookedAtOnce(t *testing.T) {
	values := map[string]string{
		"backslashes":          `"` + strings.Repeat(`\\`, 3000) + `"`,
		"escaped quotes":       `"` + strings.Repeat(`\"`, 3000) + `"`,
		"runs of backslashes":  `"` + strings.Repeat(`\\\\\\\"a`, 1000) + `"`,
		"backslash, then text": `"a\\b\n\u0041` + strings.Repeat("é", 100) + `\\"`,
		"a long string":        `"` + strings.Repeat("abc ", 3000) + `"`,
		"a long number":        strings.Repeat("1234567890", 1000),
		"deep arrays":          strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
		"deep objects":         strings.Repeat(`{"a":`, 3000) + "1" + strings.Repeat("}", 3000),
		"an object":            `{"a":"\\","b":[1,2,{"c":"}\"{\\"}],"d":null}`,
		"empty":                `{"":""}`,
		"a literal":            "true",
	}
	for name, value := range values {
		for _, size := range []int{1, 2, 3, 7, 64} {
			t.Run(fmt.Sprint(name, size), func(t *testing.T) {
				r := inPieces(" \n\t"+value+" ,", func() int { return size })
				_, err := r.SkipSpace()
				require.NoError(t, err)
				at, err := r.Value()
				require.NoError(t, err)
				assert.EqualValues(t, 3, r.At(at))
				assert.EqualValues(t, 3+len(value), r.Offset())
				c, err := r.SkipSpace()
				require.NoError(t, err)
				assert.Equal(t, ",", string(c))
			})
		}
	}
}

// FuzzSecurityPieces checks that where values begin and end does not depend on the pieces that a stream comes in.
func FuzzSecurityPieces(f *testing.F) {
	for _, seed := range []string{`{"a":"\\\"","b":[1,{}]}`, `"\\\\\\"`, `[[[]],""]`, `1 2 "3"`, `{"a":]`, "\"\\", `"\"`} {
		f.Add([]byte(seed), uint64(1))
	}
	f.Fuzz(func(t *testing.T, document []byte, seed uint64) {
		random := rand.New(rand.NewPCG(seed, seed))
		offsets := func(r *Reader) (seen []int64, failed bool) {
			for {
				if _, err := r.SkipSpace(); err != nil {
					return seen, !errors.Is(err, io.EOF)
				}
				at, err := r.Value()
				if errors.Is(err, io.ErrUnexpectedEOF) {
					return append(seen, r.Offset()), true
				}
				if err != nil {
					return append(seen, r.Offset()), true
				}
				seen = append(seen, r.At(at), r.Offset())
				if c, err := r.SkipSpace(); err == nil && strings.IndexByte(",:]}", c) >= 0 {
					r.Next()
				}
				r.Discard()
			}
		}
		whole, wholeFailed := offsets(NewReader(bytes.NewReader(document), "stream"))
		pieces, piecesFailed := offsets(inPieces(string(document), func() int { return 1 + random.IntN(5) }))
		require.Equal(t, whole, pieces)
		require.Equal(t, wholeFailed, piecesFailed)
	})
}

// After one large value and a flood of small ones, little has been moved in memory and the buffer for the large one is not
// kept.
func TestSecurityLittleIsMovedInMemory(t *testing.T) {
	stream := `"` + strings.Repeat("x", 3<<20) + `"` + strings.Repeat("1 ", 2<<20)
	r := NewReader(strings.NewReader(stream), "stream")
	moved, largest := 0, 0
	// step calls do and counts the bytes of the stream that stood in the buffer before and stand elsewhere in memory
	// afterwards.
	step := func(do func()) {
		held, at := len(r.buf)-r.pos, unsafe.Pointer(unsafe.SliceData(r.buf[r.pos:]))
		offset := r.Offset()
		do()
		if held > 0 && offset >= r.read && unsafe.Add(unsafe.Pointer(unsafe.SliceData(r.buf)), offset-r.read) != at {
			moved += held
		}
	}
	for begun := false; ; begun = true {
		var err error
		step(r.Discard)
		step(func() { _, err = r.SkipSpace() })
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			step(func() { _, err = r.Value() })
		}
		if err != nil {
			t.Fatal(err)
		}
		largest = max(largest, len(r.array))
		if !begun {
			require.Greater(t, len(r.array), 3<<20)
		}
	}
	assert.Less(t, moved, 2*len(stream))
	assert.LessOrEqual(t, largest, 8<<20)
	assert.LessOrEqual(t, len(r.array), maxIdle, "what is kept in the end")
}

func TestSecurityValuesAreBounded(t *testing.T) {
	for name, begin := range map[string]string{"a string": `"`, "an array": "[", "a number": "1", "a name": `{"`} {
		t.Run(name, func(t *testing.T) {
			r := NewReader(io.MultiReader(strings.NewReader(begin), repeat('1')), "stream")
			_, err := r.SkipSpace()
			require.NoError(t, err)
			_, err = r.Value()
			require.ErrorIs(t, err, streaming.ErrObjectTooLarge)
			assert.LessOrEqual(t, len(r.array), maxValue)
		})
	}
}

// repeat is an endless stream of one byte.
type repeat byte

func (b repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}
