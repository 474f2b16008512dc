// Package workqueue holds the queues between the handlers of an informer and the workers of a controller. The names are those
// of client-go's util/workqueue.
//
//	queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[cache.ObjectName]())
//	queue.Add(key)            // of a handler
//	queue.AddRateLimited(key) // of a worker that has failed
//
// A queue keeps three promises:
//
//   - An item that is added several times before a worker gets it is handed out once.
//   - No item is handed out to two workers at once. What is added while a worker has the item is handed out again after Done.
//   - Items are handed out in the order in which they were added, unless the queue has priorities or is fair by namespace.
//
// A worker calls Get, does its work, and calls Done:
//
//	for {
//		key, shutdown := queue.Get()
//		if shutdown {
//			return
//		}
//		reconcile(key)
//		queue.Done(key)
//	}
//
// # After shut down
//
// ShutDown lets workers have what is queued and then ends them: Get returns shutdown as soon as nothing is queued. Add, AddAfter
// and AddRateLimited do nothing from then on, and what waits for its time is dropped; Status counts both as Dropped. Done is
// still to be called, and hands out again what was added before the shut down. ShutDownWithDrain does the same and returns when
// no worker has an item; a ShutDown meanwhile ends that wait. Both may be called any number of times and from anywhere but a
// metrics provider.
//
// # Priorities, fairness, status
//
// PriorityQueue is a rate-limiting queue that hands out the highest priority first and, if it is told the namespaces of items,
// takes turns among the namespaces of a priority. EventHandler adds what an informer reports, with LowPriority for objects of
// the initial list and for resyncs, so that a controller that restarts sees changes before it has been through everything.
// StatusOf tells depth and latency of any queue of this package.
package workqueue
