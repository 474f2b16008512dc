// Package jsonpath finds values in objects by the paths that the columns of custom resource definitions are written in:
// fields (.spec.replicas, ['a.b'], .metadata.annotations.example\.com/x), places in lists ([0], [-1], [*]) and filters
// ([?(@.type=="Ready")]).
package jsonpath

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Path finds values.
type Path []step

// step goes from values to values inside them.
type step func(value any) []any

// Parse reads a path.
func Parse(text string) (Path, error) {
	rest := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "{"), "}")
	var path Path
	for rest != "" {
		var next step
		var err error
		switch rest[0] {
		case '.':
			next, rest = parseField(rest[1:])
		case '[':
			next, rest, err = parseBracket(rest)
		default:
			err = fmt.Errorf("unexpected %q: a step begins with . or [", rest)
		}
		if err != nil {
			return nil, fmt.Errorf("path %q: %w", text, err)
		}
		if next != nil {
			path = append(path, next)
		}
	}
	return path, nil
}

// Find returns what the path leads to, nothing where it leads nowhere.
func (p Path) Find(value any) []any {
	found := []any{value}
	for _, next := range p {
		var further []any
		for _, each := range found {
			further = append(further, next(each)...)
		}
		found = further
	}
	return found
}

// parseField reads the name after a dot, up to the next step. A dot alone is the value itself.
func parseField(text string) (next step, rest string) {
	var name strings.Builder
	i := 0
	for ; i < len(text) && text[i] != '.' && text[i] != '['; i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		name.WriteByte(text[i])
	}
	switch name.String() {
	case "":
		return nil, text[i:]
	case "*":
		return every, text[i:]
	}
	return field(name.String()), text[i:]
}

func parseBracket(text string) (next step, rest string, err error) {
	end := closing(text)
	if end < 0 {
		return nil, "", fmt.Errorf("%q: there is no closing ]", text)
	}
	inner, rest := text[1:end], text[end+1:]
	switch {
	case inner == "*":
		return every, rest, nil
	case strings.HasPrefix(inner, "?(") && strings.HasSuffix(inner, ")"):
		next, err = parseFilter(inner[2 : len(inner)-1])
		return next, rest, err
	case len(inner) > 1 && (inner[0] == '\'' || inner[0] == '"'):
		return field(inner[1 : len(inner)-1]), rest, nil
	}
	index, err := strconv.Atoi(inner)
	if err != nil {
		return nil, "", fmt.Errorf("[%s]: neither a number, a quoted name, * nor a filter", inner)
	}
	return place(index), rest, nil
}

// closing is where the bracket at the beginning is closed; quotes hide brackets.
func closing(text string) int {
	depth, quote := 0, byte(0)
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '[':
			depth++
		case c == ']':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// parseFilter reads @.path, @.path==value or @.path!=value.
func parseFilter(text string) (step, error) {
	left, right, operator := text, "", ""
	for _, candidate := range []string{"==", "!="} {
		if before, after, found := strings.Cut(text, candidate); found {
			left, right, operator = strings.TrimSpace(before), strings.Trim(strings.TrimSpace(after), `"'`), candidate
			break
		}
	}
	path, err := Parse(strings.TrimPrefix(strings.TrimSpace(left), "@"))
	if err != nil {
		return nil, err
	}
	return func(value any) []any {
		return slices.DeleteFunc(every(value), func(item any) bool {
			found := path.Find(item)
			switch operator {
			case "":
				return len(found) == 0
			case "==":
				return len(found) == 0 || fmt.Sprint(found[0]) != right
			}
			return len(found) > 0 && fmt.Sprint(found[0]) == right
		})
	}, nil
}

func field(name string) step {
	return func(value any) []any {
		if object, ok := value.(map[string]any); ok {
			if inner, present := object[name]; present {
				return []any{inner}
			}
		}
		return nil
	}
}

func place(index int) step {
	return func(value any) []any {
		list, _ := value.([]any)
		at := index
		if at < 0 {
			at += len(list)
		}
		if at < 0 || at >= len(list) {
			return nil
		}
		return []any{list[at]}
	}
}

// every goes to all items of a list, and to all fields of an object in the order of their names.
func every(value any) []any {
	switch value := value.(type) {
	case []any:
		return slices.Clone(value)
	case map[string]any:
		var all []any
		for _, name := range slices.Sorted(maps.Keys(value)) {
			all = append(all, value[name])
		}
		return all
	}
	return nil
}
