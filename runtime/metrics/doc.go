// Package metrics connects a program's metrics to the clients of this module: latency and results of requests, retries,
// and the activity of transports, certificates and exec plugins. The names are those of client-go's tools/metrics.
//
//	metrics.Register(metrics.RegisterOpts{RequestLatency: latencies, RequestResult: results}) // before the first client
//
// Call [Register] once, before creating the first client. Metrics that are nil are not computed.
package metrics
