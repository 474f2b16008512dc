// Package referee holds the kubeconfig packages to kubectl. It has no code for others, only tests.
//
// From a seed, a set of kubeconfig files is made: with conflicts, gaps, relative paths, files that are missing, empty or
// broken, extensions, plugins, odd characters, duplicate entries, in YAML and JSON. The same commands then run twice, each
// time on a copy of the set: through kubectl, and through runtime/clientcmd. What they print, whether they fail, and what
// the files hold afterwards must be the same. Commands are views of the merged config (raw, minified, flattened, redacted),
// edits, and requests to a server that tells how it was addressed and by whom.
//
//	go test ./test/referee                          # 100 sets
//	go test ./test/referee -sets 2000 -timeout 1h   # make referee
//	go test ./test/referee -sets 1 -seed 1234 -v    # one set again, as a failure names it
//	go test ./test/referee -record                  # record kubectl's answers anew
//
// Where there is no kubectl the tests say so, and compare with recorded answers, of fewer sets. $KUBECTL names another
// binary. Where the two differ for a reason, [known] gives it, and docs/decisions/kubeconfig.md explains it.
package referee
