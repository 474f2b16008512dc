// Package fakes is a small controller and, in its tests, the three ways to test it without a cluster:
//
//   - [fake.NewServerBacked]: the real client, and a server in the test's process that behaves as a cluster does. Begin here.
//   - [fake.NewClientset]: a fake that stores what it is told, with managed fields; reactors can make it fail.
//   - [fake.NewSimpleClientset]: the same without managed fields, for tests that were written for it.
package fakes
