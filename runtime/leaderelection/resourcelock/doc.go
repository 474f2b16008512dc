// Package resourcelock keeps the record of a leader election in a Lease. The names are those of client-go's
// tools/leaderelection/resourcelock.
//
// A lock reads and writes through any client of coordination.k8s.io/v1: one that this project generated, its fake, or client-go's.
// See LeasesGetter.
package resourcelock
