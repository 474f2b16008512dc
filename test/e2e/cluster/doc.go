// Package cluster starts a real Kubernetes API server for tests: kube-apiserver over etcd and, on demand, the
// kube-controller-manager, all built from their published modules (see ../servers) and kept in the user's cache folder.
//
//	func TestMain(m *testing.M) { cluster.Main(m, cluster.Options{}, func(c *cluster.Cluster) { live = c }) }
//
//	client, err := versioned.NewForConfig(live.Config())
//
// A cluster listens on free loopback ports and lives in a temporary folder. It speaks TLS, knows its users by token
// ([Users]) and by client certificate ([Cluster.ClientCertificate]), asks RBAC what they may, and serves the custom
// resources of apis/. There is no node and no scheduler; without [Options.ControllerManager] nothing rolls out a
// Deployment, collects garbage, or finishes the deletion of a namespace.
//
// # Breaking it
//
// Each server is a [Process] that can be stopped in order, killed, frozen and started again over the same data and on
// the same port, so that clients and kubeconfigs stay valid:
//
//	live.APIServer.Kill()         // SIGKILL
//	err := live.APIServer.Start() // returns when /readyz says so
//	err = live.Compact(ctx)       // drops etcd's history
//
// # How it ends
//
// Stop ends the servers by process id and removes the folder. Should the test process die first, by a panic, a timeout
// or SIGKILL, the kernel ends the servers with it (Linux; elsewhere they stay until ended by hand), and the next
// cluster removes the folder.
//
// Only SKIP_E2E=1 skips these tests. If the servers cannot be built, the tests fail.
package cluster
