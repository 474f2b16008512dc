// Command informers reads caches.
package main

import (
	"k8s.io/apimachinery/pkg/labels"

	"github.com/typewright/typewright/apis/fleet/v1alpha1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/informers/externalversions"
	informers "github.com/typewright/typewright/generated/informers/externalversions/fleet/v1beta1"
	telemetry "github.com/typewright/typewright/generated/informers/externalversions/telemetry/v1"
	listers "github.com/typewright/typewright/generated/listers/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/rest"
)

type reader struct{ sites listers.SiteLister }

func (r reader) read() {
	_, _ = r.sites.List(labels.Everything()) // needs list, watch sites
}

func main() {
	client := versioned.NewForConfigOrDie(&rest.Config{})
	factory := externalversions.NewSharedInformerFactory(client, 0)
	_ = factory.Fleet().V1beta1().Robots().Informer()                             // needs list, watch robots
	reader{factory.Fleet().V1beta1().Sites().Lister()}.read()                     // needs list, watch sites
	_, _ = factory.ForResource(v1alpha1.SchemeGroupVersion.WithResource("sites")) // needs list, watch sites
	_ = informers.NewRobotInformer(client, "", 0, cache.Indexers{})               // needs list, watch robots
	_ = factory.Telemetry().V1()                                                  // asks for no informer
	_ = telemetry.New
}
