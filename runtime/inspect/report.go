package inspect

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/sharding"
	"github.com/typewright/typewright/runtime/workqueue"
)

// Report is the state of a program at a time. Its JSON is what the page answers to machines. Durations are in seconds.
type Report struct {
	Title string    `json:"title"`
	Time  time.Time `json:"time"`
	// Informers, Controllers, Queues, Elections and Memberships are sorted by name. A name that occurs twice gets a number. The queue
	// of a controller is in Queues, under the controller's name.
	Informers   []Informer       `json:"informers"`
	Controllers []ControllerView `json:"controllers"`
	Queues      []QueueView      `json:"queues"`
	Elections   []Election       `json:"elections"`
	Memberships []Membership     `json:"memberships"`
}

// State is how an informer is doing, in a word.
type State string

// The states of an informer.
const (
	StateSynced  State = "synced"  // the store has what the server has
	StateSyncing State = "syncing" // the first list has not ended
	StateFailing State = "failing" // the last list or watch has failed
	StateStopped State = "stopped" // it has run, and does not now
)

// Informer is an informer.
type Informer struct {
	Name  string `json:"name"`
	State State  `json:"state"`
	// Objects is the number of objects in the store, ResourceVersion the version up to which it has all changes.
	Objects         int    `json:"objects"`
	ResourceVersion string `json:"resourceVersion,omitempty"`
	// EstimatedBytes is how long the objects are as JSON, estimated by [cache.EstimateBytes] from a sample; nil if that cannot be told.
	EstimatedBytes *int64 `json:"estimatedBytes,omitempty"`
	// Shards is set if the informer has a part of the objects only.
	Shards *InformerShards `json:"shards,omitempty"`
	// Reason, Error, Since and Failures tell what is wrong: the kind and the text of the last failure, the time of the first,
	// and how many there were.
	Reason   string     `json:"reason,omitempty"`
	Error    string     `json:"error,omitempty"`
	Since    *time.Time `json:"since,omitempty"`
	Failures int        `json:"failures,omitempty"`
	Handlers []Handler  `json:"handlers"`
}

// InformerShards says which part of the objects an informer has. The shares are from 0 to 1, of all hashes.
type InformerShards struct {
	// Held is the share that the process holds, Ranges which one, and Listed the share of which the store has the objects.
	Held   float64 `json:"heldShare"`
	Listed float64 `json:"listedShare"`
	Ranges string  `json:"ranges"`
	// Filtered is set if the server sends all objects, and the informer leaves out those of others.
	Filtered bool `json:"filtered"`
}

// Handler is a handler of an informer.
type Handler struct {
	Name string `json:"name"`
	// Synced is set once the handler was called with every object of the first list.
	Synced bool `json:"synced"`
	// Queued is the number of events to come, Behind the age of the oldest.
	Queued int     `json:"queued"`
	Behind float64 `json:"behindSeconds"`
}

// QueueView is a queue.
type QueueView struct {
	Name string `json:"name"`
	// Queued items can be handed out, Processing ones are with workers, Waiting ones wait for their time.
	Queued     int    `json:"queued"`
	Processing int    `json:"processing"`
	Waiting    int    `json:"waiting"`
	Adds       uint64 `json:"adds"`
	Retries    uint64 `json:"retries"`
	Dropped    uint64 `json:"dropped"`
	// LatencyP50 and LatencyP99 are how long items were queued: bounds that half of them and 99 of 100 did not exceed.
	LatencyP50 float64 `json:"latencyP50Seconds"`
	LatencyP99 float64 `json:"latencyP99Seconds"`
	// LongestRunning is for how long the slowest worker has had its item.
	LongestRunning float64 `json:"longestRunningSeconds"`
	ShuttingDown   bool    `json:"shuttingDown"`
}

// ControllerView is a controller.
type ControllerView struct {
	Name          string     `json:"name"`
	Running       bool       `json:"running"`
	Success       uint64     `json:"success"`
	Errors        uint64     `json:"errors"`
	Panics        uint64     `json:"panics"`
	LastError     string     `json:"lastError,omitempty"`
	LastErrorTime *time.Time `json:"lastErrorTime,omitempty"`
	// Waiting are the objects that wait until the caches have seen what their last reconcile wrote: the hundred that have waited
	// longest, the longest first. WaitingTotal counts all of them. TimedOut counts waits that ended without that.
	Waiting      []WaitingObject `json:"waiting"`
	WaitingTotal int             `json:"waitingTotal"`
	TimedOut     uint64          `json:"timedOut"`
}

// maxWaiting bounds the objects of a controller that a report lists.
const maxWaiting = 100

// WaitingObject is an object that waits for the caches.
type WaitingObject struct {
	Key      string    `json:"key"`
	Since    time.Time `json:"since"`
	Deadline time.Time `json:"deadline"`
}

// Election is an election in which the program is a candidate.
type Election struct {
	Name string `json:"name"`
	// Leader is the candidate that leads; empty if none was seen. Leads is set if it is this one.
	Leader string `json:"leader"`
	Leads  bool   `json:"leads"`
}

// Membership is a group of replicas that share objects, as this one sees it. The shares are from 0 to 1, of all hashes.
type Membership struct {
	Name string `json:"name"`
	// Held is the share that this replica may handle, and Ranges which one; Claimed is what it waits for, and Leaving what it hands over.
	Held    float64 `json:"heldShare"`
	Ranges  string  `json:"ranges"`
	Claimed float64 `json:"claimedShare"`
	Leaving float64 `json:"leavingShare"`
	// Members are the live replicas, this one included.
	Members []string `json:"members"`
	// Error is why the last exchange with the server failed.
	Error string `json:"error,omitempty"`
}

// Report looks at everything now.
func (i *Inspector) Report() Report {
	report := Report{
		Title: i.opts.Title, Time: time.Now(),
		Informers: []Informer{}, Controllers: []ControllerView{}, Queues: []QueueView{}, Elections: []Election{},
		Memberships: []Membership{},
	}
	for _, informer := range i.informers() {
		if status, ok := cache.StatusOf(informer); ok {
			report.Informers = append(report.Informers, informerOf(informer, status))
		}
	}
	for _, c := range i.opts.Controllers {
		status := c.Status()
		report.Controllers = append(report.Controllers, controllerOf(status))
		report.Queues = append(report.Queues, queueOf(status.Name, status.Queue))
	}
	for _, q := range i.opts.Queues {
		report.Queues = append(report.Queues, queueOf(q.name, q.status()))
	}
	for _, name := range slices.Sorted(maps.Keys(i.opts.Electors)) {
		elector := i.opts.Electors[name]
		report.Elections = append(report.Elections, Election{Name: name, Leader: elector.GetLeader(), Leads: elector.IsLeader()})
	}
	for _, name := range slices.Sorted(maps.Keys(i.opts.Members)) {
		report.Memberships = append(report.Memberships, membershipOf(name, i.opts.Members[name].Status()))
	}
	arrange(report.Informers, func(i *Informer) *string { return &i.Name })
	arrange(report.Controllers, func(c *ControllerView) *string { return &c.Name })
	arrange(report.Queues, func(q *QueueView) *string { return &q.Name })
	return report
}

// arrange sorts views by their names, and numbers those that have one name: "pods" and "pods (2)".
func arrange[T any](views []T, name func(*T) *string) {
	slices.SortStableFunc(views, func(a, b T) int { return cmp.Compare(*name(&a), *name(&b)) })
	last, same := "", 0
	for i := range views {
		if n := name(&views[i]); i > 0 && *n == last {
			same++
			*n = fmt.Sprintf("%s (%d)", last, same+1)
		} else {
			last, same = *n, 0
		}
	}
}

// informers are those of the factories, and the others.
func (i *Inspector) informers() []cache.SharedInformer {
	all := slices.Clone(i.opts.Informers)
	for _, factory := range i.factories {
		for _, informer := range factory.Informers() {
			all = append(all, informer)
		}
	}
	return all
}

func informerOf(informer cache.SharedInformer, status cache.InformerStatus) Informer {
	view := Informer{
		Name: status.Name, State: StateSyncing, Objects: status.Objects, ResourceVersion: status.ResourceVersion, Handlers: []Handler{},
	}
	switch {
	case status.Stopped:
		view.State = StateStopped
	case status.Err != nil:
		view.State = StateFailing
	case status.Synced:
		view.State = StateSynced
	}
	if status.Err != nil {
		view.Reason, view.Error, view.Since, view.Failures = string(status.Reason), status.Err.Error(), &status.Since, status.Failures
	}
	if bytes, ok := cache.EstimateBytes(informer); ok {
		view.EstimatedBytes = &bytes
	}
	if s := status.Shards; s != nil {
		view.Shards = &InformerShards{Held: s.Held.Share(), Listed: s.Listed.Share(), Ranges: s.Held.String(), Filtered: s.Filtered}
	}
	for _, h := range status.Handlers {
		view.Handlers = append(view.Handlers, Handler{Name: h.Name, Synced: h.Synced, Queued: h.Queued, Behind: h.Behind.Seconds()})
	}
	return view
}

func queueOf(name string, status workqueue.Status) QueueView {
	return QueueView{
		Name: name, Queued: status.Queued, Processing: status.Processing, Waiting: status.Waiting,
		Adds: status.Adds, Retries: status.Retries, Dropped: status.Dropped,
		LatencyP50: status.Latency.P50.Seconds(), LatencyP99: status.Latency.P99.Seconds(),
		LongestRunning: status.LongestRunning.Seconds(), ShuttingDown: status.ShuttingDown,
	}
}

func controllerOf(status controller.Status) ControllerView {
	view := ControllerView{
		Name: status.Name, Running: status.Running, Success: status.Counts.Success, Errors: status.Counts.Errors,
		Panics: status.Counts.Panics, Waiting: []WaitingObject{}, WaitingTotal: len(status.Waiting), TimedOut: status.Writes.TimedOut,
	}
	if err := status.Counts.LastError; err != nil {
		view.LastError, view.LastErrorTime = err.Error(), &status.Counts.LastErrorTime
	}
	for _, w := range status.Waiting[:min(maxWaiting, len(status.Waiting))] {
		view.Waiting = append(view.Waiting, WaitingObject{Key: w.Key.String(), Since: w.Since, Deadline: w.Deadline})
	}
	return view
}

func membershipOf(name string, status sharding.Status) Membership {
	view := Membership{
		Name: name, Held: status.Held.Share(), Ranges: status.Held.String(), Claimed: status.Claimed.Share(), Leaving: status.Leaving.Share(),
		Members: append([]string{}, status.Members...),
	}
	if status.Err != nil {
		view.Error = status.Err.Error()
	}
	return view
}
