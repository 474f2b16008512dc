package cache

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"
)

// untypedLog is an untyped handler that records its calls.
type untypedLog struct{ log }

func (l *untypedLog) OnAdd(obj interface{}, initial bool) { l.add("add %s %t", valueOf(obj), initial) }

func (l *untypedLog) OnUpdate(old, obj interface{}) {
	l.add("update %s→%s", valueOf(old), valueOf(obj))
}

func (l *untypedLog) OnDelete(obj interface{}) {
	if unknown, ok := obj.(DeletedFinalStateUnknown); ok {
		l.add("delete unknown %s", unknown.Key)
		return
	}
	l.add("delete %s", valueOf(obj))
}

// passes is a filter for objects whose value begins with "y". Tombstones pass, too.
func passes(obj interface{}) bool {
	cm, ok := obj.(*corev1.ConfigMap)
	return !ok || cm.Data["value"][0] == 'y'
}

func passing(i int) *corev1.ConfigMap { return configMap("a", fmt.Sprint("yes", i)) }

func filtered(i int) *corev1.ConfigMap { return configMap("a", fmt.Sprint("no", i)) }

func TestFilteringResourceEventHandler(t *testing.T) {
	unknown := DeletedFinalStateUnknown{Key: "default/a"}
	for name, test := range map[string]struct {
		call func(ResourceEventHandler)
		want []string
	}{
		"an addition that passes":              {func(h ResourceEventHandler) { h.OnAdd(passing(1), true) }, []string{"add yes1 true"}},
		"an addition that does not pass":       {func(h ResourceEventHandler) { h.OnAdd(filtered(1), true) }, nil},
		"an update of what passes":             {func(h ResourceEventHandler) { h.OnUpdate(passing(1), passing(2)) }, []string{"update yes1→yes2"}},
		"an update of what does not pass":      {func(h ResourceEventHandler) { h.OnUpdate(filtered(1), filtered(2)) }, nil},
		"what begins to pass is added":         {func(h ResourceEventHandler) { h.OnUpdate(filtered(1), passing(2)) }, []string{"add yes2 false"}},
		"what no longer passes is deleted":     {func(h ResourceEventHandler) { h.OnUpdate(passing(1), filtered(2)) }, []string{"delete yes1"}},
		"a deletion of what passes":            {func(h ResourceEventHandler) { h.OnDelete(passing(1)) }, []string{"delete yes1"}},
		"a deletion of what does not pass":     {func(h ResourceEventHandler) { h.OnDelete(filtered(1)) }, nil},
		"a tombstone":                          {func(h ResourceEventHandler) { h.OnDelete(unknown) }, []string{"delete unknown default/a"}},
		"the filter gets the tombstone itself": {func(h ResourceEventHandler) { h.OnDelete(DeletedFinalStateUnknown{Obj: filtered(1)}) }, []string{"delete unknown "}},
	} {
		t.Run(name, func(t *testing.T) {
			var l untypedLog
			test.call(FilteringResourceEventHandler{FilterFunc: passes, Handler: &l})
			assert.Equal(t, test.want, l.take())
		})
	}
}

func TestTypedFilteringResourceEventHandler(t *testing.T) {
	type handler = TypedResourceEventHandler[*corev1.ConfigMap]
	type gone = DeletedObject[*corev1.ConfigMap]
	missed := func(obj *corev1.ConfigMap) gone {
		return gone{OptionalObj: obj, FinalStateUnknown: &DeletedFinalStateUnknown{Key: "default/a", Obj: obj}}
	}
	for name, test := range map[string]struct {
		call func(handler)
		want []string
	}{
		"an addition that passes":          {func(h handler) { h.OnAdd(passing(1), true) }, []string{"add a=yes1 true"}},
		"an addition that does not pass":   {func(h handler) { h.OnAdd(filtered(1), true) }, nil},
		"an update of what passes":         {func(h handler) { h.OnUpdate(passing(1), passing(2)) }, []string{"update a=yes1→yes2"}},
		"an update of what does not pass":  {func(h handler) { h.OnUpdate(filtered(1), filtered(2)) }, nil},
		"what begins to pass is added":     {func(h handler) { h.OnUpdate(filtered(1), passing(2)) }, []string{"add a=yes2 false"}},
		"what no longer passes is deleted": {func(h handler) { h.OnUpdate(passing(1), filtered(2)) }, []string{"delete a unknown=false"}},
		"a deletion of what passes":        {func(h handler) { h.OnDelete(gone{OptionalObj: passing(1)}) }, []string{"delete a unknown=false"}},
		"a deletion of what does not pass": {func(h handler) { h.OnDelete(gone{OptionalObj: filtered(1)}) }, nil},
		"a missed deletion of what passed": {func(h handler) { h.OnDelete(missed(passing(1))) }, []string{"delete a unknown=true"}},
		"a missed deletion of what did not pass": {
			func(h handler) { h.OnDelete(missed(filtered(1))) }, nil,
		},
		"a missed deletion without the last state": {
			func(h handler) { h.OnDelete(gone{FinalStateUnknown: &DeletedFinalStateUnknown{Key: "default/a"}}) },
			[]string{"delete a unknown=true"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var l log
			test.call(TypedFilteringResourceEventHandler[*corev1.ConfigMap]{
				FilterFunc: func(cm *corev1.ConfigMap) bool { return passes(cm) },
				Handler:    &l,
			})
			assert.Equal(t, test.want, l.take())
		})
	}
}

func TestHandlersMadeOfFunctions(t *testing.T) {
	var l untypedLog
	var typed log
	for name, handler := range map[string]ResourceEventHandler{
		"funcs": ResourceEventHandlerFuncs{
			AddFunc: func(obj interface{}) { l.OnAdd(obj, true) }, UpdateFunc: l.OnUpdate, DeleteFunc: l.OnDelete,
		},
		"detailed funcs": ResourceEventHandlerDetailedFuncs{AddFunc: l.OnAdd, UpdateFunc: l.OnUpdate, DeleteFunc: l.OnDelete},
	} {
		t.Run(name, func(t *testing.T) {
			handler.OnAdd(passing(1), true)
			handler.OnUpdate(passing(1), passing(2))
			handler.OnDelete(passing(2))
			assert.Equal(t, []string{"add yes1 true", "update yes1→yes2", "delete yes2"}, l.take())
		})
	}
	for name, handler := range map[string]TypedResourceEventHandler[*corev1.ConfigMap]{
		"typed funcs": TypedResourceEventHandlerFuncs[*corev1.ConfigMap]{
			AddFunc: func(obj *corev1.ConfigMap) { typed.OnAdd(obj, true) }, UpdateFunc: typed.OnUpdate, DeleteFunc: typed.OnDelete,
		},
		"typed detailed funcs": TypedResourceEventHandlerDetailedFuncs[*corev1.ConfigMap]{
			AddFunc: typed.OnAdd, UpdateFunc: typed.OnUpdate, DeleteFunc: typed.OnDelete,
		},
	} {
		t.Run(name, func(t *testing.T) {
			handler.OnAdd(passing(1), true)
			handler.OnUpdate(passing(1), passing(2))
			handler.OnDelete(DeletedObject[*corev1.ConfigMap]{OptionalObj: passing(2)})
			assert.Equal(t, []string{"add a=yes1 true", "update a=yes1→yes2", "delete a unknown=false"}, typed.take())
		})
	}
}

// A handler may leave out any of its functions.
func TestHandlersWithoutFunctions(*testing.T) {
	for _, handler := range []ResourceEventHandler{ResourceEventHandlerFuncs{}, ResourceEventHandlerDetailedFuncs{}} {
		handler.OnAdd(passing(1), false)
		handler.OnUpdate(passing(1), passing(2))
		handler.OnDelete(passing(2))
	}
	for _, handler := range []TypedResourceEventHandler[*corev1.ConfigMap]{
		TypedResourceEventHandlerFuncs[*corev1.ConfigMap]{}, TypedResourceEventHandlerDetailedFuncs[*corev1.ConfigMap]{},
	} {
		handler.OnAdd(passing(1), false)
		handler.OnUpdate(passing(1), passing(2))
		handler.OnDelete(DeletedObject[*corev1.ConfigMap]{OptionalObj: passing(2)})
	}
}
