package cache

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/resourceversion"
)

// WaitForObject waits until an informer's store has an object as a write returned it, or what came after it: a later
// state, or its end. So a controller reads its own writes:
//
//	pod, err := client.Pods(ns).Update(ctx, pod, metav1.UpdateOptions{})
//	…
//	err = cache.WaitForObject(ctx, informer, pod)
//
// The wait ends when the stored object, or everything that the informer has seen, bookmarks included, is as new as the
// object's resource version. It ends with the cause of ctx when that ends first; give it a deadline: an informer that does
// not select the object hears of its version only by chance. Where the informer cannot list or watch, the error says why: a
// [*FailureError] is in it. Versions that cannot be compared are an error.
func WaitForObject(ctx context.Context, informer SharedInformer, obj metav1.Object) error {
	key, version := MetaObjectToName(obj).String(), obj.GetResourceVersion()
	return waitForVersion(ctx, informer, version, func() (bool, error) {
		stored, exists, err := informer.GetStore().GetByKey(key)
		if err != nil || !exists {
			return false, err
		}
		return reached(versionOf(stored), version)
	})
}

// WaitForResourceVersion waits until an informer's store has seen everything up to a resource version of its resource,
// such as that of a list or of a deleted object. For the rest it is as WaitForObject.
func WaitForResourceVersion(ctx context.Context, informer SharedInformer, resourceVersion string) error {
	return waitForVersion(ctx, informer, resourceVersion, func() (bool, error) { return false, nil })
}

// changesPollPeriod is how often an informer is looked at that does not tell of its changes.
const changesPollPeriod = 50 * time.Millisecond

func waitForVersion(ctx context.Context, informer SharedInformer, version string, sooner func() (bool, error)) error {
	if _, err := resourceversion.CompareResourceVersion(version, version); err != nil {
		return fmt.Errorf("cannot wait for resource version %q: %w", version, err)
	}
	for {
		changes, release := changesOf(informer)
		done, err := sooner()
		if err == nil && !done {
			done, err = reached(informer.GetStore().LastStoreSyncResourceVersion(), version)
		}
		if err != nil || done {
			release()
			return err
		}
		select {
		case <-ctx.Done():
			release()
			if why := whyOf(informer); why != nil {
				return fmt.Errorf("the cache has not seen resource version %s: %w: %w", version, context.Cause(ctx), why)
			}
			return fmt.Errorf("the cache has not seen resource version %s: %w", version, context.Cause(ctx))
		case <-changes:
			release()
		}
	}
}

// changesOf returns what tells that an informer may have changed.
func changesOf(informer SharedInformer) (changes <-chan struct{}, release func()) {
	if tells, ok := unwrapped(informer).(interface{ Changes() <-chan struct{} }); ok {
		return tells.Changes(), func() {}
	}
	soon := make(chan struct{})
	timer := time.AfterFunc(changesPollPeriod, func() { close(soon) })
	return soon, func() { timer.Stop() }
}

// reached reports whether a version is as new as another. None has reached nothing.
func reached(version, wanted string) (bool, error) {
	if version == "" {
		return false, nil
	}
	order, err := resourceversion.CompareResourceVersion(version, wanted)
	if err != nil {
		return false, fmt.Errorf("cannot compare resource versions %q and %q: %w", version, wanted, err)
	}
	return order >= 0, nil
}
