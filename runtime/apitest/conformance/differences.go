package conformance

import (
	_ "embed"
	"strings"
)

// differences.txt lists cases below the reason, which begins with "# ".
//
//go:embed differences.txt
var differences string

// Differences are the cases that the server of runtime/apitest is known to answer otherwise than a kube-apiserver, by
// name, each with the reason.
func Differences() map[string]string {
	all := map[string]string{}
	var reason string
	for line := range strings.Lines(differences) {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, "# "); ok {
			reason = text
		} else if line != "" {
			all[line] = reason
		}
	}
	return all
}
