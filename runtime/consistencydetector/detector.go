// Package consistencydetector compares what a stream of a list held with an ordinary list of the same version, to find faults of
// servers in test runs. Informers do not use it.
package consistencydetector

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"
)

// retryInterval is the pause between lists that fail.
const retryInterval = time.Second

// RetrieveItemsFunc returns the objects to check.
type RetrieveItemsFunc[U any] func() []U

// ListFunc lists.
type ListFunc[T runtime.Object] func(ctx context.Context, options metav1.ListOptions) (T, error)

// TransformFunc changes an object of the list as those to check were changed.
type TransformFunc func(interface{}) (interface{}, error)

// IsDataConsistencyDetectionForWatchListEnabled tells whether the environment asks for the check: KUBE_WATCHLIST_INCONSISTENCY_DETECTOR
// is true. A test may decide otherwise; see [SetDataConsistencyDetectionForWatchListEnabledForTest].
func IsDataConsistencyDetectionForWatchListEnabled() bool {
	if decided := forTest.Load(); decided != nil {
		return *decided
	}
	enabled, err := strconv.ParseBool(os.Getenv("KUBE_WATCHLIST_INCONSISTENCY_DETECTOR"))
	return err == nil && enabled
}

// SetDataConsistencyDetectionForWatchListEnabledForTest decides for a test whether the check is asked for. The function that it
// returns takes that back.
func SetDataConsistencyDetectionForWatchListEnabledForTest(enabled bool) func() {
	before := forTest.Swap(&enabled)
	return func() { forTest.Store(before) }
}

// CheckDataConsistency lists the version that was synced last, with the given options, and compares the result with the items by
// their UIDs. It panics if they differ, or if an item is no object of Kubernetes. It repeats a list that fails every second until ctx
// ends, and returns without a check if it ends, or if no list has that version: one that continues another, and of version "0".
// identity, if not empty, is the name of the logger.
func CheckDataConsistency[T runtime.Object, U any]( //nolint:revive // the drop-in signature
	ctx context.Context, identity, lastSyncedResourceVersion string, listFn ListFunc[T], listItemTransformFunc TransformFunc,
	listOptions metav1.ListOptions, retrieveItemsFn RetrieveItemsFunc[U],
) {
	logger := klog.FromContext(ctx)
	if identity != "" {
		logger = klog.LoggerWithName(logger, identity)
	}
	if listOptions.Continue != "" || lastSyncedResourceVersion == "0" {
		logger.V(4).Info("No list has exactly this version; the data is not checked", "resourceVersion", lastSyncedResourceVersion)
		return
	}
	logger.Info("Warning: checking the data costs another list", "resourceVersion", lastSyncedResourceVersion)
	items := must(sortedObjects(retrieveItemsFn()))
	// A cache ignores the limit of a list of any version, and etcd does not.
	if listOptions.ResourceVersion == "0" && int64(len(items)) > listOptions.Limit {
		listOptions.Limit = 0
	}
	listOptions.ResourceVersion = lastSyncedResourceVersion
	listOptions.ResourceVersionMatch = metav1.ResourceVersionMatchExact

	var list runtime.Object
	err := wait.PollUntilContextCancel(ctx, retryInterval, true, func(ctx context.Context) (done bool, err error) {
		if list, err = listFn(ctx, listOptions); err != nil {
			logger.Info("Cannot list; trying again", "err", err)
		}
		return err == nil, nil
	})
	if err != nil {
		logger.Error(err, "The data was not checked, because no list succeeded in time")
		return
	}
	listed := must(transformed(list, listItemTransformFunc))
	if !reflect.DeepEqual(listed, items) {
		logger.Info("The data differs from a list of the same version", "listed", len(listed), "items", len(items), "first", difference(listed, items))
		panic(fmt.Sprintf("data inconsistency detected for %s, panicking!", identity))
	}
}

// difference is the first object that only one of both has, or that differs between them.
func difference(a, b []metav1.Object) klog.ObjectRef {
	shorter, longer := a, b
	if len(shorter) > len(longer) {
		shorter, longer = longer, shorter
	}
	for i, object := range shorter {
		if !reflect.DeepEqual(object, longer[i]) {
			return klog.KObj(object)
		}
	}
	return klog.KObj(longer[len(shorter)])
}

// transformed returns the items of a list in the order of their UIDs.
func transformed(list runtime.Object, transform TransformFunc) ([]metav1.Object, error) {
	items, err := meta.ExtractListWithAlloc(list)
	if err != nil {
		return nil, err
	}
	results := make([]any, len(items))
	for i, item := range items {
		results[i] = item
		if transform == nil {
			continue
		}
		if results[i], err = transform(item); err != nil {
			return nil, err
		}
	}
	return sortedObjects(results)
}

func sortedObjects[T any](items []T) ([]metav1.Object, error) {
	objects := make([]metav1.Object, len(items))
	for i, item := range items {
		var err error
		if objects[i], err = meta.Accessor(item); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(objects, func(a, b metav1.Object) int { return cmp.Compare(a.GetUID(), b.GetUID()) })
	return objects, nil
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
