// Package unseen keeps what requests have written until informers have seen it.
package unseen

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/resourceversion"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/rest"
)

// Object names what was written, whatever the version of its API. The name is empty for a write of any object.
type Object struct {
	Resource schema.GroupResource
	Key      cache.ObjectName
}

// Writes holds for each object what informers have to see of it. It is not safe for concurrent use.
type Writes map[Object]rest.Write

// Add adds a write. Requests that are sent at the same time may be added in any order.
func (w Writes) Add(write rest.Write) {
	of := Object{write.Resource.GroupResource(), cache.NewObjectName(write.Namespace, write.Name)}
	if before, again := w[of]; again {
		write = merge(before, write)
	}
	w[of] = write
}

// merge returns what to wait for after two writes of an object.
func merge(before, after rest.Write) rest.Write {
	if before.UID != "" && after.UID != "" && before.UID != after.UID || before.Unknown {
		return after
	}
	order, err := resourceversion.CompareResourceVersion(before.ResourceVersion, after.ResourceVersion)
	if err == nil && order > 0 || after.ResourceVersion == "" {
		after.ResourceVersion = before.ResourceVersion
	}
	after.Deleted = after.Deleted || before.Deleted && before.UID != "" && before.UID == after.UID
	return after
}

// Unknown returns the writes whose effect is not known, nil if there are none.
func (w Writes) Unknown() Writes {
	var unknown Writes
	for of, write := range w {
		if write.Unknown {
			if unknown == nil {
				unknown = Writes{}
			}
			unknown[of] = write
		}
	}
	return unknown
}

// Settled puts what the server has of an object in place of a write whose effect was not known. A later write of it stays.
func (w Writes) Settled(of Object, write rest.Write) {
	if w[of].Unknown {
		w[of] = write
	}
}

// Forget removes what all informers that follow it have seen; one that nobody follows any more is seen. Versions that cannot be compared
// count as seen, and it returns how many it has met.
func (w Writes) Forget(informers []cache.SharedInformer) (incomparable uint64) {
	for of, write := range w {
		if write.Unknown {
			continue
		}
		seen := true
		for _, informer := range Followers(informers, of.Resource, write.Namespace) {
			if seen = has(informer.GetStore(), of, write, &incomparable); !seen {
				break
			}
		}
		if seen {
			delete(w, of)
		}
	}
	return incomparable
}

// Followers returns those of some informers that follow a resource in a namespace.
func Followers(informers []cache.SharedInformer, resource schema.GroupResource, namespace string) []cache.SharedInformer {
	var followers []cache.SharedInformer
	for _, informer := range informers {
		if cache.Follows(informer, resource, namespace) {
			followers = append(followers, informer)
		}
	}
	return followers
}

// has reports whether a store has a write. The version comes before the object: an object that is not there yet, together with a
// later version, would look like one that is gone.
func has(store cache.Store, of Object, w rest.Write, incomparable *uint64) bool {
	reached := w.ResourceVersion == "" || atLeast(store.LastStoreSyncResourceVersion(), w.ResourceVersion, incomparable)
	item, _, _ := store.GetByKey(of.Key.String()) // a store of an informer has no other error than a key of none
	obj, exists := item.(metav1.Object)
	if !reached && (!exists || !atLeast(obj.GetResourceVersion(), w.ResourceVersion, incomparable)) {
		return false
	}
	return !w.Deleted || !exists || obj.GetDeletionTimestamp() != nil || w.UID != "" && obj.GetUID() != w.UID
}

// atLeast compares versions. Those that cannot be compared are counted.
func atLeast(version, wanted string, incomparable *uint64) bool {
	if version == "" {
		return false
	}
	order, err := resourceversion.CompareResourceVersion(version, wanted)
	if err != nil {
		*incomparable++
	}
	return err != nil || order >= 0
}

// Describe returns a line for each write.
func (w Writes) Describe() []string {
	var lines []string
	for of, write := range w {
		lines = append(lines, fmt.Sprintf("%s %s: version %q, deleted %t, unknown %t",
			of.Resource, of.Key, write.ResourceVersion, write.Deleted, write.Unknown))
	}
	slices.Sort(lines)
	return lines
}
