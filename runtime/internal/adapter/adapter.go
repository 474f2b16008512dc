// Package adapter reads lists and watches as apimachinery returns them, for consumers that are called with each item and
// each event.
package adapter

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

// ListMeta returns the metadata of a list.
func ListMeta(list runtime.Object) (metav1.ListMeta, error) {
	accessor, err := meta.ListAccessor(list)
	if err != nil {
		return metav1.ListMeta{}, fmt.Errorf("a list without list metadata (%T): %w", list, err)
	}
	return metav1.ListMeta{
		ResourceVersion:    accessor.GetResourceVersion(),
		Continue:           accessor.GetContinue(),
		RemainingItemCount: accessor.GetRemainingItemCount(),
		ShardInfo:          shardInfo(accessor),
	}, nil
}

// shardInfo returns what a server says of the part of the objects that it has selected; nil if it has not.
func shardInfo(list metav1.ListInterface) *metav1.ShardInfo {
	switch list := list.(type) {
	case metav1.ShardedListInterface:
		return list.GetShardInfo()
	case *unstructured.UnstructuredList:
		if selector, found, err := unstructured.NestedString(list.Object, "metadata", "shardInfo", "selector"); found && err == nil {
			return &metav1.ShardInfo{Selector: selector}
		}
	}
	return nil
}

// EachItem calls each with every item of a list. It copies the items out of the list's array, so that a reference to one
// object does not keep the others in memory.
func EachItem(list runtime.Object, each func(runtime.Object) error) (metav1.ListMeta, error) {
	listMeta, err := ListMeta(list)
	if err != nil {
		return listMeta, err
	}
	return listMeta, meta.EachListItemWithAlloc(list, each)
}

// EachEvent calls opened, unless it is nil, and then each with every event of a watch, all in the calling goroutine. It stops
// the watch when it returns: with nil after the server has closed the stream, with context.Cause(ctx) after ctx has ended, with the server's status after
// an ERROR event, or with the error of each.
func EachEvent(ctx context.Context, watcher watch.Interface, opened func(), each func(watch.Event) error) error {
	defer watcher.Stop()
	if opened != nil {
		opened()
	}
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case event, open := <-watcher.ResultChan():
			if !open {
				return context.Cause(ctx)
			}
			if event.Type == watch.Error {
				return apierrors.FromObject(event.Object)
			}
			if err := each(event); err != nil {
				return err
			}
		}
	}
}

// EndsInitialEvents reports whether a bookmark ends the initial events of a streamed list (KEP-3157, WatchList).
func EndsInitialEvents(bookmark metav1.Object) bool {
	return bookmark.GetAnnotations()[metav1.InitialEventsAnnotationKey] == "true"
}
