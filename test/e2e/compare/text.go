package compare

import (
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Text shows the lines that differ between both answers, with some equal lines before and after them.
func (o Outcome) Text() string {
	var b strings.Builder
	b.WriteString("the real server (-), apitest (+)\n")
	shown := 0 // lines of the real server's answer, those that are left out included
	omit := func(n int) {
		if n > 0 {
			fmt.Fprintf(&b, "  (%d equal lines)\n", n)
		}
	}
	for _, line := range hunks(o.Actual, o.Ours) {
		var from, count int
		if n, _ := fmt.Sscanf(line, "@@ -%d,%d", &from, &count); n == 2 {
			omit(from - 1 - shown)
			shown = from - 1 + count
			continue
		}
		b.WriteString(line[:1] + " " + line[1:] + "\n")
	}
	omit(strings.Count(o.Actual, "\n") + 1 - shown)
	return b.String()
}

// hunks returns the lines of a unified diff, without its header.
func hunks(actual, ours string) []string {
	unified := string(diff.Diff("", []byte(actual+"\n"), "", []byte(ours+"\n")))
	_, unified, _ = strings.Cut(unified, "\n@@")
	if unified == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix("@@"+unified, "\n"), "\n")
}
