// Package watchlist turns options of a list into those of a watch that streams the same list (WatchList, KEP-3157). Informers do
// this by themselves; the package is for clients that list.
package watchlist

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/internalversion"
	"k8s.io/apimachinery/pkg/apis/meta/internalversion/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/typewright/typewright/runtime/internal/gates"
)

// PrepareWatchListOptionsFromListOptions returns the options of a watch that streams what a list with the given options returns,
// and whether there are such. There are none for a page of a list, for a list of an exact version, for options that a server
// refuses, and if the feature gate WatchListClient is off. A selector that cannot be read is an error.
func PrepareWatchListOptionsFromListOptions(listOptions metav1.ListOptions) (metav1.ListOptions, bool, error) {
	none := metav1.ListOptions{}
	if !gates.WatchListClient() {
		return none, false, nil
	}
	if _, err := labels.Parse(listOptions.LabelSelector); err != nil {
		return none, false, fmt.Errorf("label selector: %w", err)
	}
	if _, err := fields.ParseSelector(listOptions.FieldSelector); err != nil {
		return none, false, fmt.Errorf("field selector: %w", err)
	}
	// A server ignores the limit of a list that may be of any version, so it is no page.
	isPage := listOptions.Limit > 0 && listOptions.ResourceVersion != "0"
	if isPage || listOptions.ResourceVersionMatch == metav1.ResourceVersionMatchExact || !isValid(listOptions) {
		return none, false, nil
	}
	streams := true
	watch := listOptions
	watch.Limit = 0
	watch.ResourceVersionMatch = metav1.ResourceVersionMatchNotOlderThan
	watch.Watch = true
	watch.AllowWatchBookmarks = true
	watch.SendInitialEvents = &streams
	if !isValid(watch) {
		return none, false, nil
	}
	return watch, true, nil
}

// isValid applies a server's rules, in which selectors play no part.
func isValid(options metav1.ListOptions) bool {
	return len(validation.ValidateListOptions(&internalversion.ListOptions{
		Watch:                options.Watch,
		AllowWatchBookmarks:  options.AllowWatchBookmarks,
		ResourceVersion:      options.ResourceVersion,
		ResourceVersionMatch: options.ResourceVersionMatch,
		TimeoutSeconds:       options.TimeoutSeconds,
		Limit:                options.Limit,
		Continue:             options.Continue,
		SendInitialEvents:    options.SendInitialEvents,
	}, true)) == 0
}

// DoesClientNotSupportWatchListSemantics tells whether a client says that it cannot stream lists, by a method
// IsWatchListSemanticsUnSupported that returns true. Fake clients have it.
func DoesClientNotSupportWatchListSemantics(client any) bool {
	return gates.RefusesWatchList(client)
}
