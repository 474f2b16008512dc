package check

import (
	"flag"
	"math/rand/v2"
	"reflect"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/codec"
)

var (
	rounds   = flag.Int("rounds", 4, "random values of each type")
	variants = flag.Int("variants", 120, "damaged documents for each random value")
)

// Project has the generated code of a random project.
type Project struct {
	Seed   uint64
	Scheme *runtime.Scheme
	Kinds  []Kind
	// ServerBacked and Fake return new fake clientsets of the two kinds.
	ServerBacked func(t testing.TB) any
	Fake         func() any
	// Factory returns a new informer factory for a clientset.
	Factory func(clientset any) any
	// Tables and Encoders are those of all codec packages.
	Tables   []codec.Table
	Encoders []codec.EncoderTable
	// ForKind is the function of that name of the apply configurations, Extract are their functions Extract….
	ForKind func(schema.GroupVersionKind) any
	Extract []any
}

// Kind has the expected properties of a kind.
type Kind struct {
	schema.GroupVersionKind

	Resource   string
	Namespaced bool
	// Status tells whether the status is a subresource.
	Status bool
	Verbs  []string
}

// Run checks a project. Each kind is a subtest.
func Run(t *testing.T, p Project) {
	t.Helper()
	clients := newClients(t, p)
	for _, kind := range p.Kinds {
		t.Run(kind.Version+"."+kind.Kind, func(t *testing.T) {
			obj, err := p.Scheme.New(kind.GroupVersionKind)
			require.NoError(t, err)
			s := &subject{Project: p, kind: kind, goType: reflect.TypeOf(obj).Elem(), clients: clients}
			for _, c := range []struct {
				name string
				of   func(t *testing.T, s *subject)
			}{
				{"copies", copies},
				{"decoders", decoders},
				{"encoders", encoders},
				{"verbs", verbs},
				{"configurations", configurations},
				{"server", serverBacked},
				{"fake", fakes},
				{"informers", informers},
			} {
				t.Run(c.name, func(t *testing.T) {
					defer func() {
						if panicked := recover(); panicked != nil {
							t.Errorf("panic: %v\n%.2000s", panicked, debug.Stack())
						}
					}()
					c.of(t, s)
				})
			}
		})
	}
}

// subject is one kind under test.
type subject struct {
	Project

	kind    Kind
	goType  reflect.Type
	clients *clients
}

// filler returns a filler. All fillers of a project make the same values.
func (s *subject) filler() *filler {
	return &filler{rand: rand.New(rand.NewPCG(s.Seed, 23))} //nolint:gosec // the same values for the same seed
}

// table returns the decoders of all packages.
func (s *subject) table() codec.Table {
	var all codec.Table
	for _, t := range s.Tables {
		all = append(all, t...)
	}
	return all
}

// encoders returns the encoders of all packages.
func (s *subject) encoders() codec.EncoderTable {
	var all codec.EncoderTable
	for _, t := range s.Encoders {
		all = append(all, t...)
	}
	return all
}

// list returns an empty list of the kind; nil if it has none.
func (s *subject) list() runtime.Object {
	gvk := s.kind.GroupVersionKind
	gvk.Kind += "List"
	obj, err := s.Scheme.New(gvk)
	if err != nil {
		return nil
	}
	return obj
}
