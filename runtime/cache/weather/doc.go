// Package weather holds the weather tests of package cache: seeded schedules of everything that goes wrong between an
// informer and its server. It has no code of its own but for tests.
//
// A schedule is a row of steps made from a seed: writes, faults ([github.com/typewright/typewright/runtime/apitest]),
// cut connections, restarts with and without history and with versions that go back, handlers and indexes that come and go.
// After each step, once everything has come to rest, the indexes must hold what the store holds, and each handler must have
// been told, in a legal order, of exactly what the store holds. When the weather has cleared the store must equal the server,
// within the time that back-off allows; from then on each change must arrive at once, exactly as it was made, and with no
// further list.
//
// Schedules run in the bubbles of testing/synctest, so hours pass in milliseconds; some run over sockets, in real time.
//
//	go test ./runtime/cache/weather                                  100 schedules
//	go test ./runtime/cache/weather -weather.schedules=500           more of them ("make faults")
//	go test ./runtime/cache/weather -run TestSchedules -weather.seed=17 -weather.schedules=1 -v
//
// The last replays the schedule of a seed and prints its steps. The steps are the same each time; how goroutines interleave
// within them is up to the scheduler.
//
// TestPlantedDefects proves that the checks see something: it builds the tests with defects written into copies of the
// sources of the cache (go build -overlay), and each must be found.
package weather
