// Package referee compares runtime/clientcmd with kubectl. It has tests only.
//
// A seed determines a set of kubeconfig files: with conflicts, gaps, relative paths, files that are missing, empty or broken,
// extensions, plugins, odd characters and duplicate entries, in YAML and JSON. The tests run the same commands on two copies
// of the set, with kubectl and with runtime/clientcmd. Output, failure and the resulting files must be the same. The commands
// are views of the merged config (raw, minified, flattened, redacted), edits, and requests to a server that reports the URL
// and the user of each request.
//
//	go test ./test/referee                          # 100 sets
//	go test ./test/referee -sets 2000 -timeout 1h   # hack/long.sh referee
//	go test ./test/referee -sets 1 -seed 1234 -v    # one set again, as a failure names it
//	go test ./test/referee -record                  # record kubectl's answers anew
//
// Without kubectl the tests log that, and compare with recorded output of fewer sets. $KUBECTL names another binary. [known]
// lists the intended differences; docs/decisions/kubeconfig.md explains them.
package referee
