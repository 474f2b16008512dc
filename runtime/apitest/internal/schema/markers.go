package schema

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

//go:embed builtin.txt
var builtin string

//go:embed enums.txt
var enums string

//go:embed docs.txt
var docs string

// markers are the values of each marker of a type or a field; a marker without a value has one empty string.
type markers map[string][]string

func (m markers) first(name string) string {
	if values := m[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

func (m markers) has(name string) bool {
	_, ok := m[name]
	return ok
}

// builtinMarkers returns the markers of k8s.io/api, by PACKAGE.TYPE and PACKAGE.TYPE.FIELD.
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

// builtinDocs returns the descriptions that SwaggerDoc shortens or does not have, by PACKAGE.TYPE and PACKAGE.TYPE.FIELD.
var builtinDocs = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(docs) {
		name, quoted, found := strings.Cut(strings.TrimSpace(line), "\t")
		if text, err := strconv.Unquote(quoted); found && err == nil {
			all[name] = text
		}
	}
	return all
})

// enumValue is a value of an enum type, and its comment.
type enumValue struct{ text, meaning string }

// builtinEnums returns the values of the enum types of k8s.io/api, by PACKAGE.TYPE, in order.
var builtinEnums = sync.OnceValue(func() map[string][]enumValue {
	all := make(map[string][]enumValue, 256)
	for line := range strings.Lines(enums) {
		words := strings.SplitN(strings.TrimRight(line, "\n"), "\t", 3)
		if strings.HasPrefix(line, "#") || len(words) < 3 {
			continue
		}
		all[words[0]] = append(all[words[0]], enumValue{words[1], words[2]})
	}
	return all
})

// ClusterScoped reports whether the kind of a built-in Go type, given by package and name, is cluster-scoped.
func ClusterScoped(pkg, name string) bool {
	_, ok := builtinMarkers()[pkg+"."+name]["genclient:nonNamespaced"]
	return ok
}
