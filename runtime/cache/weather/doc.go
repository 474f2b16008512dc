// Package weather tests informers of package cache under fault schedules: random sequences of faults between an informer and
// its server ("weather"), made from a seed. It has tests only.
//
// The steps of a schedule are writes, faults ([github.com/typewright/typewright/runtime/apitest]), cut connections, restarts
// with and without history or with older versions, and handlers and indexes that are added and removed. After each step,
// when all goroutines are idle, the indexes must match the store, and the events that each handler got must be in a legal
// order and add up to the store. After the last fault the store must equal the server within the time that backoff allows.
// From then on each change must arrive at once, exactly as it was made, without another list.
//
// Schedules run in testing/synctest, so hours pass in milliseconds; some run over sockets, in real time.
//
//	go test ./runtime/cache/weather                                  100 schedules
//	go test ./runtime/cache/weather -weather.schedules=500           more of them ("hack/long.sh faults")
//	go test ./runtime/cache/weather -run TestSchedules -weather.seed=17 -weather.schedules=1 -v
//
// The last command replays the schedule of a seed and prints its steps. The steps are the same each time; the interleaving
// of goroutines within a step is not.
//
// TestPlantedDefects checks the tests: it builds them against copies of the cache's sources with one defect each
// (go build -overlay), and each defect must be found.
package weather
