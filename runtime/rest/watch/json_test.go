package watch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	serializerjson "k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"
	"k8s.io/apimachinery/pkg/watch"
)

// raw is a decoder that returns any JSON as an object of its bytes.
type raw struct{}

func (raw) Decode(data []byte, _ *schema.GroupVersionKind, _ runtime.Object) (runtime.Object, *schema.GroupVersionKind, error) {
	if err := json.Unmarshal(data, new(any)); err != nil {
		return nil, nil, err
	}
	return &runtime.Unknown{Raw: data}, nil, nil
}

// read returns the events of a stream as text, and the error that ended it, nil at its end.
func read(d *Decoder) (seen []string, err error) {
	defer d.Close()
	for {
		kind, obj, err := d.Decode()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return seen, nil
		}
		if err != nil {
			return seen, err
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, obj.(*runtime.Unknown).Raw); err != nil {
			return seen, err
		}
		seen = append(seen, string(kind)+" "+compact.String())
	}
}

func TestJSONStreams(t *testing.T) {
	const added = `{"type":"ADDED","object":{"a":1}}`
	long := strings.Repeat(`\\`, 5000) + `\"`
	for name, test := range map[string]struct {
		stream string
		want   []string
		err    string
	}{
		"nothing":                    {"", nil, ""},
		"space":                      {" \n\t\r ", nil, ""},
		"lines":                      {added + "\n" + added + "\n", []string{`ADDED {"a":1}`, `ADDED {"a":1}`}, ""},
		"no space":                   {added + added, []string{`ADDED {"a":1}`, `ADDED {"a":1}`}, ""},
		"object first, many lines":   {"{\n\"object\" : [1,\n2]\n,\n\"type\"\t:\r\"DELETED\"\n}", []string{"DELETED [1,2]"}, ""},
		"fields that are not known":  {`{"x":{"type":"NO"},"y":"}","type":"ADDED","z":1,"object":2}`, []string{"ADDED 2"}, ""},
		"braces, quotes in strings":  {`{"type":"ADDED","object":{"a":"}\"{\\","b":"]"}}`, []string{`ADDED {"a":"}\"{\\","b":"]"}`}, ""},
		"many backslashes":           {`{"type":"ADDED","object":"` + long + `"}`, []string{`ADDED "` + long + `"`}, ""},
		"escapes in names":           {`{"\u0074ype":"ADD\u0045D","object":null}`, []string{"ADDED null"}, ""},
		"names are case-sensitive":   {`{"Type":"ADDED","object":1}`, nil, "the event that ends at byte 27 of the watch stream has no type"},
		"bookmark":                   {`{"type":"BOOKMARK","object":{}}`, []string{"BOOKMARK {}"}, ""},
		"garbage instead of a frame": {added + "<html>", []string{`ADDED {"a":1}`}, `invalid character '<' at the beginning of an event, at byte 33 of the watch stream`},
		"garbage in a frame":         {`{"type":"ADDED";"object":1}`, nil, "invalid character ';' after a field of an object, at byte 15"},
		"no name":                    {`{1:2}`, nil, "invalid character '1' where the name of a field was expected, at byte 1"},
		"no colon":                   {`{"type" "ADDED"}`, nil, `invalid character '"' after the name of a field, at byte 8`},
		"no value":                   {`{"type":,}`, nil, "invalid character ',' where a value was expected, at byte 8"},
		"no value, end":              {`{"type":}`, nil, "invalid character '}' where a value was expected, at byte 8"},
		"garbage in the object":      {added + `{"type":"ADDED","object":{"a":xyz}}`, []string{`ADDED {"a":1}`}, "unable to decode the object of a ADDED event, at byte 63 of the watch stream: invalid character 'x'"},
		"garbage beside the object":  {`{"x":{]},"type":"ADDED"}`, nil, "in a field that is not known, at byte 5"},
		"no object":                  {`{"type":"ADDED"}`, nil, "unable to decode the object of a ADDED event"},
		"another type":               {`{"type":"DANCED","object":1}`, nil, `got invalid watch event type: "DANCED"`},
		"a type that is no string":   {`{"type":7,"object":1}`, nil, "has no type"},
		"a comma at the end":         {`{"type":"ADDED",}`, nil, "invalid character '}' where the name of a field was expected, at byte 16"},
		"the end in a frame":         {`{"type":"ADDED","obj`, nil, "the watch stream broke after 20 bytes: unexpected EOF"},
		"the end in a value":         {`{"type":"ADDED","object":{"a":[1`, nil, "the watch stream broke after 32 bytes: unexpected EOF"},
		"the end in a string":        {`{"type":"ADDED","object":"a\`, nil, "the watch stream broke after 28 bytes: unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			for source, reader := range map[string]io.Reader{
				"at once":                       strings.NewReader(test.stream),
				"byte by byte":                  iotest.OneByteReader(strings.NewReader(test.stream)),
				"with the end in the last read": iotest.DataErrReader(strings.NewReader(test.stream)),
			} {
				seen, err := read(NewJSONDecoder(io.NopCloser(reader), raw{}))
				assert.Equal(t, test.want, seen, source)
				if test.err == "" {
					require.NoError(t, err, source)
				} else {
					require.ErrorContains(t, err, test.err, source)
				}
			}
		})
	}
}

func TestEventsOfAllSizes(t *testing.T) {
	var stream bytes.Buffer
	var want []string
	for size := 1; size <= 4<<20; size *= 3 {
		text := strings.Repeat("x", size)
		fmt.Fprintf(&stream, `{"type":"ADDED","object":%q}`, text)
		want = append(want, fmt.Sprintf("ADDED %q", text))
	}
	seen, err := read(NewJSONDecoder(io.NopCloser(&stream), raw{}))
	require.NoError(t, err)
	assert.Equal(t, want, seen)

	endless := io.MultiReader(strings.NewReader(`{"type":"ADDED","object":"`), repeated('x'))
	_, err = read(NewJSONDecoder(io.NopCloser(endless), raw{}))
	require.ErrorIs(t, err, streaming.ErrObjectTooLarge)
}

type repeated byte

func (e repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func TestAnEventIsReadAsSoonAsItIsComplete(t *testing.T) {
	r, w := io.Pipe()
	d := NewJSONDecoder(r, raw{})
	go func() { _, _ = io.WriteString(w, `{"type":"ADDED","object":1}`) }() // no newline, and nothing after it
	kind, _, err := d.Decode()
	require.NoError(t, err)
	assert.Equal(t, watch.Added, kind)
	d.Close()
	_, _, err = d.Decode()
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

func TestEventsAreNotOverwrittenByTheNext(t *testing.T) {
	d := NewJSONDecoder(io.NopCloser(strings.NewReader(`{"type":"ADDED","object":"first"}{"type":"ADDED","object":"other"}`)), raw{})
	_, first, err := d.Decode()
	require.NoError(t, err)
	_, _, err = d.Decode()
	require.NoError(t, err)
	assert.Equal(t, `"first"`, string(first.(*runtime.Unknown).Raw))
}

func TestRoundTrip(t *testing.T) {
	frames := serializerjson.NewSerializerWithOptions(serializerjson.DefaultMetaFactory, runtime.NewScheme(), runtime.NewScheme(), serializerjson.SerializerOptions{})
	var stream bytes.Buffer
	e := NewEncoder(streaming.NewEncoder(&stream, frames), frames)
	require.NoError(t, e.Encode(&watch.Event{Type: watch.Modified, Object: &metav1.Status{Message: "}"}}))
	reader := func() io.ReadCloser { return io.NopCloser(bytes.NewReader(stream.Bytes())) }
	ours, err := read(NewJSONDecoder(reader(), raw{}))
	require.NoError(t, err)
	require.Len(t, ours, 1)
	theirs, err := read(NewDecoder(streaming.NewDecoder(serializerjson.Framer.NewFrameReader(reader()), frames), raw{}))
	require.NoError(t, err)
	assert.Equal(t, theirs, ours)
}

// FuzzJSONFrames compares the events of a stream with those that apimachinery reads.
func FuzzJSONFrames(f *testing.F) {
	for _, seed := range []string{
		`{"type":"ADDED","object":{"a":1}}` + "\n" + `{"object":[],"type":"BOOKMARK"}`, `{"type":"ERROR","object":"\\\""}`, `{}`, `[`, `{"type":"ADDED","object":`,
	} {
		f.Add([]byte(seed))
	}
	frames := serializerjson.NewSerializerWithOptions(serializerjson.DefaultMetaFactory, runtime.NewScheme(), runtime.NewScheme(), serializerjson.SerializerOptions{})
	f.Fuzz(func(t *testing.T, stream []byte) {
		seen, err := read(NewJSONDecoder(io.NopCloser(bytes.NewReader(stream)), raw{}))
		slow, errSlow := read(NewJSONDecoder(io.NopCloser(iotest.OneByteReader(bytes.NewReader(stream))), raw{}))
		require.Equal(t, seen, slow)
		require.Equal(t, fmt.Sprint(err), fmt.Sprint(errSlow), "the size of reads makes no difference")
		if bytes.Contains(stream, []byte("null")) || bytes.Contains(stream, []byte(`\u`)) || bytes.Count(stream, []byte(`type`)) != bytes.Count(stream, []byte(`{"`)) {
			return // what duplicate fields and nulls do is not specified
		}
		want, errWant := read(NewDecoder(streaming.NewDecoder(serializerjson.Framer.NewFrameReader(io.NopCloser(bytes.NewReader(stream))), frames), raw{}))
		if errWant == nil {
			require.NoError(t, err)
			require.Equal(t, want, seen)
		}
		if err == nil {
			require.NoError(t, errWant)
		}
	})
}
