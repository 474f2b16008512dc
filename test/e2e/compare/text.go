package compare

import (
	"fmt"
	"strings"
)

// Text shows the lines that differ between both answers, with some equal lines before and after them.
func (o Outcome) Text() string {
	return "the real server (-), apitest (+)\n" + near(merged(strings.Split(o.Actual, "\n"), strings.Split(o.Ours, "\n")))
}

// merged returns the lines of both texts in order. It marks lines of the first text alone with -, and of the second alone with +.
func merged(a, b []string) (all []string) {
	common := commonLines(a, b)
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			all = append(all, "  "+a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			all = append(all, "- "+a[i])
			i++
		default:
			all = append(all, "+ "+b[j])
			j++
		}
	}
	return all
}

// commonLines returns, for each pair of positions, the length of the longest common subsequence of the lines after them.
func commonLines(a, b []string) [][]int {
	common := make([][]int, len(a)+1)
	common[len(a)] = make([]int, len(b)+1)
	for i := len(a) - 1; i >= 0; i-- {
		common[i] = make([]int, len(b)+1)
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	return common
}

// around is the number of equal lines to show before and after different ones.
const around = 3

// near replaces equal lines that are far from different ones by their number.
func near(all []string) string {
	var b strings.Builder
	keep := make([]bool, len(all))
	for i, line := range all {
		if !strings.HasPrefix(line, "  ") {
			for k := max(0, i-around); k < min(len(all), i+around+1); k++ {
				keep[k] = true
			}
		}
	}
	for i := 0; i < len(all); i++ {
		if keep[i] {
			b.WriteString(all[i] + "\n")
			continue
		}
		from := i
		for i+1 < len(all) && !keep[i+1] {
			i++
		}
		fmt.Fprintf(&b, "  (%d equal lines)\n", i+1-from)
	}
	return b.String()
}
