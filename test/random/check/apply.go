package check

import (
	"reflect"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
)

const manager = "random"

// apply applies an apply configuration in which everything is set, and extracts it again.
func (l *lifecycle) apply() {
	l.t.Helper()
	obj := l.object("applied")
	accessor, err := meta.TypeAccessor(obj)
	require.NoError(l.t, err)
	accessor.SetAPIVersion(l.kind.GroupVersion().String())
	accessor.SetKind(l.kind.Kind)
	method, ok := l.client.of.Type().MethodByName("Apply")
	require.True(l.t, ok)
	config := reflect.New(method.Type.In(1).Elem()).Interface()
	rewrite(l.t, obj, config)
	got := l.client.must("Apply", config, metav1.ApplyOptions{FieldManager: manager, Force: true})
	l.want = append(l.want, watch.Added)
	l.same(l.stored(obj, nil), got, "Apply")
	extract := l.extract()
	require.True(l.t, extract.IsValid(), "no function Extract%s", l.kind.Kind)
	out := extract.Call([]reflect.Value{reflect.ValueOf(got), reflect.ValueOf(manager)})
	err, _ = reflect.TypeAssert[error](out[1])
	require.NoError(l.t, err, "Extract%s", l.kind.Kind)
	want := document(l.t, config)
	if l.splits {
		delete(want, "status")
	}
	assert.Equal(l.t, want, document(l.t, out[0].Interface()), "Extract%s does not return what was applied", l.kind.Kind)
}

// extract returns the function Extract… of the kind.
func (s *subject) extract() reflect.Value {
	for _, f := range s.Extract {
		if v := reflect.ValueOf(f); v.Type().In(0) == reflect.PointerTo(s.goType) && strings.HasSuffix(v.Type().Out(0).String(), "."+s.kind.Kind+"ApplyConfiguration") {
			return v
		}
	}
	return reflect.Value{}
}
