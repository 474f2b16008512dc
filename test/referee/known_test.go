package referee

import (
	"slices"
	"strings"
)

// known gives the reason for which an answer of ours differs from kubectl's, and nothing where there is none. Each is
// explained in docs/decisions/kubeconfig.md.
func known(s *set, _ []string, theirs, ours answer) string {
	switch {
	case slices.Contains(s.traits, "two documents") && ours.Failed && strings.Contains(ours.why, "second document"):
		return "two documents"
	case ours.Failed && !theirs.Failed && strings.Contains(ours.why, "user") && strings.Contains(ours.why, "was not found for context"):
		return "a user who does not exist"
	default:
		return ""
	}
}
