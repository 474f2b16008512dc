package codec

import (
	"bytes"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	serializerjson "k8s.io/apimachinery/pkg/runtime/serializer/json"

	"github.com/typewright/typewright/runtime/codec/encode"
)

// boat is an object whose encoder counts its calls.
type boat struct {
	metav1.TypeMeta `json:",inline"`

	Name  string  `json:"name,omitempty"`
	Ratio float64 `json:"ratio,omitempty"`
	calls *int
}

func (b *boat) DeepCopyObject() runtime.Object { panic("not copied") }

func encodeBoat(w *encode.Writer, v *boat) {
	if v.calls != nil {
		*v.calls++
	}
	if !w.Begin() {
		return
	}
	if v.Kind != "" {
		encode.String(w.Name("kind"), &v.Kind)
	}
	if v.APIVersion != "" {
		encode.String(w.Name("apiVersion"), &v.APIVersion)
	}
	if v.Name != "" {
		encode.String(w.Name("name"), &v.Name)
	}
	if !encode.IsEmpty(&v.Ratio) {
		encode.Float(w.Name("ratio"), &v.Ratio)
	}
	w.End()
}

var boats = schema.GroupVersionKind{Group: "sea", Version: "v1", Kind: "Boat"}

// serialized returns what the serializer of apimachinery writes.
func serialized(t *testing.T, obj runtime.Object, kind schema.GroupVersionKind) string {
	t.Helper()
	obj.GetObjectKind().SetGroupVersionKind(kind)
	var text bytes.Buffer
	require.NoError(t, serializerjson.NewSerializerWithOptions(serializerjson.DefaultMetaFactory, nil, nil, serializerjson.SerializerOptions{}).Encode(obj, &text))
	return text.String()
}

func TestEncoder(t *testing.T) {
	e := NewEncoder(EncoderTable{EncoderFor(encodeBoat)})
	calls := 0
	for _, given := range []boat{
		{Name: "<argo>"},
		{Name: "argo", TypeMeta: metav1.TypeMeta{Kind: "Ship", APIVersion: "sea/v2"}},
		{TypeMeta: metav1.TypeMeta{Kind: "Boat", APIVersion: "sea/v1"}},
	} {
		given.calls = &calls
		obj := given
		before := calls
		got, ok := e.Encode(&obj, boats)
		require.True(t, ok)
		assert.Equal(t, before+1, calls)
		assert.Equal(t, given, obj, "the object is not changed")
		assert.Equal(t, serialized(t, &given, boats), string(got))
	}
}

// The core group has no name: apiVersion is the version alone.
func TestEncoderWritesTheCoreGroup(t *testing.T) {
	got, ok := NewEncoder(EncoderTable{EncoderFor(encodeBoat)}).Encode(&boat{}, schema.GroupVersionKind{Version: "v1", Kind: "Boat"})
	require.True(t, ok)
	assert.Equal(t, `{"kind":"Boat","apiVersion":"v1"}`+"\n", string(got)) //nolint:testifylint // byte for byte
}

// skiff shares its kind with its copies, and raft has no kind.
type (
	skiff struct {
		*metav1.TypeMeta `json:",inline"`
	}
	raft struct{}
)

func (s *skiff) DeepCopyObject() runtime.Object   { panic("not copied") }
func (r *raft) DeepCopyObject() runtime.Object    { panic("not copied") }
func (r *raft) GetObjectKind() schema.ObjectKind  { return schema.EmptyObjectKind }
func encodeSkiff(w *encode.Writer, v *skiff)      { encode.Fallback(w, v) }
func encodeRaft(w *encode.Writer, v *raft)        { encode.Fallback(w, v) }
func encodeNothing[T any](w *encode.Writer, _ *T) { w.GiveUp() }
func writeNothing[T any](w *encode.Writer, _ *T)  { w.Begin(); w.End() }

func TestEncoderGivesUp(t *testing.T) {
	e := NewEncoder(EncoderTable{EncoderFor(encodeBoat), EncoderFor(encodeSkiff), EncoderFor(encodeRaft)})
	own := &metav1.TypeMeta{Kind: "Skiff"}
	for name, obj := range map[string]runtime.Object{
		"no encoder": &metav1.Status{}, "nil": (*boat)(nil), "a shared kind": &skiff{own}, "no kind": &raft{}, "gives up": &boat{Ratio: 1 / zero()},
	} {
		_, ok := e.Encode(obj, boats)
		assert.False(t, ok, name)
	}
	assert.Equal(t, metav1.TypeMeta{Kind: "Skiff"}, *own)
	_, ok := (*Encoder)(nil).Encode(&boat{}, boats)
	assert.False(t, ok)
	_, ok = new(Encoder).Encode(&boat{}, boats)
	assert.False(t, ok)
	_, ok = Serializer{}.EncodeJSON(&boat{}, boats)
	assert.False(t, ok)
}

func zero() float64 { return 0 }

func TestTheFirstEncoderOfATypeIsUsed(t *testing.T) {
	e := NewEncoder(EncoderTable{EncoderFor(encodeBoat)}, EncoderTable{EncoderFor(encodeNothing[boat])})
	_, ok := e.Encode(&boat{}, boats)
	assert.True(t, ok)
}

// The same object may be encoded from many goroutines at once.
func TestEncoderFromManyGoroutines(t *testing.T) {
	e := NewEncoder(EncoderTable{EncoderFor(encodeBoat)})
	shared := &boat{Name: "argo"}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for range 100 {
				text, ok := e.Encode(shared, boats)
				if !ok || string(text) != `{"kind":"Boat","apiVersion":"sea/v1","name":"argo"}`+"\n" {
					t.Errorf("%s", text)
				}
			}
		})
	}
	all.Wait()
}

// Each of these types, as a new field of a struct, is one that an older encoder does not know.
type (
	inner struct {
		Known string `json:"known"`
	}
	hull struct {
		Length int `json:"length,omitempty"`
	}
	ofWords    []string
	tree       struct{ Left, Right *tree }
	neverEmpty struct{ left bool }
	panicking  struct{}
)

func (s neverEmpty) IsZero() bool                 { return !s.left }
func (s neverEmpty) MarshalJSON() ([]byte, error) { return []byte(`"x"`), nil }
func (s panicking) MarshalJSON() ([]byte, error)  { panic("MarshalJSON of a sample") }

// known writes a struct of one field, known.
func known(w *encode.Writer, text *string) {
	if w.Begin() {
		encode.String(w.Name("known"), text)
		w.End()
	}
}

func TestAnEncoderOlderThanItsTypeIsNotUsed(t *testing.T) {
	type (
		aString struct {
			Known string `json:"known"`
			New   string `json:"new,omitempty"`
		}
		aPointer struct {
			Known string  `json:"known"`
			New   *string `json:"new,omitempty"`
		}
		aMap struct {
			Known string         `json:"known"`
			New   map[int]inner  `json:"new,omitempty"`
			Left  string         `json:"-"`
			Other map[string]int `json:"-"`
		}
		words struct {
			Known string  `json:"known"`
			New   ofWords `json:"new,omitempty"`
		}
		aTime struct {
			Known string      `json:"known"`
			New   metav1.Time `json:"new,omitzero"`
		}
		embedded struct {
			Known string `json:"known"`
			hull
		}
		pointed struct {
			Known string `json:"known"`
			*hull
		}
		face struct {
			Known string        `json:"known"`
			New   fmtStringer   `json:"new,omitempty"`
			Self  *metav1.Time  `json:"-"`
			Funcs []func() bool `json:"-"`
		}
		neverEmptyField struct {
			Known string     `json:"known"`
			New   neverEmpty `json:"new,omitzero"`
		}
		panics struct {
			Known string    `json:"known"`
			New   panicking `json:"new"`
		}
		cannot struct {
			Known string      `json:"known"`
			New   func() bool `json:"new"`
		}
		renamed struct {
			Known string `json:"renamed"`
		}
		omits struct {
			Known string `json:"known,omitempty"`
		}
		same struct {
			Known  string `json:"known"`
			Left   string `json:"-"`
			hidden string //nolint:unused // not in documents
		}
	)
	cases := map[string]EncoderEntry{
		"a string":             EncoderFor(func(w *encode.Writer, v *aString) { known(w, &v.Known) }),
		"a pointer":            EncoderFor(func(w *encode.Writer, v *aPointer) { known(w, &v.Known) }),
		"a map":                EncoderFor(func(w *encode.Writer, v *aMap) { known(w, &v.Known) }),
		"words":                EncoderFor(func(w *encode.Writer, v *words) { known(w, &v.Known) }),
		"a time":               EncoderFor(func(w *encode.Writer, v *aTime) { known(w, &v.Known) }),
		"embedded":             EncoderFor(func(w *encode.Writer, v *embedded) { known(w, &v.Known) }),
		"an embedded pointer":  EncoderFor(func(w *encode.Writer, v *pointed) { known(w, &v.Known) }),
		"an interface":         EncoderFor(func(w *encode.Writer, v *face) { known(w, &v.Known) }),
		"always zero":          EncoderFor(func(w *encode.Writer, v *neverEmptyField) { known(w, &v.Known) }),
		"a method that panics": EncoderFor(func(w *encode.Writer, v *panics) { known(w, &v.Known) }),
		"a type without JSON":  EncoderFor(func(w *encode.Writer, _ *cannot) { w.GiveUp() }),
		"another name":         EncoderFor(func(w *encode.Writer, v *renamed) { known(w, &v.Known) }),
		"another option":       EncoderFor(func(w *encode.Writer, v *omits) { known(w, &v.Known) }),
		"an empty object":      EncoderFor(writeNothing[inner]),
		"one that gives up":    EncoderFor(encodeNothing[inner]),
	}
	for name, entry := range cases {
		assert.False(t, entry.isComplete(), name)
	}
	assert.True(t, EncoderFor(func(w *encode.Writer, v *same) { known(w, &v.Known) }).isComplete())
	assert.True(t, EncoderFor(func(w *encode.Writer, v *inner) { known(w, &v.Known) }).isComplete())
}

type fmtStringer interface{ String() string }

func TestSamplesOfCommonTypesAreComplete(t *testing.T) {
	type ship struct {
		Meta       metav1.ObjectMeta `json:"metadata"`
		Fleet      fleet             `json:"fleet"`
		NeverEmpty neverEmpty        `json:"neverEmpty,omitempty"` //nolint:modernize // as people write it
	}
	assert.True(t, EncoderFor(func(w *encode.Writer, v *ship) { encode.Fallback(w, v) }).isComplete())
}

// fleet has fields of types that need more than a scalar in a sample.
type fleet struct {
	Since  metav1.Time             `json:"since,omitzero"`
	Exact  metav1.MicroTime        `json:"exact,omitzero"`
	Every  *metav1.Duration        `json:"every,omitempty"`
	Fields *metav1.FieldsV1        `json:"fields,omitempty"`
	Raw    json.RawMessage         `json:"raw,omitempty"`
	Number json.Number             `json:"number,omitempty"`
	Any    any                     `json:"any,omitempty"`
	Object runtime.RawExtension    `json:"object,omitempty"` //nolint:modernize // as people write it
	Time   time.Time               `json:"time,omitzero"`
	Tree   *tree                   `json:"tree,omitempty"`
	Fleets []fleet                 `json:"fleets,omitempty"`
	ByName map[string]*inner       `json:"byName,omitempty"`
	Matrix [2][]map[string][]uint8 `json:"matrix"`
}
