package builtin

import (
	"maps"
	"math"

	"k8s.io/apimachinery/pkg/api/equality"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// validatePodSpec returns the rules that the spec of a pod or of a template breaks: about containers, volumes, policies, times and
// tolerations.
func validatePodSpec(spec map[string]any, at *field.Path) (errs field.ErrorList) {
	volumes := map[string]bool{}
	errs = append(errs, validateVolumes(spec, at.Child("volumes"), volumes)...)
	names := map[string]bool{}
	if list, _ := spec["containers"].([]any); len(list) == 0 {
		errs = append(errs, field.Required(at.Child("containers"), ""))
	}
	for _, kind := range []string{"containers", "initContainers", "ephemeralContainers"} {
		each(spec, kind, func(i int, container map[string]any) {
			at := at.Child(kind).Index(i)
			errs = append(errs, validateContainer(container, at, volumes)...)
			if name := text(container, "name"); names[name] {
				errs = append(errs, field.Duplicate(at.Child("name"), name))
			} else {
				names[name] = true
			}
		})
	}
	errs = append(errs, oneOf(spec, at, "restartPolicy", "Always", "OnFailure", "Never")...)
	errs = append(errs, oneOf(spec, at, "dnsPolicy", "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")...)
	if account := text(spec, "serviceAccountName"); account != "" {
		for _, msg := range validation.IsDNS1123Subdomain(account) {
			errs = append(errs, field.Invalid(at.Child("serviceAccountName"), account, msg))
		}
	}
	if node := text(spec, "nodeName"); node != "" {
		for _, msg := range validation.IsDNS1123Subdomain(node) {
			errs = append(errs, field.Invalid(at.Child("nodeName"), node, msg))
		}
	}
	if seconds, ok := spec["activeDeadlineSeconds"].(int64); ok && (seconds < 1 || seconds > math.MaxInt32) {
		errs = append(errs, field.Invalid(at.Child("activeDeadlineSeconds"), seconds, validation.InclusiveRangeError(1, math.MaxInt32)))
	}
	return append(errs, validateTolerations(spec, at.Child("tolerations"))...)
}

func validateVolumes(spec map[string]any, at *field.Path, names map[string]bool) (errs field.ErrorList) {
	each(spec, "volumes", func(i int, volume map[string]any) {
		at := at.Index(i)
		name := text(volume, "name")
		if name == "" {
			errs = append(errs, field.Required(at.Child("name"), ""))
			return
		}
		for _, msg := range validation.IsDNS1123Label(name) {
			errs = append(errs, field.Invalid(at.Child("name"), name, msg))
		}
		if names[name] {
			errs = append(errs, field.Duplicate(at.Child("name"), name))
		}
		names[name] = true
		if source := fieldObject(volume, "secret"); source != nil && text(source, "secretName") == "" {
			errs = append(errs, field.Required(at.Child("secret", "secretName"), ""))
		}
		if source := fieldObject(volume, "configMap"); source != nil && text(source, "name") == "" {
			errs = append(errs, field.Required(at.Child("configMap", "name"), ""))
		}
	})
	return errs
}

func validateContainer(container map[string]any, at *field.Path, volumes map[string]bool) (errs field.ErrorList) {
	name := text(container, "name")
	if name == "" {
		errs = append(errs, field.Required(at.Child("name"), ""))
	} else {
		for _, msg := range validation.IsDNS1123Label(name) {
			errs = append(errs, field.Invalid(at.Child("name"), name, msg))
		}
	}
	if text(container, "image") == "" {
		errs = append(errs, field.Required(at.Child("image"), ""))
	}
	errs = append(errs, validateContainerPorts(container, at.Child("ports"))...)
	each(container, "env", func(i int, env map[string]any) {
		name, at := text(env, "name"), at.Child("env").Index(i).Child("name")
		if name == "" {
			errs = append(errs, field.Required(at, ""))
			return
		}
		for _, msg := range validation.IsRelaxedEnvVarName(name) {
			errs = append(errs, field.Invalid(at, name, msg))
		}
	})
	errs = append(errs, validateMounts(container, at.Child("volumeMounts"), volumes)...)
	return append(errs, oneOf(container, at, "imagePullPolicy", "Always", "IfNotPresent", "Never")...)
}

func validateContainerPorts(container map[string]any, at *field.Path) (errs field.ErrorList) {
	each(container, "ports", func(i int, port map[string]any) {
		at := at.Index(i)
		if name := text(port, "name"); name != "" {
			for _, msg := range validation.IsValidPortName(name) {
				errs = append(errs, field.Invalid(at.Child("name"), name, msg))
			}
		}
		if number, _ := port["containerPort"].(int64); number == 0 {
			errs = append(errs, field.Required(at.Child("containerPort"), ""))
		} else {
			errs = append(errs, portNumber(at.Child("containerPort"), number)...)
		}
		errs = append(errs, oneOf(port, at, "protocol", "SCTP", "TCP", "UDP")...)
	})
	return errs
}

func validateMounts(container map[string]any, at *field.Path, volumes map[string]bool) (errs field.ErrorList) {
	paths := map[string]bool{}
	each(container, "volumeMounts", func(i int, mount map[string]any) {
		at := at.Index(i)
		name, path := text(mount, "name"), text(mount, "mountPath")
		if name == "" {
			errs = append(errs, field.Required(at.Child("name"), ""))
		}
		if !volumes[name] {
			errs = append(errs, field.NotFound(at.Child("name"), name))
		}
		if path == "" {
			errs = append(errs, field.Required(at.Child("mountPath"), ""))
		}
		if paths[path] {
			errs = append(errs, field.Invalid(at.Child("mountPath"), path, "must be unique"))
		}
		paths[path] = true
	})
	return errs
}

func validateTolerations(spec map[string]any, at *field.Path) (errs field.ErrorList) {
	each(spec, "tolerations", func(i int, toleration map[string]any) {
		at := at.Index(i)
		key, operator := text(toleration, "key"), text(toleration, "operator")
		if key != "" {
			errs = append(errs, metavalidation.ValidateLabelName(key, at.Child("key"))...)
		} else if operator != "Exists" {
			errs = append(errs, field.Invalid(at.Child("operator"), operator, "operator must be Exists when `key` is empty, which means \"match all values and all keys\""))
		}
		if effect := text(toleration, "effect"); toleration["tolerationSeconds"] != nil && effect != "NoExecute" {
			errs = append(errs, field.Invalid(at.Child("effect"), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
		}
		switch operator {
		case "", "Equal", "Lt", "Gt":
		case "Exists":
			if value := text(toleration, "value"); value != "" {
				errs = append(errs, field.Invalid(at.Child("operator"), value, "value must be empty when `operator` is 'Exists'"))
			}
		default:
			errs = append(errs, field.NotSupported(at.Child("operator"), operator, []string{"Equal", "Exists"}))
		}
	})
	return errs
}

// updatable is the real server's text for the fields of a pod's spec that may change.
const updatable = "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"

// changedPodSpec returns the rules that a change of a pod's spec breaks. Only images, deadlines and tolerations may change.
func changedPodSpec(was, is map[string]any) (errs field.ErrorList) {
	spec := field.NewPath("spec")
	for _, kind := range []string{"containers", "initContainers"} {
		before, _ := was[kind].([]any)
		after, _ := is[kind].([]any)
		if len(before) != len(after) {
			return field.ErrorList{field.Forbidden(spec.Child(kind), "pod updates may not add or remove containers")}
		}
	}
	deadline, had := was["activeDeadlineSeconds"].(int64)
	if next, has := is["activeDeadlineSeconds"].(int64); has && had && next > deadline {
		return field.ErrorList{field.Invalid(spec.Child("activeDeadlineSeconds"), next, "must be less than or equal to previous value")}
	} else if had && !has {
		errs = append(errs, field.Invalid(spec.Child("activeDeadlineSeconds"), nil, "must not update from a positive integer to nil value"))
	}
	errs = append(errs, lostTolerations(was, is, spec.Child("tolerations"))...)
	if !equality.Semantic.DeepEqual(fixed(was), fixed(is)) {
		errs = append(errs, field.Forbidden(spec, "pod updates may not change fields other than "+updatable))
	}
	return errs
}

// lostTolerations returns an error if a toleration was removed, or if anything but its tolerationSeconds changed.
func lostTolerations(was, is map[string]any, at *field.Path) (errs field.ErrorList) {
	each(was, "tolerations", func(_ int, old map[string]any) {
		found := false
		each(is, "tolerations", func(_ int, kept map[string]any) {
			candidate := maps.Clone(old)
			delete(candidate, "tolerationSeconds")
			if seconds := kept["tolerationSeconds"]; seconds != nil {
				candidate["tolerationSeconds"] = seconds
			}
			found = found || equality.Semantic.DeepEqual(candidate, kept)
		})
		if !found && errs == nil {
			errs = field.ErrorList{field.Forbidden(at, "existing toleration can not be modified except its tolerationSeconds")}
		}
	})
	return errs
}

// fixed returns the part of a pod's spec that may not change.
func fixed(spec map[string]any) map[string]any {
	rest := runtime.DeepCopyJSON(spec)
	delete(rest, "activeDeadlineSeconds")
	delete(rest, "tolerations")
	for _, kind := range []string{"containers", "initContainers"} {
		each(rest, kind, func(_ int, container map[string]any) { delete(container, "image") })
	}
	return rest
}
