// Command listers reads from a lister that is given to it.
package main

import (
	listers "github.com/typewright/typewright/generated/listers/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/cache"
)

func main() {
	robots := listers.NewRobotLister(cache.NewIndexer(cache.MetaNamespaceKeyFunc, nil))
	_, _ = robots.Robots("north").Get("a")     // needs list, watch robots
	_, _ = listers.NewSiteLister(nil).Get("a") // needs list, watch sites; open: no client of Site tells its resource: sites is a guess
}
