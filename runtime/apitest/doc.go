// Package apitest is a Kubernetes API server for tests: in process, over real HTTP on a free port of the loopback
// interface, with no binaries to download.
//
//	server := apitest.Start(t, apitest.Options{Scheme: scheme.Scheme, ClusterScoped: []string{"sites"}})
//	client, err := versioned.NewForConfig(server.Config())
//
// It stores what it is given and behaves as a kube-apiserver does: names and namespaces are checked, uids, timestamps,
// generations and resource versions are set, updates of an old version are conflicts, finalizers hold deletions up,
// watches begin at any version of a window, send bookmarks, stream lists, and are told when their version is too old.
// Errors are the Status objects, with the words, of the real thing. kubectl talks to it too: see [Server.Kubeconfig].
//
// What goes wrong with real servers goes wrong on demand: [Server.Inject] delays, fails, cuts and resets requests, breaks
// streams and holds bookmarks back, [Server.Cut] and [Server.EndWatches] end what is under way,
// [Server.Restart] takes the server away and brings it back, with a state of the past ([Server.Snapshot]) if need be. With
// Options.InMemory there is no network, and the time of a testing/synctest bubble rules.
//
// What it does not have: admission, authorization, conversion between versions (all versions of a kind show the same
// fields), validation by schema, server-side apply and strategic merge patches.
package apitest
