// Package apitest is a Kubernetes API server for tests: in process, over real HTTP on a free port of the loopback
// interface or with no network at all, with no binaries to download. It starts in well under a millisecond and ends with the
// test.
//
//	server := apitest.Start(t, apitest.Options{Scheme: scheme.Scheme, Resources: fake.Resources()})
//	client, err := versioned.NewForConfig(server.Config())
//
// It does what a kube-apiserver does, in its words: package conformance plays some three hundred conversations that were
// recorded with a real one, and the answers agree. Names, labels and fields are checked, versions, generations and managed
// fields are kept; updates of an old version are conflicts; finalizers, grace and propagation hold deletions up; patches are
// JSON, merge, strategic and server-side apply; lists come in pages of one state; watches begin at any version of a window,
// stream lists, send bookmarks, and are told when their version is too old.
//
// # Kinds
//
// Resources come from the Go types of a scheme, from [Options].Resources, and from CustomResourceDefinitions that are among
// [Options].Objects or are created later: with schemas, defaults, pruning, subresources, printer columns and selectable
// fields. All are in discovery and in both versions of OpenAPI.
//
// Lists merge in server-side apply as the markers of k8s.io/api say, as the schema of a definition says, as
// [Options].TypeConverter says, or as the tags for strategic merge patches say, which is a guess for types of your own: give
// the converter that is generated with their apply configurations. Where nothing is known, lists replace each other.
//
// # Reach
//
// [Server.Config] is for clients, [Server.Kubeconfig] for kubectl. [Options].TLS and [Options].Tokens have the server ask who
// is there; everybody may do everything. [Options].InMemory serves without a network, also inside testing/synctest.
//
// # When things go wrong
//
// [Server.Inject] delays, fails, cuts and garbles answers, [Server.Cut] breaks connections, [Server.Restart] goes away and
// comes back, with its history, without, or with an older state.
//
// # What differs from a kube-apiserver
//
//   - Rules in CEL (x-kubernetes-validations) are evaluated only with [Options].Rules. Admission webhooks and policies, and authorization
//     are not: everybody may do everything, and kubectl auth can-i --list says no more.
//   - All versions of a kind show the same fields: nothing is converted.
//   - Of the built-in kinds' own rules and defaults only those that clients commonly meet are there: those of pods, workloads of
//     group apps, services, secrets, config maps, leases and namespaces. [Options].Objects are not held to them. Quotas, priority
//     classes and service accounts are not looked up, and of warnings only those about fields and finalizers are given.
//   - Columns of built-in kinds have no descriptions. Nodes have no wide ones, and kinds that are seldom printed show their age alone.
//   - Errors that show what a kube-apiserver has in memory, such as the difference of two pods whose spec may not change, leave it out,
//     and documents in errors have their fields in another order.
//   - Pods have no logs but a canned line, and exec, attach, port-forward and proxy lead nowhere. Evictions heed no
//     disruption budgets. A pod that goes at once has one event, its deletion.
//   - A watch from a version that is yet to come fails at once (504) instead of waiting for it.
//   - The server answers this machine alone: Host and Origin headers that are no loopback address get 403 Forbidden, and a
//     POST without a Content-Type gets 415, so that no web page can write to it.
//
// As of a kube-apiserver alone, nothing happens behind the scenes: [Options].GarbageCollection does what controllers of a
// cluster do when something is deleted.
package apitest
