package schema

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed builtin.txt
var builtin string

// markers are what is said of a type or a field: each marker's values, one empty string where it has none.
type markers map[string][]string

func (m markers) first(name string) string {
	if values := m[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// builtinMarkers are those of k8s.io/api, by PACKAGE.TYPE and PACKAGE.TYPE.FIELD.
var builtinMarkers = sync.OnceValue(func() map[string]markers {
	all := make(map[string]markers, 1024)
	for line := range strings.Lines(builtin) {
		words := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(words) < 2 {
			continue
		}
		said := markers{}
		for _, word := range words[1:] {
			name, value, _ := strings.Cut(word, "=")
			said[name] = append(said[name], value)
		}
		all[words[0]] = said
	}
	return all
})

// ClusterScoped reports whether a built-in Go type, by its package and name, belongs to no namespace.
func ClusterScoped(pkg, name string) bool {
	_, ok := builtinMarkers()[pkg+"."+name]["genclient:nonNamespaced"]
	return ok
}
