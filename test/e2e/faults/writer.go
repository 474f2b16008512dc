package faults

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// writer writes to some objects of a resource, alone, and remembers what it knows of each.
type writer struct {
	resource resource
	rng      *rand.Rand
	objects  []*object
	pause    time.Duration
	counts   *Counts
}

// Counts are how many writes were acknowledged and how many failed.
type Counts struct{ Acknowledged, Failed atomic.Int64 }

// object is what a writer knows of an object: absent has the value "".
type object struct {
	name string
	// acknowledged is the last value that the server confirmed, and maybe those that it was asked for since, which it may
	// or may not have stored.
	acknowledged string
	maybe        []string
	// version is that of the acknowledged value; "" means that it has to be read again.
	version string
	// early is values whose creation failed: the server may get round to them late.
	early []string
	n     int
}

// allows reports whether the object may have the value.
func (o *object) allows(value string) bool {
	return value == o.acknowledged || slices.Contains(o.maybe, value) || slices.Contains(o.early, value)
}

func newWriter(r resource, id, objects int, seed uint64, counts *Counts) *writer {
	w := &writer{resource: r, rng: rand.New(rand.NewPCG(seed, uint64(id))), pause: 20 * time.Millisecond, counts: counts} //nolint:gosec // no secret
	for i := range objects {
		w.objects = append(w.objects, &object{name: fmt.Sprintf("w%d-%d", id, i)})
	}
	return w
}

// run writes until ctx ends. A write in progress is finished: half of one tells nothing.
func (w *writer) run(ctx context.Context) {
	for ctx.Err() == nil {
		w.write(w.objects[w.rng.IntN(len(w.objects))])
		select {
		case <-time.After(w.pause):
		case <-ctx.Done():
		}
	}
}

// fill creates all objects.
func (w *writer) fill() {
	for _, o := range w.objects {
		w.write(o)
	}
}

// writeTimeout is how long a writer waits for an answer.
const writeTimeout = 5 * time.Second

func (w *writer) write(o *object) {
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	if len(o.maybe) > 0 && !w.reread(ctx, o) {
		return
	}
	o.n++
	value := fmt.Sprintf("%s-%d", o.name, o.n)
	switch {
	case o.acknowledged == "":
		version, err := w.resource.create(ctx, o.name, value)
		if err != nil {
			o.early = append(o.early, value)
		}
		w.note(o, value, version, err)
	case w.rng.IntN(6) == 0:
		w.note(o, "", "", w.resource.remove(ctx, o.name, o.version))
	default:
		version, err := w.resource.update(ctx, o.name, value, o.version)
		w.note(o, value, version, err)
	}
}

// note remembers what came of a write.
func (w *writer) note(o *object, value, version string, err error) {
	if err == nil {
		w.counts.Acknowledged.Add(1)
		o.acknowledged, o.version, o.maybe = value, version, nil
		return
	}
	w.counts.Failed.Add(1)
	var status apierrors.APIStatus
	if errors.As(err, &status) && apierrors.IsTooManyRequests(err) {
		return // refused before it was looked at
	}
	// Whatever else it was, the state has to be read again. A conflict means that a write of before has come through.
	o.maybe = append(o.maybe, value)
}

// reread finds out what has come of writes that failed.
func (w *writer) reread(ctx context.Context, o *object) bool {
	value, version, err := w.resource.get(ctx, o.name)
	switch {
	case apierrors.IsNotFound(err):
		value, version = "", ""
	case err != nil:
		w.counts.Failed.Add(1)
		return false
	}
	if !o.allows(value) {
		return false // the check at the end tells of it
	}
	o.acknowledged, o.version, o.maybe = value, version, nil
	return true
}
