// Package dropin tests that moving over from client-go is a change of imports. The folder programs has three programs written
// for client-go 0.37: a command-line tool (crud), a controller, and a unit test with the fake clientset (faketest). The tests
// build each twice, unchanged and with only its import paths mapped ([Map]). They run both, crud and the controller on a real
// API server, and compare the output and the objects left in the cluster.
package dropin
