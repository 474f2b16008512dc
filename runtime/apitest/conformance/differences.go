package conformance

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
)

// differences.txt lists cases below the reason, which begins with "# ". A line "~ PATTERN" below it is for requests that no case
// has: a regular expression for a request and its answers.
//
//go:embed differences.txt
var differences string

// Differences are the cases that the server of runtime/apitest is known to answer otherwise than a kube-apiserver, by
// name, each with the reason.
func Differences() map[string]string {
	all := map[string]string{}
	eachDifference(func(reason, line string) {
		if !strings.HasPrefix(line, "~ ") {
			all[line] = reason
		}
	})
	return all
}

func eachDifference(do func(reason, line string)) {
	var reason string
	for line := range strings.Lines(differences) {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, "# "); ok {
			reason = text
		} else if line != "" {
			do(reason, line)
		}
	}
}

// excuse is a pattern of differences.txt.
type excuse struct {
	reason  string
	pattern *regexp.Regexp
}

var excuses = sync.OnceValue(func() (all []excuse) {
	eachDifference(func(reason, line string) {
		if pattern, ok := strings.CutPrefix(line, "~ "); ok {
			all = append(all, excuse{reason, regexp.MustCompile("(?s)" + pattern)})
		}
	})
	return all
})

// Excuse returns the reason for which the server of runtime/apitest may answer a request otherwise than a kube-apiserver, empty
// if it may not. Patterns see the request, a line "-> actual", the real answer, a line "-> ours" and the answer of apitest.
func Excuse(request, actual, ours string) string {
	exchange := strings.Join([]string{request, "-> actual", actual, "-> ours", ours}, "\n")
	for _, each := range excuses() {
		if each.pattern.MatchString(exchange) {
			return each.reason
		}
	}
	return ""
}
