// Package cluster starts a real Kubernetes API server for tests: kube-apiserver over etcd and, on demand, the
// kube-controller-manager, all built from their published modules (see ../servers) and kept in the user's cache folder.
//
//	func TestMain(m *testing.M) { cluster.Main(m, cluster.Options{}, func(c *cluster.Cluster) { live = c }) }
//
//	client, err := versioned.NewForConfig(live.Config())
//
// A cluster listens on free loopback ports and has a temporary folder. It uses TLS, authenticates users by token ([Users]) and by
// client certificate ([Cluster.ClientCertificate]), authorizes them by RBAC, and serves the custom resources of apis/. There is no node
// and no scheduler. Without [Options.ControllerManager] nothing rolls out a Deployment, collects garbage, or finishes the deletion of a
// namespace.
//
// # Faults
//
// Each server is a [Process] that can be stopped, killed, frozen and started again with the same data and port, so that clients and
// kubeconfigs stay valid:
//
//	live.APIServer.Kill()         // SIGKILL
//	err := live.APIServer.Start() // returns when the server is ready
//	err = live.Compact(ctx)       // drops etcd's history
//
// # Cleaning up
//
// Stop kills the servers and removes the folder. If the test process dies first, by a panic, a timeout or SIGKILL, the kernel kills the
// servers (on Linux; elsewhere they continue to run), and the next cluster removes the folder.
//
// Only SKIP_E2E=1 skips these tests. If the servers cannot be built, the tests fail.
package cluster
