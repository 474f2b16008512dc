package schema

import (
	"maps"
	"slices"
)

func sortedKeys[V any](object map[string]V) []string { return slices.Sorted(maps.Keys(object)) }

// deepCopyJSON copies a decoded JSON value, with whole numbers as objects hold them.
func deepCopyJSON(value any) any {
	switch value := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(value))
		for key, inner := range value {
			out[key] = deepCopyJSON(inner)
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, inner := range value {
			out[i] = deepCopyJSON(inner)
		}
		return out
	case float64:
		if whole := int64(value); float64(whole) == value {
			return whole
		}
	}
	return value
}
