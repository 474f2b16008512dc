package builtin

import (
	"maps"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// KeepInPod copies to next, in a request for the subresource ephemeralcontainers or resize, all of current that it cannot change: a resize
// changes the resources of containers. It copies nothing if the containers of a resize are others, because validation refuses that.
func KeepInPod(subresource string, current, next *unstructured.Unstructured) {
	spec, asked := maps.Clone(fieldObject(current.Object, "spec")), fieldObject(next.Object, "spec")
	if subresource == "resize" {
		if len(otherContainers(spec, asked)) > 0 {
			return
		}
		for _, kind := range []string{"containers", "initContainers"} {
			takeResources(spec, asked, kind)
		}
	} else if spec["ephemeralContainers"] = asked["ephemeralContainers"]; spec["ephemeralContainers"] == nil {
		delete(spec, "ephemeralContainers")
	}
	next.Object["spec"] = spec
	next.SetLabels(current.GetLabels())
	next.SetAnnotations(current.GetAnnotations())
	next.SetFinalizers(current.GetFinalizers())
	next.SetOwnerReferences(current.GetOwnerReferences())
}

// takeResources sets the resources of a spec's containers to those of the same containers in asked.
func takeResources(spec, asked map[string]any, kind string) {
	list, _ := spec[kind].([]any)
	resized := make([]any, 0, len(list))
	each(asked, kind, func(i int, container map[string]any) {
		kept, _ := list[i].(map[string]any)
		kept = maps.Clone(kept)
		for _, name := range []string{"resources", "resizePolicy"} {
			if kept[name] = container[name]; kept[name] == nil {
				delete(kept, name)
			}
		}
		resized = append(resized, kept)
	})
	if len(list) > 0 {
		spec[kind] = resized
	}
}

// otherContainers returns errors if a resize adds, removes or renames containers.
func otherContainers(was, is map[string]any) (errs field.ErrorList) {
	for _, kind := range []string{"containers", "initContainers"} {
		at := field.NewPath("spec", kind)
		before, _ := was[kind].([]any)
		after, _ := is[kind].([]any)
		if len(before) != len(after) {
			errs = append(errs, field.Forbidden(at, kind+" may not be added or removed on resize"))
			continue
		}
		each(was, kind, func(i int, container map[string]any) {
			if next, _ := after[i].(map[string]any); next["name"] != container["name"] {
				errs = append(errs, field.Forbidden(at.Index(i).Child("name"), kind+" may not be renamed or reordered on resize"))
			}
		})
	}
	return errs
}

// ValidatePodChange returns the rules that a request for the subresource ephemeralcontainers or resize of a pod breaks.
func ValidatePodChange(subresource string, current, next *unstructured.Unstructured) field.ErrorList {
	was, is, at := fieldObject(current.Object, "spec"), fieldObject(next.Object, "spec"), field.NewPath("spec")
	errs := validatePodSpec(is, at)
	if subresource == "ephemeralcontainers" {
		return append(errs, changedEphemeral(was, is, at.Child("ephemeralContainers"))...)
	}
	if quality(was) != quality(is) {
		errs = append(errs, field.Invalid(at, text(fieldObject(next.Object, "status"), "qosClass"), "Pod QOS Class may not change as a result of resizing"))
	}
	if others := otherContainers(was, is); len(others) > 0 {
		return append(errs, others...)
	}
	return append(errs, removedResources(was, is)...)
}

// removedResources returns an error for each container of a resize that requests or limits fewer kinds of resources than before.
func removedResources(was, is map[string]any) (errs field.ErrorList) {
	for _, kind := range []string{"initContainers", "containers"} {
		list, _ := is[kind].([]any)
		each(was, kind, func(i int, container map[string]any) {
			next, _ := list[i].(map[string]any)
			for _, amounts := range []string{"requests", "limits"} {
				left := fieldObject(fieldObject(next, "resources"), amounts)
				for name := range fieldObject(fieldObject(container, "resources"), amounts) {
					if _, kept := left[name]; !kept {
						at := field.NewPath("spec", kind).Index(i).Child("resources", amounts)
						errs = append(errs, field.Forbidden(at, "resource "+amounts+" cannot be removed"))
						break
					}
				}
			}
		})
	}
	return errs
}

// changedEphemeral returns an error for each ephemeral container that is gone or not the same any more.
func changedEphemeral(was, is map[string]any, at *field.Path) (errs field.ErrorList) {
	next := map[string]map[string]any{}
	each(is, "ephemeralContainers", func(_ int, container map[string]any) { next[text(container, "name")] = container })
	each(was, "ephemeralContainers", func(_ int, container map[string]any) {
		name := text(container, "name")
		switch kept, there := next[name]; {
		case !there:
			errs = append(errs, field.Forbidden(at, "existing ephemeral containers \""+name+"\" may not be removed\n"))
		case !equality.Semantic.DeepEqual(container, kept):
			errs = append(errs, field.Forbidden(at, "existing ephemeral containers \""+name+"\" may not be changed\n"))
		}
	})
	return errs
}
