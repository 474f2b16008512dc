// Package metrics is where a program hooks its metrics into the clients of this module: how long requests take and wait,
// how they end, how often they are sent again, what transports, certificates and exec plugins do. The names are those of
// client-go's tools/metrics.
//
// A program calls [Register] once, before it makes the first client. Metrics that it leaves nil are not computed at all.
package metrics
