package builtin

import (
	"crypto/tls"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// Warnings returns what the real server warns of in a valid object: settings that are allowed and have no effect or a surprising one.
// current is nil for a new object. It knows frequent cases of services, pods and workloads of group apps.
func Warnings(r *kinds.Resource, current, next *unstructured.Unstructured) (all []string) {
	if r.Custom() {
		return nil
	}
	spec := fieldObject(next.Object, "spec")
	changed := current == nil || current.GetGeneration() != next.GetGeneration()
	switch r.GroupResource().String() {
	case "services":
		return serviceWarnings(spec)
	case "secrets":
		return keyWarnings(next)
	case "pods":
		if current == nil {
			return nameWarning(next.GetName(), "the Pod's hostname")
		}
	case "deployments.apps", "replicasets.apps":
		if current == nil {
			all = nameWarning(next.GetName(), "Pod names and hostnames")
		}
		return append(all, templateWarnings(spec, changed)...)
	case "daemonsets.apps":
		return templateWarnings(spec, changed)
	case "statefulsets.apps":
		all = templateWarnings(spec, changed)
		if limit, _ := spec["revisionHistoryLimit"].(int64); limit < 0 {
			all = append(all, "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended")
		}
	}
	return all
}

// keyWarnings warns of a certificate and key that nobody can use.
func keyWarnings(secret *unstructured.Unstructured) []string {
	if text(secret.Object, "type") != "kubernetes.io/tls" {
		return nil
	}
	data := fieldObject(secret.Object, "data")
	if _, err := tls.X509KeyPair(decoded(data["tls.crt"]), decoded(data["tls.key"])); err != nil {
		return []string{err.Error()}
	}
	return nil
}

func nameWarning(name, use string) []string {
	if msgs := validation.IsDNS1123Label(name); len(msgs) > 0 {
		return []string{fmt.Sprintf("metadata.name: this is used in %s, which can result in surprising behavior; a DNS label is recommended: %v", use, msgs)}
	}
	return nil
}

func templateWarnings(spec map[string]any, changed bool) []string {
	template := fieldObject(fieldObject(spec, "template"), "spec")
	if seconds, _ := template["terminationGracePeriodSeconds"].(int64); changed && seconds < 0 {
		return []string{"spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"}
	}
	return nil
}

func serviceWarnings(spec map[string]any) (all []string) {
	headless, external := text(spec, "clusterIP") == "None", text(spec, "type") == "ExternalName"
	ips, _ := spec["externalIPs"].([]any)
	if headless {
		const ignored = " is ignored for headless services"
		if text(spec, "loadBalancerIP") != "" {
			all = append(all, "spec.loadBalancerIP"+ignored)
		}
		if len(ips) > 0 {
			all = append(all, "spec.externalIPs"+ignored)
		}
		if text(spec, "sessionAffinity") != "None" {
			all = append(all, "spec.SessionAffinity"+ignored)
		}
	}
	switch {
	case len(ips) > 0 && external:
		all = append(all, `spec.externalIPs is ignored when spec.type is "ExternalName"`)
	case len(ips) > 0 && !headless:
		all = append(all, "spec.externalIPs is deprecated and may no longer be implemented in some clusters")
	}
	if !external && text(spec, "externalName") != "" {
		all = append(all, `spec.externalName is ignored when spec.type is not "ExternalName"`)
	}
	if text(spec, "trafficDistribution") == "PreferClose" {
		all = append(all, `spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"`)
	}
	return all
}
