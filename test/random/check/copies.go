package check

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
)

// copies checks that deep copies equal the original and share no memory with it.
func copies(t *testing.T, s *subject) {
	f := s.filler()
	types := []reflect.Type{s.goType}
	if list := s.list(); list != nil {
		types = append(types, reflect.TypeOf(list).Elem())
	}
	for _, goType := range types {
		assertCopy(t, reflect.New(goType))
		for round := range *rounds * 2 {
			f.sparse = round%2 == 1
			if assertCopy(t, f.value(goType)); t.Failed() {
				return
			}
		}
	}
}

func assertCopy(t *testing.T, v reflect.Value) {
	t.Helper()
	original, ok := reflect.TypeAssert[runtime.Object](v)
	require.True(t, ok, "%T has no DeepCopyObject", v.Interface())
	duplicate := original.DeepCopyObject()
	assert.True(t, reflect.DeepEqual(original, duplicate), "the copy differs:\n%#v\n%#v", original, duplicate)
	if shared := Shared(original, duplicate); shared != "" {
		assert.Fail(t, "the copy shares memory", shared)
	}
	method := v.MethodByName("DeepCopy")
	require.True(t, method.IsValid(), "%T has no DeepCopy", original)
	assert.True(t, reflect.DeepEqual(original, method.Call(nil)[0].Interface()), "DeepCopy differs from DeepCopyObject")
}
