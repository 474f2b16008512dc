package watchlist_test

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/watchlist"
)

// A list of everything can be streamed; a page of a list cannot.
func Example() {
	for _, list := range []metav1.ListOptions{{LabelSelector: "app=web"}, {Limit: 500}} {
		options, ok, err := watchlist.PrepareWatchListOptionsFromListOptions(list)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(ok, options.Watch, options.LabelSelector)
	}
	// Output:
	// true true app=web
	// false false
}
