package schema

import (
	"encoding/json"
	"reflect"
	"strings"

	"k8s.io/kube-openapi/pkg/validation/spec"
)

// applyTags sets how a field is merged by its tags for strategic merge patches. Server-side apply uses these for lists without markers.
func applyTags(s *spec.Schema, tag reflect.StructTag, marked bool) {
	strategy, key := tag.Get("patchStrategy"), tag.Get("patchMergeKey")
	if strategy != "" {
		s.AddExtension("x-kubernetes-patch-strategy", strategy)
	}
	if key != "" {
		s.AddExtension("x-kubernetes-patch-merge-key", key)
	}
	if marked || !strings.Contains(strategy, "merge") || !s.Type.Contains("array") {
		return
	}
	if key == "" {
		s.AddExtension("x-kubernetes-list-type", "set")
		return
	}
	s.AddExtension("x-kubernetes-list-type", "map")
	s.AddExtension("x-kubernetes-list-map-keys", []any{key})
}

// applyMarkers sets how a type or field is merged, and its default, by its markers.
func applyMarkers(s *spec.Schema, said markers) {
	if listType := said.first("listType"); listType != "" {
		s.AddExtension("x-kubernetes-list-type", listType)
	}
	if keys := said["listMapKey"]; len(keys) > 0 {
		list := make([]any, len(keys))
		for i, key := range keys {
			list[i] = key
		}
		s.AddExtension("x-kubernetes-list-map-keys", list)
	}
	for _, name := range []string{"structType", "mapType"} {
		if value := said.first(name); value != "" {
			s.AddExtension("x-kubernetes-map-type", value)
		}
	}
	if text := said.first("default"); text != "" {
		var value any
		if json.Unmarshal([]byte(text), &value) == nil { // other values are names of Go constants
			s.Default = value
		}
	}
}
