package kinds

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Traits are properties of a resource that clients can observe and that its schema does not describe.
type Traits struct {
	builtin bool
	// Generation is true if metadata.generation counts the changes of the desired state.
	Generation bool
	// CreateOnUpdate lets a PUT create an object that does not exist.
	CreateOnUpdate bool
	// Unconditional lets a PUT without a resourceVersion overwrite an object.
	Unconditional bool
	// ReturnDeleted makes the response to a deletion the object, not a Status.
	ReturnDeleted bool
	// NoDependents means that such objects own no others: deletions do not propagate.
	NoDependents bool
	// Graceful is true if deletions have a grace period.
	Graceful bool
	// StatusFromBirth is true if a creation may set the status: nodes report their own.
	StatusFromBirth bool
	// StatusKeepsLabels and StatusKeepsMeta tell which metadata an update of the status does not change.
	StatusKeepsLabels, StatusKeepsMeta bool
	// ValidName returns what is wrong with a name.
	ValidName apivalidation.ValidateNameFunc
	// Subresources are the subresources other than status and scale.
	Subresources []string
}

// custom returns the traits of custom resources.
func custom() Traits {
	return Traits{Generation: true, StatusKeepsMeta: true, ValidName: apivalidation.NameIsDNSSubdomain}
}

// words is a set of resources, as "deployments.apps".
func words(text string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}

// The traits of the built-in resources.
var (
	generation = words(`priorityclasses.scheduling.k8s.io ingressclasses.networking.k8s.io networkpolicies.networking.k8s.io
		ingresses.networking.k8s.io endpointslices.discovery.k8s.io poddisruptionbudgets.policy resourceslices.resource.k8s.io
		deviceclasses.resource.k8s.io devicetaintrules.resource.k8s.io horizontalpodautoscalers.autoscaling
		flowschemas.flowcontrol.apiserver.k8s.io prioritylevelconfigurations.flowcontrol.apiserver.k8s.io daemonsets.apps
		statefulsets.apps deployments.apps replicasets.apps jobs.batch cronjobs.batch pods podtemplates replicationcontrollers
		validatingadmissionpolicies.admissionregistration.k8s.io mutatingadmissionpolicies.admissionregistration.k8s.io
		mutatingwebhookconfigurations.admissionregistration.k8s.io validatingwebhookconfigurations.admissionregistration.k8s.io
		mutatingadmissionpolicybindings.admissionregistration.k8s.io
		validatingadmissionpolicybindings.admissionregistration.k8s.io`)
	createOnUpdate = words(`runtimeclasses.node.k8s.io rolebindings.rbac.authorization.k8s.io
		clusterrolebindings.rbac.authorization.k8s.io roles.rbac.authorization.k8s.io clusterroles.rbac.authorization.k8s.io
		leases.coordination.k8s.io leasecandidates.coordination.k8s.io limitranges events events.events.k8s.io services endpoints`)
	conditional = words(`podcertificaterequests.certificates.k8s.io clustertrustbundles.certificates.k8s.io
		runtimeclasses.node.k8s.io workloads.scheduling.k8s.io podgroups.scheduling.k8s.io poddisruptionbudgets.policy
		csidrivers.storage.k8s.io csistoragecapacities.storage.k8s.io volumeattachments.storage.k8s.io csinodes.storage.k8s.io
		leases.coordination.k8s.io leasecandidates.coordination.k8s.io
		validatingadmissionpolicies.admissionregistration.k8s.io mutatingadmissionpolicies.admissionregistration.k8s.io
		mutatingwebhookconfigurations.admissionregistration.k8s.io validatingwebhookconfigurations.admissionregistration.k8s.io
		mutatingadmissionpolicybindings.admissionregistration.k8s.io
		validatingadmissionpolicybindings.admissionregistration.k8s.io`)
	returnDeleted = words(`resourceclaimtemplates.resource.k8s.io resourceslices.resource.k8s.io resourceclaims.resource.k8s.io
		deviceclasses.resource.k8s.io csidrivers.storage.k8s.io storageclasses.storage.k8s.io volumeattachments.storage.k8s.io
		csinodes.storage.k8s.io volumeattributesclasses.storage.k8s.io resourcequotas persistentvolumes serviceaccounts
		persistentvolumeclaims namespaces pods services podtemplates`)
	pathNames  = words(`roles clusterroles rolebindings clusterrolebindings`)
	labelNames = words(`namespaces statefulsets.apps services`)
	own        = map[string][]string{
		"pods":            {"attach", "binding", "ephemeralcontainers", "eviction", "exec", "log", "portforward", "proxy", "resize"},
		"namespaces":      {"finalize"},
		"serviceaccounts": {"token"},
		"certificatesigningrequests.certificates.k8s.io": {"approval"},
	}
)

// TraitsOf returns the traits of a resource. Resources in Kubernetes' own groups are built-in ones.
func TraitsOf(resource schema.GroupResource) Traits {
	if !builtinGroup(resource.Group) {
		return custom()
	}
	name := resource.String()
	t := Traits{
		builtin:         true,
		Generation:      generation[name],
		CreateOnUpdate:  createOnUpdate[name],
		Unconditional:   !conditional[name],
		ReturnDeleted:   returnDeleted[name],
		NoDependents:    resource.Resource == "events",
		Graceful:        name == "pods",
		Subresources:    own[name],
		StatusFromBirth: name == "nodes",
		// The only resource whose status updates do not change labels.
		StatusKeepsLabels: name == "deployments.apps",
		StatusKeepsMeta:   strings.HasSuffix(resource.Group, "flowcontrol.apiserver.k8s.io"),
		ValidName:         apivalidation.NameIsDNSSubdomain,
	}
	switch {
	case labelNames[name]:
		t.ValidName = apivalidation.NameIsDNSLabel
	case resource.Group == "rbac.authorization.k8s.io" && pathNames[resource.Resource]:
		t.ValidName = func(name string, _ bool) []string { return content.IsPathSegmentName(name) }
	}
	return t
}

// builtinGroup reports whether a group is one of Kubernetes' own. Groups of add-ons under k8s.io, such as snapshot.storage.k8s.io, are
// not.
func builtinGroup(group string) bool {
	switch group {
	case "", "apps", "batch", "autoscaling", "policy", "extensions", "events.k8s.io", "storage.k8s.io", "coordination.k8s.io",
		"networking.k8s.io", "discovery.k8s.io", "node.k8s.io", "scheduling.k8s.io", "resource.k8s.io", "certificates.k8s.io",
		"authentication.k8s.io", "authorization.k8s.io", "rbac.authorization.k8s.io", "admissionregistration.k8s.io",
		"apiextensions.k8s.io", "flowcontrol.apiserver.k8s.io", "internal.apiserver.k8s.io", "storagemigration.k8s.io":
		return true
	}
	return false
}
