// Package framework has sources for tests of informers and of programs that use them. A [FakeControllerSource] stands for
// an API server, without a network: the test changes its objects and breaks its watches.
package framework
