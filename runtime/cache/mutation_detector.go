package cache

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
)

// MutationDetector finds out who does not treat a cache as read-only: it keeps a copy of each object for some minutes
// and compares. It costs the memory and the time of that: for tests and for hunting a defect.
type MutationDetector interface {
	// AddObject begins to watch an object; what is no runtime.Object is not watched.
	AddObject(obj interface{})
	// Run compares from time to time until the channel is closed.
	Run(stopCh <-chan struct{})
}

// mutationDetectorVariable is the environment variable that turns mutation detectors on, in every informer.
const mutationDetectorVariable = "KUBE_CACHE_MUTATION_DETECTOR"

// NewCacheMutationDetector returns a MutationDetector that panics when it finds something, where the environment variable
// KUBE_CACHE_MUTATION_DETECTOR is true, and else one that does nothing. Informers without a detector of their own have
// this one.
func NewCacheMutationDetector(name string) MutationDetector {
	if on, _ := strconv.ParseBool(os.Getenv(mutationDetectorVariable)); !on {
		return noMutationDetector{}
	}
	return NewMutationDetector(MutationDetectorOptions{Name: name})
}

type noMutationDetector struct{}

func (noMutationDetector) AddObject(interface{}) {}

func (noMutationDetector) Run(<-chan struct{}) {}

// MutationDetectorOptions are the options of NewMutationDetector. The zero value is useful.
type MutationDetectorOptions struct {
	// Name names the cache in messages.
	Name string
	// Period is the time between two comparisons; zero means a second.
	Period time.Duration
	// Retain is how long an object is watched at least, and at most twice as long; zero means two minutes.
	Retain time.Duration
	// OnMutation is told which object was changed, and which fields of it: their paths, not their values, which may be
	// secret. Nil panics, since whatever the program does from then on is built on sand.
	OnMutation func(message string)
}

// For returns a detector with these options for a cache; the options' own name wins over the cache's. Nil options return
// nil, with which the informer has the detector of NewCacheMutationDetector.
func (o *MutationDetectorOptions) For(cacheName string) MutationDetector {
	if o == nil {
		return nil
	}
	opts := *o
	if opts.Name == "" {
		opts.Name = cacheName
	}
	return NewMutationDetector(opts)
}

// NewMutationDetector returns a MutationDetector.
func NewMutationDetector(opts MutationDetectorOptions) MutationDetector {
	if opts.Period <= 0 {
		opts.Period = time.Second
	}
	if opts.Retain <= 0 {
		opts.Retain = 2 * time.Minute
	}
	if opts.OnMutation == nil {
		opts.OnMutation = func(message string) { panic(message) }
	}
	return &mutationDetector{opts: opts}
}

// watched is an object and what it was like.
type watched struct{ object, copied runtime.Object }

type mutationDetector struct {
	opts MutationDetectorOptions

	mu sync.Mutex
	// current are the objects since the last rotation, previous those before.
	current, previous []watched
}

func (d *mutationDetector) AddObject(obj interface{}) {
	object, ok := obj.(runtime.Object)
	if !ok {
		return
	}
	w := watched{object, object.DeepCopyObject()}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.current = append(d.current, w)
}

func (d *mutationDetector) Run(stopCh <-chan struct{}) {
	ticker := time.NewTicker(d.opts.Period)
	defer ticker.Stop()
	rotated := time.Now()
	for {
		d.compare()
		if time.Since(rotated) > d.opts.Retain {
			d.rotate()
			rotated = time.Now()
		}
		select {
		case <-stopCh:
			d.compare()
			return
		case <-ticker.C:
		}
	}
}

func (d *mutationDetector) rotate() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.current, d.previous = nil, d.current
}

// compare reports each changed object once.
func (d *mutationDetector) compare() {
	d.mu.Lock()
	var found []watched
	changed := func(w watched) bool {
		if reflect.DeepEqual(w.object, w.copied) {
			return false
		}
		found = append(found, w)
		return true
	}
	d.current = slices.DeleteFunc(d.current, changed)
	d.previous = slices.DeleteFunc(d.previous, changed)
	d.mu.Unlock()
	for _, w := range found {
		d.opts.OnMutation(d.message(w))
	}
}

func (d *mutationDetector) message(w watched) string {
	name, err := ObjectToName(w.copied)
	what := name.String()
	if err != nil {
		what = "an object"
	}
	message := fmt.Sprintf("cache %s: %T %s was modified, though what a cache hands out is read-only: change a DeepCopy of it instead", d.opts.Name, w.object, what)
	if paths := changedPaths("", asTree(w.copied), asTree(w.object)); len(paths) > 0 {
		message += "; changed: " + strings.Join(paths, ", ")
	}
	return message
}

// asTree is an object as maps and lists; nil where it cannot be written as JSON.
func asTree(obj runtime.Object) any {
	var tree any
	if text, err := json.Marshal(obj); err == nil {
		_ = json.Unmarshal(text, &tree)
	}
	return tree
}

// changedPaths returns the paths at which two trees differ, sorted.
func changedPaths(path string, was, is any) []string {
	if reflect.DeepEqual(was, is) {
		return nil
	}
	before, wasMap := was.(map[string]any)
	after, isMap := is.(map[string]any)
	if !wasMap || !isMap {
		return []string{path}
	}
	var paths []string
	for key := range before {
		paths = append(paths, changedPaths(path+"."+key, before[key], after[key])...)
	}
	for key := range after {
		if _, was := before[key]; !was {
			paths = append(paths, path+"."+key)
		}
	}
	slices.Sort(paths)
	return paths
}
