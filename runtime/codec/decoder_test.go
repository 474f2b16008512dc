package codec

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	kjson "sigs.k8s.io/json"

	"github.com/typewright/typewright/runtime/codec/scan"
)

type ship struct {
	Name  string `json:"name"`
	Crew  int    `json:"crew"`
	calls int
}

// decodeShip leaves a trace, which no other way of decoding does.
func decodeShip(s *scan.Scanner, v *ship) {
	v.calls++
	for o := s.Object(); o.Next(); {
		switch string(o.Name) {
		case "name":
			scan.String(s, &v.Name)
		case "crew":
			scan.Int(s, &v.Crew)
		default:
			s.Skip()
		}
	}
}

func TestDecoder(t *testing.T) {
	d := NewDecoder(Table{For(decodeShip)})
	for name, test := range map[string]struct {
		document string
		into     ship
		want     ship
	}{
		"by its own decoder":               {`{"name":"argo","crew":50}`, ship{}, ship{"argo", 50, 1}},
		"what is rare":                     {"{\"name\":\"\xff\",\"crew\":50}", ship{}, ship{"\ufffd", 50, 0}},
		"into what has something in it":    {`{"crew":50}`, ship{Name: "argo"}, ship{"argo", 50, 0}},
		"a syntax error":                   {`{"name":"argo","crew":50`, ship{}, ship{}},
		"a syntax error, with something":   {`{"name":"argo"`, ship{Crew: 7}, ship{Crew: 7}},
		"a wrong type, and the rest of it": {`{"crew":"many","name":"argo"}`, ship{}, ship{Name: "argo"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, plain := test.into, test.into
			err := d.Decode([]byte(test.document), &got)
			wantErr := kjson.UnmarshalCaseSensitivePreserveInts([]byte(test.document), &plain)
			assert.Equal(t, wantErr, err)
			assert.Equal(t, test.want, got)
		})
	}
}

func TestDecoderWithoutTables(t *testing.T) {
	var v ship
	require.NoError(t, new(Decoder).Decode([]byte(`{"name":"argo"}`), &v))
	assert.Equal(t, ship{Name: "argo"}, v)
	require.Error(t, NewDecoder(Table{For(decodeShip)}).Decode([]byte(`{}`), v), "no pointer")
	require.Error(t, NewDecoder(Table{For(decodeShip)}).Decode([]byte(`{}`), (*ship)(nil)))
	require.Error(t, new(Decoder).Decode([]byte(`{}`), nil))
}

func TestTheFirstEntryCounts(t *testing.T) {
	other := func(s *scan.Scanner, v *ship) { s.Skip(); v.Name = "other" }
	var v ship
	require.NoError(t, NewDecoder(Table{For(decodeShip)}, Table{For(other)}).Decode([]byte(`{"name":"argo"}`), &v))
	assert.Equal(t, "argo", v.Name)
}

func TestDecoderFromManyGoroutines(t *testing.T) {
	d := NewDecoder(Table{For(decodeShip)})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for range 200 {
				var v ship
				if err := d.Decode([]byte(`{"name":"argo","crew":50}`), &v); err != nil || v.Name != "argo" {
					t.Errorf("%v %v", v, err)
				}
			}
		})
	}
	all.Wait()
}
