// Package dropin proves that moving over from client-go is a change of imports. Under programs/ are three programs as users
// of client-go 0.37 write them: a command-line tool (crud), a controller, and a unit test with the fake clientset (faketest).
// The tests build each twice, as it stands and with nothing but its import paths mapped ([Map]), run both, the first two on
// a real API server, and compare what they printed and what they left behind.
package dropin
