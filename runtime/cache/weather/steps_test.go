package weather

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/apitest"
)

// pickKey picks a key of a map, the same for the same state of rng.
func pickKey[V any](rng *rand.Rand, m map[string]V) string {
	keys := slices.Sorted(maps.Keys(m))
	return keys[rng.IntN(len(keys))]
}

// upTo returns a duration of less than limit, at the pace of the schedule.
func (w *world) upTo(limit time.Duration) time.Duration {
	return time.Duration(w.rng.Int64N(int64(limit)) / w.pace)
}

// act does one step of the schedule.
func (w *world) act() {
	actions := []struct {
		weight int
		do     func()
	}{
		{30, func() { w.writes(1 + w.rng.IntN(20)) }},
		{5, w.storm},
		{25, w.inject},
		{15, w.pass},
		{6, w.cut},
		{5, w.endWatches},
		{8, w.restart},
		{2, w.forget},
		{3, w.backup},
		{3, w.otherWrites},
		{3, func() { w.addHandler(0) }},
		{1, func() { w.addHandler(w.upTo(300 * time.Millisecond)) }},
		{2, w.removeHandler},
		{2, w.addIndex},
	}
	total := 0
	for _, a := range actions {
		total += a.weight
	}
	at := w.rng.IntN(total)
	for _, a := range actions {
		if at -= a.weight; at < 0 {
			a.do()
			return
		}
	}
}

// namespaces returns two namespaces that every server has.
func namespaces() []string { return []string{"default", "kube-system"} }

func (w *world) someKey() (namespace, name string) {
	return namespaces()[w.rng.IntN(2)], fmt.Sprintf("object-%02d", w.rng.IntN(30))
}

func (w *world) nextValue() string {
	w.values++
	return fmt.Sprintf("value-%d", w.values)
}

func (w *world) newObject(namespace, name string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{"group": strconv.Itoa(w.rng.IntN(4))}},
		Data:       map[string]string{"value": w.nextValue()},
	}
}

// writes creates, updates and deletes objects.
func (w *world) writes(n int) {
	w.step("%d writes", n)
	for range n {
		namespace, name := w.someKey()
		if w.truth.get(namespace+"/"+name) != nil && w.rng.IntN(4) == 0 {
			w.remove(namespace, name)
			continue
		}
		w.put(w.newObject(namespace, name))
	}
}

// put creates or updates an object.
func (w *world) put(obj *corev1.ConfigMap) {
	write := func() (*corev1.ConfigMap, error) {
		return w.writers[obj.Namespace].Create(w.t.Context(), obj, metav1.CreateOptions{})
	}
	if w.truth.get(keyOf(obj)) != nil {
		write = func() (*corev1.ConfigMap, error) {
			return w.writers[obj.Namespace].Update(w.t.Context(), obj, metav1.UpdateOptions{})
		}
	}
	if err := w.truth.written(write); err != nil {
		w.fail("write %s: %v", keyOf(obj), err)
	}
}

func (w *world) remove(namespace, name string) {
	err := w.truth.deleted(namespace+"/"+name, func() error {
		return w.writers[namespace].Delete(w.t.Context(), name, metav1.DeleteOptions{})
	})
	if err != nil {
		w.fail("delete %s/%s: %v", namespace, name, err)
	}
}

// storm writes from several sides at once.
func (w *world) storm() {
	w.step("storm")
	var writers sync.WaitGroup
	for i := range 4 {
		var objects []*corev1.ConfigMap
		for range 10 {
			objects = append(objects, w.newObject(namespaces()[i%2], fmt.Sprintf("storm-%d", i)))
		}
		writers.Go(func() {
			for _, obj := range objects {
				w.put(obj)
			}
		})
	}
	writers.Wait()
}

// otherWrites changes another resource: the version of the server rises, and only bookmarks report it.
func (w *world) otherWrites() {
	w.step("writes of another resource")
	w.writeOthers(5)
}

func (w *world) writeOthers(n int) {
	for range n {
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{GenerateName: "other-"}}
		if _, err := w.others.Create(w.t.Context(), secret, metav1.CreateOptions{}); err != nil {
			w.fail("write a secret: %v", err)
		}
	}
}

func (w *world) inject() {
	fault := apitest.Fault{
		Verbs:    [][]string{{"list"}, {"watch"}, {"list", "watch"}}[w.rng.IntN(3)],
		Resource: "configmaps",
		Skip:     w.rng.IntN(2), Times: 1 + w.rng.IntN(4),
	}
	e := someEffect(w.rng, w.upTo)
	fault.Do = e.do
	w.step("fault of %v, skip %d, %d times: %s", fault.Verbs, fault.Skip, fault.Times, e.name)
	w.server.Inject(fault)
}

// pass lets time pass.
func (w *world) pass() {
	d := w.upTo(90_000 * time.Millisecond)
	w.step("%v pass", d)
	time.Sleep(d)
}

func (w *world) cut() {
	w.step("cut all connections")
	w.server.Cut()
}

func (w *world) endWatches() {
	w.step("end all watches")
	w.server.EndWatches()
}

func (w *world) forget() {
	w.step("forget history")
	w.server.ForgetHistory()
}

func (w *world) backup() {
	if w.pace > 1 {
		return // waiting until versions that go back are noticed takes too long in real time
	}
	w.step("backup")
	w.backups = append(w.backups, backup{w.server.Snapshot(), w.truth.save()})
}

func (w *world) restart() {
	opts := apitest.RestartOptions{
		Down:          w.upTo(10_000 * time.Millisecond),
		ForgetHistory: w.rng.IntN(2) == 0,
	}
	if len(w.backups) > 0 && w.rng.IntN(2) == 0 {
		i := w.rng.IntN(len(w.backups))
		b := w.backups[i]
		w.backups = w.backups[:i+1] // the server no longer has the history of later backups
		w.step("restart from a backup, %v down", opts.Down)
		opts.Restore = b.server
		w.restored.Store(true)
		w.truth.restore(b.live)
	} else {
		w.step("restart, %v down, history forgotten: %v", opts.Down, opts.ForgetHistory)
	}
	if err := w.server.Restart(opts); err != nil {
		w.fail("restart: %v", err)
	}
	if opts.Restore != nil {
		w.awaitReturn()
	}
}

// seen returns the version that the informer has seen.
func (w *world) seen() uint64 {
	version, _ := strconv.ParseUint(w.informer.LastSyncResourceVersion(), 10, 64)
	return version
}

// serverVersion returns the version of the server's last change.
func (w *world) serverVersion() uint64 {
	list, err := w.others.List(w.t.Context(), metav1.ListOptions{})
	if err != nil {
		w.fail("list secrets: %v", err)
	}
	version, _ := strconv.ParseUint(list.ResourceVersion, 10, 64)
	return version
}

// awaitReturn lets the informer notice that versions have gone back before the server reaches the informer's version again;
// after that no client could tell. Before it waits, it makes other changes with versions that the informer has already seen.
func (w *world) awaitReturn() {
	if ahead := int(w.seen()) - int(w.serverVersion()); ahead > 1 {
		w.writes(min(ahead-1, 1+w.rng.IntN(20)))
	}
	for range 200 {
		w.rest()
		if w.seen() <= w.serverVersion() && len(differences("", w.stored(), "", w.truth.save())) == 0 {
			return
		}
		time.Sleep(5 * time.Second / time.Duration(w.pace))
	}
}
