package encode

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type (
	phase string
	level int8
	blob  []byte
	limit map[phase]level
)

// everything has a field of each form for which encoders are generated.
type everything struct {
	Text     string            `json:"text"`
	Phase    phase             `json:"pha<se"`
	Flag     bool              `json:"flag,omitempty"`
	Small    level             `json:"small"`
	Count    uint16            `json:"count,omitempty"`
	Share    float32           `json:"share,omitempty"`
	Ratio    float64           `json:"ratio"`
	Data     blob              `json:"data"`
	Next     *everything       `json:"next,omitempty"`
	Number   *int32            `json:"number"`
	Twice    **string          `json:"twice,omitempty"`
	Names    []string          `json:"names"`
	Children []everything      `json:"children,omitempty"`
	Table    [][]int32         `json:"table"`
	Labels   map[string]string `json:"labels"`
	Limits   limit             `json:"limits,omitempty"`
	Lists    map[string][]bool `json:"lists"`
	Raw      json.RawMessage   `json:"raw"`
	Own      own               `json:"own"`
	Since    time.Time         `json:"since,omitzero"`
	Array    [1]int            `json:"array,omitempty"`
	Any      any               `json:"any,omitempty"`
	Odd      map[int]string    `json:"odd"`
	Quoted   string            `json:"quoted,omitempty,string"`
	QuotedIf *float64          `json:"quotedIf,string"`
}

// own implements json.Marshaler.
type own struct{ text string }

func (o own) MarshalJSON() ([]byte, error) {
	if o.text == "" {
		return []byte("null"), nil
	}
	return []byte(o.text), nil
}

func encodeEverything(w *Writer, v *everything) {
	if !w.Begin() {
		return
	}
	String(w.Name("text"), &v.Text)
	String(w.Name(`pha\u003cse`), &v.Phase)
	if v.Flag {
		Bool(w.Name("flag"), &v.Flag)
	}
	Int(w.Name("small"), &v.Small)
	if v.Count != 0 {
		Uint(w.Name("count"), &v.Count)
	}
	if !IsEmpty(&v.Share) {
		Float(w.Name("share"), &v.Share)
	}
	Float(w.Name("ratio"), &v.Ratio)
	Bytes(w.Name("data"), &v.Data)
	if v.Next != nil {
		encodeEverything(w.Name("next"), v.Next)
	}
	Pointer(w.Name("number"), &v.Number, Int)
	if v.Twice != nil {
		Pointer(w.Name("twice"), v.Twice, String)
	}
	Slice(w.Name("names"), &v.Names, String)
	if len(v.Children) > 0 {
		Slice(w.Name("children"), &v.Children, encodeEverything)
	}
	Slice(w.Name("table"), &v.Table, func(w *Writer, v *[]int32) { Slice(w, v, Int) })
	Map(w.Name("labels"), &v.Labels, String)
	if len(v.Limits) > 0 {
		Map(w.Name("limits"), &v.Limits, Int)
	}
	Map(w.Name("lists"), &v.Lists, func(w *Writer, v *[]bool) { Slice(w, v, Bool) })
	Marshaler(w.Name("raw"), &v.Raw)
	Marshaler(w.Name("own"), &v.Own)
	if !IsZero(&v.Since) {
		Fallback(w.Name("since"), &v.Since)
	}
	if !IsEmpty(&v.Array) {
		Fallback(w.Name("array"), &v.Array)
	}
	if v.Any != nil {
		Fallback(w.Name("any"), &v.Any)
	}
	Fallback(w.Name("odd"), &v.Odd)
	if v.Quoted != "" {
		Quoted(w.Name("quoted"), &v.Quoted)
	}
	Quoted(w.Name("quotedIf"), &v.QuotedIf)
	w.End()
}

// agrees encodes a value with the Writer and with encoding/json. The results must be equal unless the Writer gives up. It
// reports whether the Writer wrote the value.
func agrees(t *testing.T, w *Writer, v *everything) bool {
	t.Helper()
	w.Reset()
	encodeEverything(w, v)
	got, ok := w.Done()
	want, err := json.Marshal(v)
	if ok {
		require.NoError(t, err, "the writer wrote %s", got)
		require.Equal(t, string(want), string(got))
	}
	return ok
}

func TestWriterEqualsEncodingJSON(t *testing.T) {
	number, text := int32(7), "x<y"
	pointer := &text
	w := &Writer{}
	for name, v := range map[string]*everything{
		"nothing": {},
		"empty":   {Data: blob{}, Names: []string{}, Table: [][]int32{}, Labels: map[string]string{}, Lists: map[string][]bool{}, Odd: map[int]string{}, Children: []everything{}, Limits: limit{}},
		"scalars": {Text: "a", Phase: "b", Flag: true, Small: -128, Count: 65535, Share: 1.5, Ratio: -2.5e-30, Quoted: "<\"", QuotedIf: new(1e21), Data: blob("hi?>")},
		"parts": {
			Next: &everything{Next: &everything{Text: "deep"}}, Number: &number, Twice: &pointer,
			Children: []everything{{}, {Text: "c"}}, Table: [][]int32{nil, {}, {1, -2}}, Names: []string{"", "a"},
		},
		"maps":        {Labels: map[string]string{"b": "1", "a": "2", "": "3", "<": "4", "\xff": "5"}, Limits: limit{"z": 1, "y": -1}, Lists: map[string][]bool{"n": nil, "b": {true, false}}, Odd: map[int]string{10: "x", 9: "y"}},
		"raw":         {Raw: json.RawMessage(" { \"a b\" : [ 1 , \"<&>\u2028\u2029 \\\" \\u003c \\\\\" ] ,\n\t\r\"ü\":null } "), Own: own{` "x\ty" `}},
		"since":       {Since: time.Unix(1e9, 5).UTC(), Array: [1]int{1}},
		"anything":    {Any: map[string]any{"b": []any{1, 2.5, "x<"}, "a": nil}},
		"signed zero": {Share: float32(math.Copysign(0, -1)), Ratio: math.Copysign(0, -1)},
	} {
		assert.True(t, agrees(t, w, v), "the writer gave up on %s", name)
	}
}

func TestNumbers(t *testing.T) {
	w := &Writer{}
	for _, n := range []float64{
		0, 1, -1, 0.1, 1e-6, 9.99e-7, -1e-7, 1e-9, 1e-10, 1e-100, 5e-324, 1e20, 1e21, -1e21, 123456789e20, 1e22, 1e100, math.MaxFloat64, math.Pi, 1 << 53,
		float64(float32(1e-6)), float64(float32(1e21)), math.Nextafter(1e-6, 0), math.Nextafter(1e21, 0), math.Nextafter(float64(float32(1e-6)), 0), math.MaxFloat32, math.SmallestNonzeroFloat32,
	} {
		assert.True(t, agrees(t, w, &everything{Ratio: n, Share: float32(n)}) || math.IsInf(float64(float32(n)), 0), n)
		assert.True(t, agrees(t, w, &everything{Ratio: -n}), n)
	}
	for n := range uint32(1 << 16) { // every exponent, and some digits
		share := math.Float32frombits(n<<16 | n&0xff)
		if f := float64(share); !math.IsNaN(f) && !math.IsInf(f, 0) {
			require.True(t, agrees(t, w, &everything{Share: share, Ratio: f}))
		}
	}
}

// Every rune by itself, and every byte at each place of a text: the Writer tests eight bytes at once.
func TestText(t *testing.T) {
	w := &Writer{}
	for r := range rune(0x3000) {
		require.True(t, agrees(t, w, &everything{Text: string(r)}))
	}
	for c := range 256 {
		for place := range 17 {
			text := []byte("abcdefgh12345678z")
			text[place] = byte(c)
			require.True(t, agrees(t, w, &everything{Text: string(text)}), text)
		}
	}
	for _, text := range []string{"\xed\xa0\x80", "\xf4\x90\x80\x80", "ü\xc3", "\xe2\x80", "\xe2\x80\xa8\xe2\x80\xaa", "🚀", "\x7f", "\ufffd"} {
		require.True(t, agrees(t, w, &everything{Text: text, Labels: map[string]string{text: text}}), "%q", text)
	}
}

// The same with raw values, and with white space at each place.
func TestRaw(t *testing.T) {
	w := &Writer{}
	for c := range 256 {
		for place := range 17 {
			text := []byte("abcdefgh12345678z")
			text[place] = byte(c)
			isPlain := c >= ' ' && c < 0x80 && c != '"' && c != '\\'
			require.True(t, agrees(t, w, &everything{Raw: json.RawMessage(`"` + string(text) + `"`)}) || !isPlain, "%q", text)
		}
	}
	const document = `[1,{"a":"b c","d":[null,true]},-2.5e3]`
	for _, part := range []string{" ", "\n", "<", "\u2028", "ü", `\"`} {
		for at := range len(document) + 1 {
			agrees(t, w, &everything{Raw: json.RawMessage(document[:at] + part + document[at:])})
		}
	}
	require.True(t, agrees(t, w, &everything{Raw: json.RawMessage(document), Own: own{`{"\u003c":"\\\"<>&"}`}}))
}

func TestWriterGivesUp(t *testing.T) {
	w := &Writer{}
	cycle := &everything{}
	cycle.Next = cycle
	wide := &everything{Children: make([]everything, 3)}
	for i := range wide.Children {
		wide.Children[i].Next = wide
	}
	deep := &everything{}
	for range maxDepth {
		deep = &everything{Next: deep}
	}
	for name, v := range map[string]*everything{
		"a cycle": cycle, "cycles": wide, "depth": deep,
		"infinity": {Ratio: math.Inf(1)}, "no number": {Share: float32(math.NaN())},
		"raw":      {Raw: json.RawMessage(`{"a":}`)},
		"two":      {Raw: json.RawMessage(`1 2`)},
		"none":     {Raw: json.RawMessage(` `)},
		"not utf8": {Raw: json.RawMessage("\"\xff\"")},
		"own":      {Own: own{`x`}},
		"any":      {Any: func() {}},
	} {
		assert.False(t, agrees(t, w, v), name)
		assert.True(t, agrees(t, w, &everything{Text: "the next"}), "after %s", name)
	}
}

// A Writer keeps no keys of the objects that it has written.
func TestWriterKeepsNoKeys(t *testing.T) {
	w := &Writer{}
	require.True(t, agrees(t, w, &everything{Labels: map[string]string{"secret": "x"}, Lists: map[string][]bool{"other": nil}}))
	assert.Empty(t, w.keys)
	for _, key := range w.keys[:cap(w.keys)] {
		assert.Empty(t, key)
	}
}

type settable struct{ Zero bool }

func (n *settable) IsZero() bool { return n == nil || n.Zero }

type isZeroer interface{ IsZero() bool }

// zeros has a field for each way in which encoding/json decides on omitzero.
type zeros struct {
	Struct  settable   `json:"struct,omitzero"`
	Pointer *settable  `json:"pointer,omitzero"`
	Face    isZeroer   `json:"face,omitzero"`
	Float   float64    `json:"float,omitzero"`
	Time    time.Time  `json:"time,omitzero"`
	Times   *time.Time `json:"times,omitzero"`
	Any     any        `json:"any,omitzero"`
	Slice   []int      `json:"slice,omitzero"`
	Array   [2]int     `json:"array,omitzero"`
}

func TestIsZero(t *testing.T) {
	var nothing *settable
	zero := time.Time{}
	for i, v := range []zeros{
		{},
		{Struct: settable{true}, Pointer: &settable{true}, Face: &settable{true}},
		{Pointer: &settable{}, Face: &settable{}, Slice: []int{}, Array: [2]int{0, 1}, Any: 0},
		{Face: nothing, Float: math.Copysign(0, -1), Any: nothing, Times: &zero},
		{Face: time.Time{}, Time: time.Unix(0, 0), Any: time.Time{}, Float: 1},
	} {
		text, err := json.Marshal(&v)
		require.NoError(t, err)
		var members map[string]any
		require.NoError(t, json.Unmarshal(text, &members))
		for name, zero := range map[string]bool{
			"struct": IsZero(&v.Struct), "pointer": IsZero(&v.Pointer), "face": IsZero(&v.Face), "float": IsZero(&v.Float), "time": IsZero(&v.Time),
			"times": IsZero(&v.Times), "any": IsZero(&v.Any), "slice": IsZero(&v.Slice), "array": IsZero(&v.Array),
		} {
			_, written := members[name]
			assert.Equal(t, !written, zero, "%d: %s", i, name)
		}
	}
}

// FuzzWriter checks that the Writer gives up, or writes the same as encoding/json.
func FuzzWriter(f *testing.F) {
	f.Add("text", " {\"a\": [1, \"<\u2028\"]} ", 1.5, float32(1e-7), []byte("x"))
	f.Add("\xff<", `"\ud83d"`, 1e21, float32(0), []byte(nil))
	w := &Writer{}
	f.Fuzz(func(t *testing.T, text, raw string, ratio float64, share float32, data []byte) {
		agrees(t, w, &everything{
			Text: text, Phase: phase(strings.ToUpper(text)), Ratio: ratio, Share: share, Data: data, Names: strings.Split(text, " "),
			Labels: map[string]string{text: raw, raw: text}, Raw: json.RawMessage(raw), Own: own{text},
		})
		agrees(t, w, &everything{Text: raw, Children: []everything{{Text: text}, {Raw: json.RawMessage(text)}}})
	})
}
