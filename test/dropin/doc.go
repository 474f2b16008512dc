// Package dropin tests that a program moves over from client-go by a change of its imports. The folder programs has four programs
// that are written for client-go 0.37: a command-line tool (crud), a controller, a replica with leader election, a queue and events
// (replicas), and a unit test with the fake clientset (faketest). The tests build each of them twice, unchanged and with its import
// paths mapped ([Map]). They run both builds, all but faketest on a real API server, and compare what the programs print and the
// objects that they leave in the cluster.
package dropin
