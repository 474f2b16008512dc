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

	"github.com/typewright/typewright/runtime/cache/internal/memory"
)

// MutationDetector finds code that changes the objects of a cache. It keeps a copy of each object for some minutes and
// compares the object with it. That takes memory and time, so it is for tests and for finding a defect.
type MutationDetector interface {
	// AddObject begins to check an object. It ignores obj if it is not a runtime.Object.
	AddObject(obj interface{})
	// Run compares objects periodically, and once more when the channel is closed. Then it returns.
	Run(stopCh <-chan struct{})
}

// mutationDetectorVariable is the environment variable that turns mutation detectors on, in every informer.
const mutationDetectorVariable = "KUBE_CACHE_MUTATION_DETECTOR"

// NewCacheMutationDetector returns a MutationDetector that panics when it finds a change, if the environment variable
// KUBE_CACHE_MUTATION_DETECTOR is true, and otherwise one that does nothing. It is the default of informers.
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
	// Retain is how long an object is checked: at least this long, and about twice as long at most. Zero means two minutes.
	Retain time.Duration
	// OnMutation is called with a message that names the changed object and the paths of the changed fields. It omits their
	// values, which may be secret. Nil means a panic, because the program cannot rely on its cache any more.
	OnMutation func(message string)
}

// For returns a detector with these options for a cache. It is named cacheName unless the options have a name. For nil
// options, it returns nil, which makes an informer use NewCacheMutationDetector.
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

// watched is an object with a copy from the time of AddObject.
type watched struct{ object, copied runtime.Object }

type mutationDetector struct {
	opts MutationDetectorOptions

	mu sync.Mutex
	// current holds the objects that were added since the last rotation, and previous those of the period before.
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
	d.run(stopCh, func() []any { return nil })
}

// run is Run for a cache whose objects may share memory. Messages name the objects of the cache that share what was changed.
func (d *mutationDetector) run(stopCh <-chan struct{}, cached func() []any) {
	ticker := time.NewTicker(d.opts.Period)
	defer ticker.Stop()
	rotated := time.Now()
	for {
		d.compare(cached)
		if time.Since(rotated) > d.opts.Retain {
			d.rotate()
			rotated = time.Now()
		}
		select {
		case <-stopCh:
			d.compare(cached)
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

// compare reports changed objects and stops checking them.
func (d *mutationDetector) compare(cached func() []any) {
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
		d.opts.OnMutation(d.message(w, cached))
	}
}

func (d *mutationDetector) message(w watched, cached func() []any) string {
	what := nameOf(w.copied)
	message := fmt.Sprintf("cache %s: %T %s was modified, though what a cache hands out is read-only: change a DeepCopy of it instead", d.opts.Name, w.object, what)
	if paths := changedPaths("", asTree(w.copied), asTree(w.object)); len(paths) > 0 {
		message += "; changed: " + strings.Join(paths, ", ")
	}
	changed := memory.Changed(w.object, w.copied)
	var sharing []string
	for _, other := range cached() {
		if other != any(w.object) && changed.In(other) {
			sharing = append(sharing, nameOf(other))
		}
	}
	if len(sharing) > 0 {
		slices.Sort(sharing)
		message += "; so were these objects, which share that with it: " + strings.Join(sharing, ", ")
	}
	return message
}

func nameOf(object any) string {
	name, err := ObjectToName(object)
	if err != nil {
		return "an object"
	}
	return name.String()
}

// asTree returns an object as JSON maps and lists, or nil if it cannot be encoded.
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
