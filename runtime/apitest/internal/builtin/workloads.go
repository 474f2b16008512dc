package builtin

import (
	"encoding/json"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// defaultWorkload fills in the defaults of the spec of a workload of group apps.
func defaultWorkload(kind string, spec map[string]any) {
	if kind != "DaemonSet" {
		put(spec, "replicas", int64(1))
	}
	if kind != "ReplicaSet" {
		put(spec, "revisionHistoryLimit", int64(10))
	}
	switch kind {
	case "Deployment":
		defaultDeployment(spec)
	case "DaemonSet":
		strategy := child(spec, "updateStrategy")
		put(strategy, "type", "RollingUpdate")
		if strategy["type"] == "RollingUpdate" {
			rolling := child(strategy, "rollingUpdate")
			put(rolling, "maxUnavailable", int64(1))
			put(rolling, "maxSurge", int64(0))
		}
	case "StatefulSet":
		defaultStatefulSet(spec)
	}
	if template, ok := spec["template"].(map[string]any); ok {
		defaultPodSpec(child(template, "spec"))
	}
}

func defaultDeployment(spec map[string]any) {
	put(spec, "progressDeadlineSeconds", int64(600))
	strategy := child(spec, "strategy")
	put(strategy, "type", "RollingUpdate")
	if strategy["type"] == "RollingUpdate" {
		rolling := child(strategy, "rollingUpdate")
		put(rolling, "maxUnavailable", "25%")
		put(rolling, "maxSurge", "25%")
	}
}

func defaultStatefulSet(spec map[string]any) {
	put(spec, "podManagementPolicy", "OrderedReady")
	strategy := child(spec, "updateStrategy")
	if text(strategy, "type") == "" {
		strategy["type"] = "RollingUpdate"
		child(strategy, "rollingUpdate")
	}
	if rolling := fieldObject(strategy, "rollingUpdate"); rolling != nil && strategy["type"] == "RollingUpdate" {
		put(rolling, "partition", int64(0))
		put(rolling, "maxUnavailable", int64(1))
	}
	retention := child(spec, "persistentVolumeClaimRetentionPolicy")
	put(retention, "whenDeleted", "Retain")
	put(retention, "whenScaled", "Retain")
	each(spec, "volumeClaimTemplates", func(_ int, claim map[string]any) {
		put(claim, "apiVersion", "v1")
		put(claim, "kind", "PersistentVolumeClaim")
		defaultClaim(claim)
	})
}

// defaultClaim fills in the defaults of a persistent volume claim.
func defaultClaim(claim map[string]any) {
	put(child(claim, "spec"), "volumeMode", "Filesystem")
	put(child(claim, "status"), "phase", "Pending")
}

// validateWorkload returns the rules that a workload of group apps breaks: its numbers, its selector, its strategy and the
// template of its pods.
func validateWorkload(kind string, u *unstructured.Unstructured) (errs field.ErrorList) {
	spec, at := fieldObject(u.Object, "spec"), field.NewPath("spec")
	switch kind {
	case "Deployment":
		errs = append(errs, nonNegative(spec, at, "replicas")...)
		errs = append(errs, validateSelector("deployment", spec, at)...)
		errs = append(errs, validateTemplate(kind, spec, at)...)
		errs = append(errs, validateStrategy(fieldObject(spec, "strategy"), at.Child("strategy"))...)
		errs = append(errs, nonNegative(spec, at, "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds")...)
		deadline, _ := spec["progressDeadlineSeconds"].(int64)
		if ready, _ := spec["minReadySeconds"].(int64); spec["progressDeadlineSeconds"] != nil && deadline <= ready {
			errs = append(errs, field.Invalid(at.Child("progressDeadlineSeconds"), deadline, "must be greater than minReadySeconds"))
		}
	case "StatefulSet":
		errs = append(errs, validateStatefulSet(spec, at)...)
	case "ReplicaSet":
		errs = append(errs, nonNegative(spec, at, "replicas", "minReadySeconds")...)
		errs = append(errs, validateSelector("deployment", spec, at)...) // the real server always says deployment
		errs = append(errs, validateTemplate(kind, spec, at)...)
	case "DaemonSet":
		errs = append(errs, validateSelector("daemonset", spec, at)...)
		errs = append(errs, validateTemplate(kind, spec, at)...)
		errs = append(errs, nonNegative(spec, at, "minReadySeconds", "revisionHistoryLimit")...)
	}
	return errs
}

func validateStatefulSet(spec map[string]any, at *field.Path) (errs field.ErrorList) {
	switch policy := text(spec, "podManagementPolicy"); policy {
	case "OrderedReady", "Parallel":
	default:
		errs = append(errs, field.Invalid(at.Child("podManagementPolicy"), policy, "must be 'OrderedReady' or 'Parallel'"))
	}
	strategy := fieldObject(spec, "updateStrategy")
	switch text(strategy, "type") {
	case "RollingUpdate":
		errs = append(errs, nonNegative(fieldObject(strategy, "rollingUpdate"), at.Child("updateStrategy", "rollingUpdate"), "partition")...)
	case "OnDelete":
		if rolling := fieldObject(strategy, "rollingUpdate"); rolling != nil {
			errs = append(errs, field.Invalid(at.Child("updateStrategy", "rollingUpdate"), partitionForm{rolling["partition"], rolling["maxUnavailable"]}, "only allowed for updateStrategy 'RollingUpdate'"))
		}
	default:
		errs = append(errs, field.Invalid(at.Child("updateStrategy"), formOfStrategy(strategy), "must be 'RollingUpdate' or 'OnDelete'"))
	}
	errs = append(errs, nonNegative(spec, at, "replicas", "minReadySeconds")...)
	if name := text(spec, "serviceName"); name != "" {
		for _, msg := range validation.IsDNS1123Label(name) {
			errs = append(errs, field.Invalid(at.Child("serviceName"), name, msg))
		}
	}
	errs = append(errs, validateSelector("statefulset", spec, at)...)
	return append(errs, validateTemplate("StatefulSet", spec, at)...)
}

// selectorOf returns the label selector of a workload, nil if it has none.
func selectorOf(spec map[string]any) *metav1.LabelSelector {
	content := fieldObject(spec, "selector")
	if content == nil {
		return nil
	}
	selector := &metav1.LabelSelector{}
	if data, err := json.Marshal(content); err != nil || json.Unmarshal(data, selector) != nil {
		return nil
	}
	return selector
}

func validateSelector(kind string, spec map[string]any, at *field.Path) field.ErrorList {
	at = at.Child("selector")
	selector := selectorOf(spec)
	if selector == nil {
		return field.ErrorList{field.Required(at, "")}
	}
	errs := metavalidation.ValidateLabelSelector(selector, metavalidation.LabelSelectorValidationOptions{}, at)
	if len(selector.MatchLabels)+len(selector.MatchExpressions) == 0 {
		errs = append(errs, field.Invalid(at, selector, "empty selector is invalid for "+kind))
	}
	return errs
}

// validateTemplate returns the rules that the template of a workload's pods breaks.
func validateTemplate(kind string, spec map[string]any, at *field.Path) (errs field.ErrorList) {
	template := fieldObject(spec, "template")
	metadata, pod, at := fieldObject(template, "metadata"), fieldObject(template, "spec"), at.Child("template")
	given, _, _ := unstructured.NestedStringMap(metadata, "labels")
	if selector, err := metav1.LabelSelectorAsSelector(selectorOf(spec)); err == nil && !selector.Empty() && !selector.Matches(labels.Set(given)) {
		errs = append(errs, field.Invalid(at.Child("metadata", "labels"), given, "`selector` does not match template `labels`"))
	}
	errs = append(errs, metavalidation.ValidateLabels(given, at.Child("labels"))...)
	errs = append(errs, validatePodSpec(pod, at.Child("spec"))...)
	if policy := text(pod, "restartPolicy"); policy != "Always" {
		errs = append(errs, field.NotSupported(at.Child("spec", "restartPolicy"), policy, []string{"Always"}))
	}
	if pod["activeDeadlineSeconds"] != nil {
		name := kind
		if kind == "Deployment" {
			name = "ReplicaSet"
		}
		errs = append(errs, field.Forbidden(at.Child("spec", "activeDeadlineSeconds"), "activeDeadlineSeconds in "+name+" is not Supported"))
	}
	return errs
}

type rollingForm struct{ MaxUnavailable, MaxSurge any }

func validateStrategy(strategy map[string]any, at *field.Path) field.ErrorList {
	rolling := fieldObject(strategy, "rollingUpdate")
	switch kind := text(strategy, "type"); kind {
	case "Recreate":
		if rolling != nil {
			return field.ErrorList{field.Forbidden(at.Child("rollingUpdate"), "may not be specified when strategy `type` is 'Recreate'")}
		}
	case "RollingUpdate":
		if isNothing(rolling["maxUnavailable"]) && isNothing(rolling["maxSurge"]) {
			return field.ErrorList{field.Invalid(at.Child("rollingUpdate", "maxUnavailable"), rolling["maxUnavailable"], "may not be 0 when `maxSurge` is 0")}
		}
	default:
		form := strategyForm{Type: kind}
		if rolling != nil {
			form.RollingUpdate = rollingForm{rolling["maxUnavailable"], rolling["maxSurge"]}
		}
		return field.ErrorList{field.NotSupported(at, form, []string{"Recreate", "RollingUpdate"})}
	}
	return nil
}

// isNothing reports whether a number or percentage of pods is zero.
func isNothing(value any) bool {
	share, _ := value.(string)
	return value == int64(0) || strings.TrimLeft(share, "0") == "%"
}

// validateReplicas returns the rules that the numbers in the status of a workload break.
func validateReplicas(kind string, status map[string]any, at *field.Path) (errs field.ErrorList) {
	parts := map[string][]string{
		"Deployment":  {"updatedReplicas", "readyReplicas", "availableReplicas"},
		"StatefulSet": {"readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"},
		"ReplicaSet":  {"fullyLabeledReplicas", "readyReplicas", "availableReplicas"},
	}[kind]
	number := func(name string) int64 { n, _ := status[name].(int64); return n }
	if kind == "Deployment" {
		errs = append(errs, nonNegative(status, at, "observedGeneration")...)
	}
	errs = append(errs, nonNegative(status, at, append([]string{"replicas"}, parts...)...)...)
	if kind == "Deployment" {
		errs = append(errs, nonNegative(status, at, "unavailableReplicas", "terminatingReplicas", "collisionCount")...)
	} else {
		errs = append(errs, nonNegative(status, at, "observedGeneration", "collisionCount", "terminatingReplicas")...)
	}
	for _, name := range parts {
		if number(name) > number("replicas") {
			errs = append(errs, field.Invalid(at.Child(name), number(name), "cannot be greater than status.replicas"))
		}
	}
	if number("availableReplicas") > number("readyReplicas") {
		whose := ""
		if kind == "StatefulSet" {
			whose = "status."
		}
		errs = append(errs, field.Invalid(at.Child("availableReplicas"), number("availableReplicas"), "cannot be greater than "+whose+"readyReplicas"))
	}
	return errs
}
