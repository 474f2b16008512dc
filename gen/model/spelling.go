package model

import (
	"slices"
	"strings"
)

// meant guesses which marker the user meant by an unknown one. It returns nothing for markers of other tools.
func meant(name string, rules []markerRule) string {
	switch name { // forms of old releases of Kubernetes' generators
	case "nonNamespaced", "noMethods", "readonly", "onlyVerbs", "skipVerbs", "noVerbs", "noStatus":
		return "genclient:" + strings.Replace(name, "noMethods", "noVerbs", 1)
	}
	name, _, _ = strings.Cut(name, " ")
	name = withoutItems(name)
	if isOtherTag(name) && !misspeltGenerator(name) {
		return ""
	}
	best, distance := "", len(name)
	for _, rule := range rules {
		if d := editDistance(plain(name), plain(rule.name)); d < distance {
			best, distance = rule.name, d
		}
	}
	if distance <= 1 && len(name) >= 6 || ourFamily(name) || kubebuilderFamily(name, rules) {
		return best
	}
	return ""
}

// kubebuilderFamily reports whether a name begins, perhaps misspelt, as kubebuilder's markers for API types do. Those for webhooks,
// roles and scaffolds are of other families.
func kubebuilderFamily(name string, rules []markerRule) bool {
	name, ok := strings.CutPrefix(strings.ToLower(name), "kubebuilder:")
	if !ok {
		return false
	}
	family, _, _ := strings.Cut(name, ":")
	return slices.ContainsFunc(rules, func(r markerRule) bool {
		known, ok := strings.CutPrefix(strings.ToLower(r.name), "kubebuilder:")
		known, _, _ = strings.Cut(known, ":")
		return ok && editDistance(family, known) <= len(known)/5
	})
}

// ourFamily reports whether a name begins, perhaps misspelt, as the markers of these generators do.
func ourFamily(name string) bool {
	name = strings.ToLower(name)
	if strings.HasPrefix(name, "kubebuilder:validation:") {
		return true
	}
	if head, rest, ok := strings.Cut(name, ":"); ok && editDistance(head, "k8s") <= 1 {
		return misspeltGenerator(name) || head == "k8s" && !strings.Contains(rest, "-")
	}
	head, _, _ := strings.Cut(name, ":")
	return near(plain(head), "genclient") || near(plain(head), "typewright")
}

// misspeltGenerator reports whether a name with the prefix k8s begins, perhaps misspelt, as that of a generator for which this
// project stands in.
func misspeltGenerator(name string) bool {
	_, rest, _ := strings.Cut(strings.ToLower(name), ":")
	generator, _, _ := strings.Cut(rest, ":")
	generator = plain(generator)
	return near(generator, "deepcopygen") || near(generator, "registergen")
}

func near(a, b string) bool { return editDistance(a, b) <= 2 }

// plain removes what users confuse most easily: case and signs.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(":-_. ", r) {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// Nearest is the name that is closest to a misspelt word; empty if all differ from it in more than that number of letters.
func Nearest(word string, names []string, letters int) string {
	best, distance := "", letters+1
	for _, name := range names {
		if d := editDistance(word, name); d < distance {
			best, distance = name, d
		}
	}
	return best
}

// editDistance is the number of letters to insert, delete, replace or swap with a neighbour to turn a into b.
func editDistance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
