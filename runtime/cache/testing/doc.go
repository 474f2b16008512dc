// Package framework has sources for tests of informers and of programs that stand on them: a [FakeControllerSource] is an
// API server without a network, which the test changes and whose connections it breaks.
package framework
