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

// writer is the only writer of some objects of a resource, and remembers the possible values of each.
type writer struct {
	resource resource
	rng      *rand.Rand
	objects  []*object
	pause    time.Duration
	counts   *Counts
}

// Counts are how many writes were acknowledged and how many failed.
type Counts struct{ Acknowledged, Failed atomic.Int64 }

// object has what a writer knows of an object. The value "" means that the object does not exist.
type object struct {
	name string
	// acknowledged is the last value that the server confirmed. pending are the values of later writes that failed, each of which the
	// server may or may not have stored.
	acknowledged string
	pending      []string
	// version is the resource version of the acknowledged value.
	version string
	// failedCreates are the values of creations that failed. The server may still carry them out late.
	failedCreates []string
	n             int
}

// allows reports whether the object may have the value.
func (o *object) allows(value string) bool {
	return value == o.acknowledged || slices.Contains(o.pending, value) || slices.Contains(o.failedCreates, value)
}

func newWriter(r resource, id, objects int, seed uint64, counts *Counts) *writer {
	w := &writer{resource: r, rng: rand.New(rand.NewPCG(seed, uint64(id))), pause: 20 * time.Millisecond, counts: counts} //nolint:gosec // no secret
	for i := range objects {
		w.objects = append(w.objects, &object{name: fmt.Sprintf("w%d-%d", id, i)})
	}
	return w
}

// run writes until ctx ends. It finishes a write in progress, because the outcome of a canceled write is not known.
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

// writeTimeout is how long a writer waits for a response.
const writeTimeout = 5 * time.Second

func (w *writer) write(o *object) {
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	if len(o.pending) > 0 && !w.refresh(ctx, o) {
		return
	}
	o.n++
	value := fmt.Sprintf("%s-%d", o.name, o.n)
	switch {
	case o.acknowledged == "":
		version, err := w.resource.create(ctx, o.name, value)
		if err != nil {
			o.failedCreates = append(o.failedCreates, value)
		}
		w.record(o, value, version, err)
	case w.rng.IntN(6) == 0:
		w.record(o, "", "", w.resource.remove(ctx, o.name, o.version))
	default:
		version, err := w.resource.update(ctx, o.name, value, o.version)
		w.record(o, value, version, err)
	}
}

// record remembers the outcome of a write.
func (w *writer) record(o *object, value, version string, err error) {
	if err == nil {
		w.counts.Acknowledged.Add(1)
		o.acknowledged, o.version, o.pending = value, version, nil
		return
	}
	w.counts.Failed.Add(1)
	var status apierrors.APIStatus
	if errors.As(err, &status) && apierrors.IsTooManyRequests(err) {
		return // the server has not carried it out
	}
	// After any other error the object has to be read again. A conflict means that an earlier write was carried out.
	o.pending = append(o.pending, value)
}

// refresh reads an object whose last write failed, and reports whether its value is known again.
func (w *writer) refresh(ctx context.Context, o *object) bool {
	value, version, err := w.resource.get(ctx, o.name)
	switch {
	case apierrors.IsNotFound(err):
		value, version = "", ""
	case err != nil:
		w.counts.Failed.Add(1)
		return false
	}
	if !o.allows(value) {
		return false // the check at the end reports this
	}
	o.acknowledged, o.version, o.pending = value, version, nil
	return true
}
