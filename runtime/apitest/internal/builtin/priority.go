package builtin

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// PriorityClasses is the resource of the classes that give pods their priority.
func PriorityClasses() schema.GroupResource {
	return schema.GroupResource{Group: "scheduling.k8s.io", Resource: "priorityclasses"}
}

// Priority is what a priority class gives to a pod.
type Priority struct {
	Value int64
	// Policy tells whether the pod may preempt others.
	Policy string
}

// preempt is the policy of most classes.
const preempt = "PreemptLowerPriority"

// NoClass is the priority of a pod without a priority class.
func NoClass() Priority { return Priority{Policy: preempt} }

// SystemPriority returns the priority of a class that every cluster has.
func SystemPriority(name string) (p Priority, known bool) {
	switch name {
	case "system-node-critical":
		return Priority{2000001000, preempt}, true
	case "system-cluster-critical":
		return Priority{2000000000, preempt}, true
	}
	return Priority{}, false
}

// PriorityOf returns what a priority class gives to pods, and whether it is for pods that name no class.
func PriorityOf(class *unstructured.Unstructured) (p Priority, forOthers bool) {
	value, _ := class.Object["value"].(int64)
	if p = (Priority{value, text(class.Object, "preemptionPolicy")}); p.Policy == "" {
		p.Policy = preempt
	}
	return p, class.Object["globalDefault"] == true
}

// NeedsPriority reports whether objects of a resource have a priority.
func NeedsPriority(r *kinds.Resource) bool { return r.GroupResource().String() == "pods" }

// PriorityClassOf returns the name of a pod's priority class, empty if it has none.
func PriorityClassOf(pod *unstructured.Unstructured) string {
	return text(fieldObject(pod.Object, "spec"), "priorityClassName")
}

// SetPriority gives a new pod the priority of its class. It returns an error if the pod asks for another one.
func SetPriority(pod *unstructured.Unstructured, p Priority) error {
	spec := child(pod.Object, "spec")
	const by = "must not be provided in pod spec; priority admission controller computed %v from the given PriorityClass name"
	if asked, given := spec["priority"].(int64); given && asked != p.Value {
		return fmt.Errorf("the integer value of priority (%d) "+by, asked, p.Value)
	}
	if asked := text(spec, "preemptionPolicy"); asked != "" && asked != p.Policy {
		return fmt.Errorf("the string value of PreemptionPolicy (%s) "+by, asked, p.Policy)
	}
	spec["priority"], spec["preemptionPolicy"] = p.Value, p.Policy
	return nil
}
