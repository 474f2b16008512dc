// Package collector makes Prometheus metrics of what package inspect sees:
//
//	prometheus.MustRegister(collector.New(page))
//
// Each collection looks at the program at that time; nothing is counted between collections that the program does not count
// anyway.
package collector

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/typewright/typewright/runtime/inspect"
)

// metric is a metric and its labels.
type metric struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
}

func gauge(name, help string, labels ...string) metric {
	return metric{prometheus.NewDesc("typewright_"+name, help, labels, nil), prometheus.GaugeValue}
}

func counter(name, help string, labels ...string) metric {
	return metric{prometheus.NewDesc("typewright_"+name, help, labels, nil), prometheus.CounterValue}
}

// collector implements prometheus.Collector.
type collector struct {
	inspector *inspect.Inspector

	synced, failing, failures, objects metric
	bytes, shardHeld, shardListed      metric
	handlerQueued, handlerBehind       metric
	queued, processing, waiting        metric
	adds, retries, dropped, longest    metric
	running, reconciles, holds, gaveUp metric
	leads, groupShare, members         metric
}

// New returns a collector of what the inspector sees. Register it once in each registry.
func New(inspector *inspect.Inspector) prometheus.Collector {
	return &collector{
		inspector: inspector,
		synced:    gauge("informer_synced", "Whether the informer's store has what the server has.", "informer"),
		failing:   gauge("informer_failing_seconds", "For how long the informer has not been able to list or watch; 0 if it is.", "informer", "reason"),
		failures:  gauge("informer_failures", "Failures to list or watch since the informer last worked.", "informer"),
		objects:   gauge("informer_objects", "Objects in the informer's store.", "informer"),

		bytes:       gauge("informer_estimated_bytes", "Size of the objects in the informer's store as JSON, estimated from a sample.", "informer"),
		shardHeld:   gauge("informer_shard_held_ratio", "Part of all hashes that the process holds.", "informer"),
		shardListed: gauge("informer_shard_listed_ratio", "Part of all hashes of which the store has the objects.", "informer"),

		handlerQueued: gauge("informer_handler_queued", "Events that the handler is still to be called with.", "informer", "handler"),
		handlerBehind: gauge("informer_handler_behind_seconds", "Age of the event that the handler is at.", "informer", "handler"),

		queued:     gauge("queue_queued", "Items that can be handed out.", "queue"),
		processing: gauge("queue_processing", "Items that workers have.", "queue"),
		waiting:    gauge("queue_waiting", "Items that wait for their time.", "queue"),
		adds:       counter("queue_adds_total", "Items that were queued.", "queue"),
		retries:    counter("queue_retries_total", "Items that were added with a delay.", "queue"),
		dropped:    counter("queue_dropped_total", "Items that the shut down dropped.", "queue"),
		longest:    gauge("queue_longest_running_seconds", "For how long the slowest worker has had its item.", "queue"),

		running:    gauge("controller_running", "Whether the controller runs.", "controller"),
		reconciles: counter("controller_reconciles_total", "Reconciles by their results.", "controller", "result"),
		holds:      gauge("controller_waiting_objects", "Objects that wait until the caches have seen what was written.", "controller"),
		gaveUp:     counter("controller_wait_timeouts_total", "Waits for the caches that ended at their deadline.", "controller"),

		leads:      gauge("election_leads", "Whether this candidate leads.", "election"),
		groupShare: gauge("group_held_ratio", "Part of all hashes that this member may handle.", "group"),
		members:    gauge("group_members", "Live members of the group.", "group"),
	}
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(descs chan<- *prometheus.Desc) {
	for _, m := range []metric{
		c.synced, c.failing, c.failures, c.objects, c.bytes, c.shardHeld, c.shardListed, c.handlerQueued, c.handlerBehind, c.queued, c.processing,
		c.waiting, c.adds, c.retries, c.dropped, c.longest, c.running, c.reconciles, c.holds, c.gaveUp, c.leads, c.groupShare, c.members,
	} {
		descs <- m.desc
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	report := c.inspector.Report()
	send := func(m metric, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(m.desc, m.kind, value, labels...)
	}
	for _, i := range report.Informers {
		c.informer(send, report, i)
	}
	for _, q := range report.Queues {
		send(c.queued, float64(q.Queued), q.Name)
		send(c.processing, float64(q.Processing), q.Name)
		send(c.waiting, float64(q.Waiting), q.Name)
		send(c.adds, float64(q.Adds), q.Name)
		send(c.retries, float64(q.Retries), q.Name)
		send(c.dropped, float64(q.Dropped), q.Name)
		send(c.longest, q.LongestRunning, q.Name)
	}
	for _, r := range report.Controllers {
		send(c.running, number(r.Running), r.Name)
		send(c.reconciles, float64(r.Success), r.Name, "success")
		send(c.reconciles, float64(r.Errors), r.Name, "error")
		send(c.holds, float64(r.WaitingTotal), r.Name)
		send(c.gaveUp, float64(r.TimedOut), r.Name)
	}
	for _, e := range report.Elections {
		send(c.leads, number(e.Leads), e.Name)
	}
	for _, m := range report.Memberships {
		send(c.groupShare, m.Held, m.Name)
		send(c.members, float64(len(m.Members)), m.Name)
	}
}

func (c *collector) informer(send func(m metric, value float64, labels ...string), report inspect.Report, i inspect.Informer) {
	send(c.synced, number(i.State == inspect.StateSynced), i.Name)
	failing := 0.0
	if i.Since != nil {
		failing = report.Time.Sub(*i.Since).Seconds()
	}
	send(c.failing, failing, i.Name, i.Reason)
	send(c.failures, float64(i.Failures), i.Name)
	send(c.objects, float64(i.Objects), i.Name)
	if i.EstimatedBytes != nil {
		send(c.bytes, float64(*i.EstimatedBytes), i.Name)
	}
	if i.Shards != nil {
		send(c.shardHeld, i.Shards.Held, i.Name)
		send(c.shardListed, i.Shards.Listed, i.Name)
	}
	for _, h := range i.Handlers {
		send(c.handlerQueued, float64(h.Queued), i.Name, h.Name)
		send(c.handlerBehind, h.Behind, i.Name, h.Name)
	}
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
