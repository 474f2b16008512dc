package codec

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kjson "sigs.k8s.io/json"

	codecmetav1 "github.com/typewright/typewright/runtime/codec/metav1"
	"github.com/typewright/typewright/runtime/codec/scan"
)

type ship struct {
	Name  string `json:"name"`
	Crew  int    `json:"crew"`
	calls int
}

// decodeShip counts its calls in the value, which shows that it was used.
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
		"by its own decoder":                             {`{"name":"argo","crew":50}`, ship{}, ship{"argo", 50, 1}},
		"invalid UTF-8 is left to sigs.k8s.io/json":      {"{\"name\":\"\xff\",\"crew\":50}", ship{}, ship{"\ufffd", 50, 0}},
		"into a value that is not empty":                 {`{"crew":50}`, ship{Name: "argo"}, ship{"argo", 50, 0}},
		"a syntax error":                                 {`{"name":"argo","crew":50`, ship{}, ship{}},
		"a syntax error, into a value that is not empty": {`{"name":"argo"`, ship{Crew: 7}, ship{Crew: 7}},
		"a wrong type, and a valid field after it":       {`{"crew":"many","name":"argo"}`, ship{}, ship{Name: "argo"}},
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

func TestManagedFieldsAreSkipped(t *testing.T) {
	calls := 0
	// decodeObject counts its calls, and gives up on a field that comes twice.
	decodeObject := func(s *scan.Scanner, v *metav1.PartialObjectMetadata) {
		calls++
		for o := s.Object(); o.Next(); {
			switch string(o.Name) {
			case "metadata":
				codecmetav1.DecodeObjectMeta(s, &v.ObjectMeta)
			default:
				s.Skip()
			}
		}
	}
	d := NewDecoder(Table{For(decodeObject)})
	for document, name := range map[string]string{
		`{"metadata":{"managedFields":[{"manager":"m","fieldsV1":{"f:k:{\"a\":\"\u00e4\"}":{}}}],"name":"a"}}`:   "a",
		`{"metadata":{"name":"a","managed\u0046ields":[{"manager":"m"}]}}`:                                       "a",
		`{"metadata":{"name":"a","managedFields":7,"managedFields":[]}}`:                                         "a",
		`{"metadata":{"managedFields":[]},"metadata":{"name":"a","managedFields":[{}]},"managedFields":{"x":1}}`: "a",
		`{"metadata":{"managedFields":[}}}`:                                                                      "",
		`{"metadata":{"name":"a","managedFields":{"\x":1}}}`:                                                     "",
		`{"metadata":{"name":"a","managedFields":[{"manager":"m"}],"labels":{"a":"\ud83d"}}}`:                    "a", // decoded by sigs.k8s.io/json
	} {
		var got metav1.PartialObjectMetadata
		err := d.DecodeForCache([]byte(document), &got, scan.Options{DropManagedFields: true})
		assert.Equal(t, name == "", err != nil, document)
		assert.Empty(t, got.ManagedFields, document)
		assert.Equal(t, name, got.Name, document)
	}
	assert.Equal(t, 7, calls)

	inside := metav1.PartialObjectMetadata{}
	type template struct {
		Metadata metav1.ObjectMeta `json:"metadata"`
	}
	var spec template
	d = NewDecoder(Table{For(func(s *scan.Scanner, _ *metav1.PartialObjectMetadata) {
		for o := s.Object(); o.Next(); {
			for p := s.Object(); p.Next(); {
				codecmetav1.DecodeObjectMeta(s, &spec.Metadata)
			}
		}
	})})
	require.NoError(t, d.DecodeForCache([]byte(`{"spec":{"metadata":{"managedFields":[{"manager":"m"}]}}}`), &inside, scan.Options{DropManagedFields: true}))
	assert.Len(t, spec.Metadata.ManagedFields, 1, "managed fields of nested objects stay")
}

func TestSkippingManagedFieldsAllocatesNothing(t *testing.T) {
	document := []byte(`{"metadata":{"managedFields":[{"manager":"m","time":"2026-01-02T03:04:05Z","fieldsV1":{"f:k:{\"a\":\"b\"}":{".":{},"x":[1,true,null]}}}]}}`)
	s := &scan.Scanner{}
	s.SetOptions(scan.Options{DropManagedFields: true})
	var meta metav1.ObjectMeta
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		s.Reset(document)
		for o := s.Object(); o.Next(); {
			codecmetav1.DecodeObjectMeta(s, &meta)
		}
		assert.True(t, s.End())
	}))
}

func TestTheFirstDecoderOfATypeIsUsed(t *testing.T) {
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
