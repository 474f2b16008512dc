package unseen

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/rest"
)

func robot(version string, change func(*rest.Write)) rest.Write {
	w := rest.Write{
		Resource: schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"}, Namespace: "default", Name: "a",
		UID: "1", ResourceVersion: version,
	}
	change(&w)
	return w
}

func TestTwoWritesOfAnObject(t *testing.T) {
	same := func(*rest.Write) {}
	deleted := func(w *rest.Write) { w.Deleted = true }
	unknown := func(w *rest.Write) { w.Unknown = true }
	other := func(w *rest.Write) { w.UID = "2" }
	for name, test := range map[string]struct{ before, after, want rest.Write }{
		"in order":                  {robot("5", same), robot("6", same), robot("6", same)},
		"out of order":              {robot("6", same), robot("5", same), robot("6", same)},
		"longer is later":           {robot("9", same), robot("10", same), robot("10", same)},
		"without a version":         {robot("6", same), robot("", deleted), robot("6", deleted)},
		"an update and a deletion":  {robot("6", deleted), robot("5", same), robot("6", deleted)},
		"another of the name":       {robot("6", deleted), robot("7", other), robot("7", other)},
		"known after unknown":       {robot("9", unknown), robot("7", same), robot("7", same)},
		"version of another server": {robot("x", same), robot("7", same), robot("7", same)},
	} {
		w := Writes{}
		w.Add(test.before)
		w.Add(test.after)
		assert.Len(t, w, 1, name)
		for _, got := range w {
			assert.Equal(t, test.want, got, name)
		}
	}
}

func TestAWriteThatIsSettled(t *testing.T) {
	w := Writes{}
	w.Add(robot("", func(w *rest.Write) { w.Unknown = true }))
	unknown := w.Unknown()
	assert.Len(t, unknown, 1)
	for of := range unknown {
		w.Settled(of, robot("7", func(*rest.Write) {}))
		assert.Nil(t, w.Unknown())
		w.Settled(of, robot("9", func(*rest.Write) {}))
		assert.Equal(t, "7", w[of].ResourceVersion, "it was settled already")
		assert.Equal(t, []string{`robots.fleet.example.com default/a: version "7", deleted false, unknown false`}, w.Describe())
	}
	assert.Zero(t, w.Forget(nil))
	assert.Empty(t, w, "nothing follows it")
}
