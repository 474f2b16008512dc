package inspect_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/typewright/typewright/runtime/inspect"
	"github.com/typewright/typewright/runtime/workqueue"
)

// A program mounts the page beside its other debugging pages. Here it has a queue alone; informer factories and controllers are
// what most programs pass.
func Example() {
	queue := workqueue.NewTyped[string]()
	defer queue.ShutDown()
	queue.Add("ada")

	page, err := inspect.New(inspect.Options{Title: "fleet", Queues: []inspect.Queue{inspect.QueueOf("robots", queue)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("/debug/typewright", page)

	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/debug/typewright?format=json", http.NoBody))
	fmt.Println(answer.Code, page.Report().Queues[0].Queued, "queued")
	// Output: 200 1 queued
}
