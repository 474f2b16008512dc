// Package fake answers requests of package rest in the process, for tests of code that builds requests. The names are
// those of client-go's rest/fake. For tests of a program's behaviour the server of runtime/apitest is the better choice:
// it answers as a Kubernetes API server would.
package fake
