// Package referee compares runtime/clientcmd with kubectl: kubectl is the referee that decides which answer is right. It has only tests.
//
// A seed determines a set of kubeconfig files in YAML and JSON, with conflicts, missing fields, relative paths, missing, empty and
// broken files, extensions, plugins, odd characters and duplicate entries. The tests run the same commands on two copies of the set, with
// kubectl and with runtime/clientcmd. Output, failure and the resulting files must be the same. The commands view the merged config (raw,
// minified, flattened, redacted), edit it, and send requests to a server that reports the URL and the user of each request.
//
//	go test ./test/referee                          # 100 sets
//	go test ./test/referee -sets 2000 -timeout 1h   # hack/long.sh referee
//	go test ./test/referee -sets 1 -seed 1234 -v    # one set again, as a failure names it
//	go test ./test/referee -record                  # record kubectl's answers again
//
// Without kubectl the tests say so, and compare a smaller number of sets with recorded answers. $KUBECTL names another binary.
// [knownDifference] lists the intended differences; docs/decisions/kubeconfig.md explains them.
package referee
