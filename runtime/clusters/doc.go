// Package clusters follows the objects of many clusters in one process: a handler gets the events of all of them, each with the name of
// its cluster. Clusters come and go while the program runs.
//
//	set := clusters.New[externalversions.SharedInformerFactory](ctx, clusters.Options{})
//	defer set.Shutdown()
//	err := clusters.Handle(set, func(f externalversions.SharedInformerFactory) cache.TypedSharedIndexInformer[*v1beta1.Robot] {
//		return f.Fleet().V1beta1().Robots().TypedInformer()
//	}, clusters.HandlerFuncs[*v1beta1.Robot]{
//		AddFunc: func(cluster string, robot *v1beta1.Robot) { fmt.Println(cluster, robot.Name) },
//	})
//	…
//	err = set.Add("berlin", externalversions.NewSharedInformerFactory(client, 0))
//	…
//	set.Remove("berlin")
//
// Each cluster has a factory of its own, with a client of its own, so a cluster that is down delays no other. Status says which are
// behind, and why.
package clusters
