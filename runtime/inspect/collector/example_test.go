package collector_test

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/typewright/typewright/runtime/inspect"
	"github.com/typewright/typewright/runtime/inspect/collector"
	"github.com/typewright/typewright/runtime/workqueue"
)

// A registry collects what the inspector sees; promhttp serves it.
func ExampleNew() {
	queue := workqueue.NewTyped[string]()
	defer queue.ShutDown()
	queue.Add("ada")
	inspector, err := inspect.New(inspect.Options{Queues: []inspect.Queue{inspect.QueueOf("robots", queue)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector.New(inspector))
	families, err := registry.Gather()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, family := range families {
		if family.GetName() == "typewright_queue_queued" {
			fmt.Println(family.GetHelp(), family.GetMetric()[0].GetGauge().GetValue())
		}
	}
	// Output: Items that can be handed out. 1
}
