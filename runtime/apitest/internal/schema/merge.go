package schema

import (
	"encoding/json"
	"reflect"
	"strings"

	"k8s.io/kube-openapi/pkg/validation/spec"
)

// applyTags takes from a field's tags how it is merged. The tags were made for strategic merge patches; where nothing
// better is known, lists merge so when they are applied, too.
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

// applyMarkers takes from the markers of a type or field how it is merged, and its default.
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
		if json.Unmarshal([]byte(text), &value) == nil { // others refer to Go constants
			s.Default = value
		}
	}
}
