package check

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/rest"
)

// clients finds the clients of kinds in a clientset.
type clients struct {
	// accessors are the methods of the clientset that return the client of a group version.
	accessors map[schema.GroupVersion]string
}

func newClients(t *testing.T, p Project) *clients {
	t.Helper()
	c := &clients{accessors: map[schema.GroupVersion]string{}}
	set := reflect.ValueOf(p.ServerBacked(t))
	for i := range set.NumMethod() {
		method := set.Method(i)
		if method.Type().NumIn() != 0 || method.Type().NumOut() != 1 {
			continue
		}
		if group, ok := reflect.TypeAssert[interface{ RESTClient() rest.Interface }](method.Call(nil)[0]); ok && group.RESTClient() != nil {
			c.accessors[group.RESTClient().APIVersion()] = set.Type().Method(i).Name
		}
	}
	return c
}

// client is a typed client, whose methods are called by name.
type client struct {
	t  *testing.T
	of reflect.Value
}

// client returns the client of the kind: the one whose methods have its Go type.
func (s *subject) client(t *testing.T, clientset any, namespace string) (client, bool) {
	t.Helper()
	accessor := s.clients.accessors[s.kind.GroupVersion()]
	require.NotEmpty(t, accessor, "no client of %v", s.kind.GroupVersion())
	group := reflect.ValueOf(clientset).MethodByName(accessor).Call(nil)[0].Elem()
	for _, method := range group.Methods() {
		if method.Type().NumOut() != 1 || method.Type().Out(0).Kind() != reflect.Interface || !s.serves(method.Type().Out(0)) {
			continue
		}
		args := []reflect.Value{}
		if s.kind.Namespaced {
			args = append(args, reflect.ValueOf(namespace))
		}
		require.Equal(t, len(args), method.Type().NumIn(), "namespace or not: %v", method.Type())
		return client{t, method.Call(args)[0]}, true
	}
	return client{}, false
}

// serves reports whether an interface is that of the kind's client, by its name.
func (s *subject) serves(of reflect.Type) bool {
	return strings.TrimSuffix(of.Name(), "Interface") == s.goType.Name()
}

// call calls a method, with a context before the arguments.
func (c client) call(method string, args ...any) (any, error) {
	c.t.Helper()
	f := c.of.MethodByName(method)
	require.True(c.t, f.IsValid(), "no method %s", method)
	in := []reflect.Value{reflect.ValueOf(context.Background())}
	for _, arg := range args {
		in = append(in, reflect.ValueOf(arg))
	}
	out := f.Call(in)
	err, _ := reflect.TypeAssert[error](out[len(out)-1])
	return out[0].Interface(), err
}

// must is call, and fails the test if there is an error.
func (c client) must(method string, args ...any) any {
	c.t.Helper()
	got, err := c.call(method, args...)
	require.NoError(c.t, err, "%s", method)
	return got
}

// verbs checks that a client has exactly the expected verbs.
func verbs(t *testing.T, s *subject) {
	for _, set := range []any{s.ServerBacked(t), s.Fake()} {
		c, ok := s.client(t, set, "ns")
		require.True(t, ok, "no client for %v", s.goType)
		for _, verb := range []string{"create", "update", "updateStatus", "delete", "deleteCollection", "get", "list", "watch", "patch", "apply", "applyStatus"} {
			method := strings.ToUpper(verb[:1]) + verb[1:]
			assert.Equal(t, slices.Contains(s.kind.Verbs, verb), interfaceHas(c.of, method), method)
		}
	}
}

// interfaceHas reports whether the interface that a client implements has a method. The client's own type may have more methods.
func interfaceHas(v reflect.Value, method string) bool {
	_, ok := v.Type().MethodByName(method)
	return ok
}
