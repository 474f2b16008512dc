package scan

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	kjson "sigs.k8s.io/json"
)

type (
	phase string
	level int8
	blob  []byte
	limit map[phase]level
)

// everything has a field of each form for which decoders are generated.
type everything struct {
	Text     string            `json:"text"`
	Phase    phase             `json:"phase"`
	Flag     bool              `json:"flag"`
	Small    level             `json:"small"`
	Whole    int64             `json:"whole"`
	Count    uint16            `json:"count"`
	Share    float32           `json:"share"`
	Ratio    float64           `json:"ratio"`
	Data     blob              `json:"data"`
	Next     *everything       `json:"next"`
	Number   *int32            `json:"number"`
	Twice    **string          `json:"twice"`
	Names    []string          `json:"names"`
	Children []everything      `json:"children"`
	Pointers []*everything     `json:"pointers"`
	Table    [][]int32         `json:"table"`
	Labels   map[string]string `json:"labels"`
	Limits   limit             `json:"limits"`
	Lists    map[string][]bool `json:"lists"`
	Raw      json.RawMessage   `json:"raw"`
	Own      own               `json:"own"`
	OwnToo   *own              `json:"ownToo"`
	Any      any               `json:"any"`
	Odd      map[int]string    `json:"odd"`
	Quoted   float64           `json:"quoted,string"`
	QuotedIf *level            `json:"quotedIf,string"`
}

// own implements json.Unmarshaler.
type own struct{ seen string }

func (o *own) UnmarshalJSON(data []byte) error {
	o.seen += string(data)
	return json.Unmarshal(data, new(any))
}

func decodeEverything(s *Scanner, v *everything) {
	o := s.Object()
	for o.Next() {
		switch string(o.Name) {
		case "text":
			String(s, &v.Text)
		case "phase":
			String(s, &v.Phase)
		case "flag":
			Bool(s, &v.Flag)
		case "small":
			Int(s, &v.Small)
		case "whole":
			Int(s, &v.Whole)
		case "count":
			Uint(s, &v.Count)
		case "share":
			Float(s, &v.Share)
		case "ratio":
			Float(s, &v.Ratio)
		case "data":
			Bytes(s, &v.Data)
		case "next":
			Pointer(s, &v.Next, decodeEverything)
		case "number":
			Pointer(s, &v.Number, Int[int32])
		case "twice":
			Pointer(s, &v.Twice, func(s *Scanner, v **string) { Pointer(s, v, String[string]) })
		case "names":
			Slice(s, &v.Names, String[string])
		case "children":
			Slice(s, &v.Children, decodeEverything)
		case "pointers":
			Slice(s, &v.Pointers, func(s *Scanner, v **everything) { Pointer(s, v, decodeEverything) })
		case "table":
			Slice(s, &v.Table, func(s *Scanner, v *[]int32) { Slice(s, v, Int[int32]) })
		case "labels":
			Map(s, &v.Labels, String[string])
		case "limits":
			Map(s, &v.Limits, Int[level])
		case "lists":
			Map(s, &v.Lists, func(s *Scanner, v *[]bool) { Slice(s, v, Bool[bool]) })
		case "raw":
			Raw(s, &v.Raw)
		case "own":
			Unmarshaler(s, &v.Own)
		case "ownToo":
			Pointer(s, &v.OwnToo, func(s *Scanner, v *own) { Unmarshaler(s, v) })
		case "any":
			Any(s, &v.Any)
		case "odd":
			Fallback(s, &v.Odd)
		case "quoted":
			Quoted(s, &v.Quoted)
		case "quotedIf":
			Quoted(s, &v.QuotedIf)
		default:
			s.Skip()
		}
	}
}

// agrees decodes a document with the scanner and with sigs.k8s.io/json. The results must be equal unless the scanner gives
// up. It reports whether the scanner read the document.
func agrees(t *testing.T, s *Scanner, document []byte) bool {
	t.Helper()
	var got, want everything
	s.Reset(document)
	decodeEverything(s, &got)
	if !s.End() {
		return false
	}
	require.NoError(t, kjson.UnmarshalCaseSensitivePreserveInts(document, &want), "the scanner read %q", document)
	require.Equal(t, want, got, "%q", document)
	return true
}

func TestScannerEqualsJSON(t *testing.T) {
	for _, document := range documents() {
		t.Run(document, func(t *testing.T) {
			assert.True(t, agrees(t, &Scanner{}, []byte(document)), "the scanner gave up")
		})
	}
}

// documents returns documents on which the scanner must not give up.
func documents() []string {
	return []string{
		`{}`, ` { } `, "\t\r\n{\n}\n", `null`,
		`{"text":"a","phase":"b","flag":true,"small":-128,"whole":9223372036854775807,"count":65535,"share":1.5,"ratio":-2.5e-3,"data":"aGk="}`,
		`{"text":null,"phase":null,"flag":null,"small":null,"whole":null,"count":null,"share":null,"ratio":null,"data":null}`,
		`{"next":{"next":{"text":"deep"}},"number":7,"twice":"x"}`, `{"next":null,"number":null,"twice":null}`,
		`{"names":[],"children":[{},{"text":"a"},null],"pointers":[null,{}],"table":[[1,2],[],null]}`, `{"names":null,"children":null,"pointers":null}`,
		`{"labels":{"a":"b","":"c","d":null},"limits":{"x":1},"lists":{"l":[true,false,null],"n":null}}`, `{"labels":{},"limits":null,"lists":{}}`,
		`{"raw":{"a":[1, "}"]},"own":{"x":1},"ownToo":[2]}`, `{"raw":null,"own":null,"ownToo":null}`,
		`{"any":{"a":[1,1.0,1e2,-0,"x",true,false,null,{},[]],"big":9223372036854775808}}`, `{"any":null}`,
		`{"unknown":{"a":[{"b":"\"}]"},-1.5e+10,0,true,false,null]},"text":"x"}`, `{"Text":"another case","TEXT":1,"inner":"x"}`,
		`{"text":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00 ü 漢字 😀 <>&"}`, `{"te\u0078t":"name"}`, `{"text":""}`,
		`{"text":"` + strings.Repeat("long ", 100) + `"}`, `{"text":"` + strings.Repeat(`\n12345678`, 20) + `ü"}`,
		`{"text":"a","text":"b","flag":true,"flag":null,"next":{"text":"a"},"next":{"phase":"b"}}`, `{"labels":{"a":"b"},"labels":{"c":"d"}}`, `{"names":[],"names":["a"]}`,
		`{"odd":{"1":"x"}}`, `{"small":-0,"ratio":0.0,"whole":0}`, `{"data":"","names":["","a"]}`,
		`{"quoted":"-1.5e3","quotedIf":"7"}`, `{"quoted": null,"quotedIf":null}`, `{"quoted":"1","quoted":null,"quotedIf":"1","quotedIf":"2"}`,
	}
}

// The scanner gives up on documents that are invalid or unusual.
func TestScannerGivesUp(t *testing.T) {
	for _, document := range []string{
		``, ` `, `{`, `}`, `[]`, `"x"`, `7`, `nul`, `nulll`, `{}x`, `{}{}`, `{"text"}`, `{"text":}`, `{"text":"a"`, `{"text":"a",}`, `{"text":"a" "flag":true}`, `{,}`, `{1:2}`,
		`{"text":7}`, `{"text":tru}`, `{"text":"a` + "\n" + `"}`, `{"text":"\x"}`, `{"text":"\u12g4"}`, `{"text":"\ud83d"}`, `{"text":"\ud83dx"}`, "{\"text\":\"\xff\"}", `{"text":"`, `{"text":"\`, `{"text":"\u12`,
		`{"flag":1}`, `{"flag":trux}`, `{"small":128}`, `{"small":1.0}`, `{"small":1e2}`, `{"small":"1"}`, `{"small":01}`, `{"small":-}`, `{"small":+1}`, `{"count":-1}`, `{"count":65536}`, `{"share":1e400}`, `{"ratio":1.}`, `{"ratio":.5}`, `{"ratio":1e}`,
		`{"data":"*"}`, `{"data":7}`, `{"data":[1,2]}`, `{"names":{}}`, `{"names":["a",]}`, `{"names":[,]}`, `{"names":["a" "b"]}`, `{"names":["a"`, `{"labels":[]}`, `{"labels":{"a"}}`, `{"labels":{"a":1}}`,
		`{"names":["a"],"names":["b"]}`, `{"labels":{"a":"b","a":"c"}}`, `{"any":1,"any":2}`, `{"any":{"a":1,"a":2}}`, `{"own":x}`, `{"raw":{]}`, `{"unknown":[}`, `{"unknown":01}`, `{"unknown":"\q"}`, `{"odd":{"x":"y"}}`, `{"any":1e999}`,
		`{"quoted":1.5}`, `{"quoted":""}`, `{"quoted":"x"}`, `{"quoted":{}}`, `{"quotedIf":"128"}`, `{"quotedIf":"1}`, `{"quotedIf":true}`,
		strings.Repeat(`{"next":`, maxDepth+1), `{"unknown":` + strings.Repeat(`[`, maxDepth+1) + strings.Repeat(`]`, maxDepth+1) + `}`,
	} {
		assert.False(t, agrees(t, &Scanner{}, []byte(document)), "%.100q", document)
	}
}

// The scanner gives up on every incomplete document.
func TestScannerGivesUpOnIncompleteDocuments(t *testing.T) {
	s := &Scanner{}
	for _, document := range documents() {
		document = strings.TrimRight(document, " \n")
		for end := range len(document) {
			assert.False(t, agrees(t, s, []byte(document[:end])), "%q", document[:end])
		}
	}
}

func TestValuesShareNoMemoryWithTheDocument(t *testing.T) {
	document := []byte(`{"text":"a","raw":{"a":1},"data":"aGk=","labels":{"k":"v"},"any":"x","own":{"y":2},"names":["` + strings.Repeat("n", 100) + `"]}`)
	var v, want everything
	s := &Scanner{}
	s.Reset(document)
	decodeEverything(s, &v)
	require.True(t, s.End())
	require.NoError(t, kjson.UnmarshalCaseSensitivePreserveInts(document, &want))
	clear(document)
	assert.Equal(t, want, v)
}

func TestEqualStringsAreShared(t *testing.T) {
	s := &Scanner{}
	allocations := func(document string) float64 {
		data := []byte(document)
		return testing.AllocsPerRun(100, func() {
			var text string
			s.Reset(data)
			String(s, &text)
			if !s.End() || text != "over and over" && len(text) < 100 {
				t.Error(text)
			}
		})
	}
	assert.Zero(t, int(allocations(`"over and over"`)))
	assert.Equal(t, 1, int(allocations(`"`+strings.Repeat("long", 100)+`"`)))
}

// A scanner keeps nothing of the values that it has read, and little room for large ones.
func TestNothingOfUntypedValuesIsKept(t *testing.T) {
	s := &Scanner{}
	for _, document := range []string{`{"a":{"b":[1,{"c":[]}]},"d":2}`, `{"a":{"b":[1,{"c":[`, `{"a":[` + strings.Repeat("{},", 2*maxUnfinished) + `{}]}`} {
		s.Reset([]byte(document))
		content := s.Content()
		assert.Equal(t, json.Valid([]byte(document)), s.End())
		assert.Equal(t, s.End(), content != nil)
		s.Reset(nil)
		assert.Empty(t, s.untyped.members)
		assert.Empty(t, s.untyped.elements)
		for _, m := range s.untyped.members[:cap(s.untyped.members)] {
			assert.Zero(t, m)
		}
		for _, element := range s.untyped.elements[:cap(s.untyped.elements)] {
			assert.Nil(t, element)
		}
		assert.LessOrEqual(t, cap(s.untyped.elements), maxUnfinished)
	}
	s.Reset([]byte("null"))
	assert.Nil(t, s.Content())
	assert.False(t, s.End(), "null is not an object")
}

func TestTypeMeta(t *testing.T) {
	for document, want := range map[string]bool{
		`{"kind":"Robot","apiVersion":"v1","x":]`: true, `{"a":{"kind":"x"},"apiVersion":"v1","items":[],"kind":"Robot"}`: true,
		`{"kind":"Robot"}`: false, `{"apiVersion":"v1","kind":7}`: false, `{"apiVersion":"v1",`: false, `[]`: false, `{"apiVersion":"v1","kind":""}`: false,
	} {
		s := &Scanner{}
		s.Reset([]byte(document))
		apiVersion, kind, ok := s.TypeMeta()
		assert.Equal(t, want, ok, document)
		if ok {
			assert.Equal(t, "v1 Robot", apiVersion+" "+kind, document)
		}
	}
}

// FuzzScanner checks that the scanner gives up, or returns the same values as sigs.k8s.io/json.
func FuzzScanner(f *testing.F) {
	for _, document := range documents() {
		f.Add([]byte(document))
	}
	s := &Scanner{}
	f.Fuzz(func(t *testing.T, document []byte) { agrees(t, s, document) })
}

// ship has two fields that its decoder does not know, one of them in an embedded struct.
type ship struct {
	Name string `json:"name"`
	Crew int    `json:"crew"`
	*hull
	Log string `json:"-"`
}

type hull struct {
	Length int `json:"length"`
}

func TestADecoderOlderThanItsTypeDropsNothing(t *testing.T) {
	s := &Scanner{}
	for document, read := range map[string]bool{
		`{"name":"argo","sails":2}`:       true,
		`{"name":"argo","sails":[1,}`:     false,
		`{"name":"argo","Log":"x"}`:       true,
		`{"name":"argo","crew":50}`:       false,
		`{"name":"argo","crew":null}`:     false,
		`{"length":9}`:                    false,
		`{"\u006cength":9,"name":"argo"}`: false,
	} {
		s.Reset([]byte(document))
		var v ship
		o := s.Object()
		for o.Next() {
			switch string(o.Name) {
			case "name":
				String(s, &v.Name)
			default:
				s.Unknown(o.Name, &v)
			}
		}
		assert.Equal(t, read, s.End(), document)
	}
}
