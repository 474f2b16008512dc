package builtin

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Condition is a condition of a pod that is true.
type Condition struct{ Type, Reason, Message string }

// SetPodCondition sets a condition in the status of a pod. It keeps the transition time if the condition was true before.
func SetPodCondition(pod *unstructured.Unstructured, c Condition, at metav1.Time) {
	next := map[string]any{
		"type": c.Type, "status": "True", "lastProbeTime": nil, "lastTransitionTime": at.UTC().Format(time.RFC3339),
	}
	if c.Reason != "" {
		next["reason"] = c.Reason
	}
	if c.Message != "" {
		next["message"] = c.Message
	}
	status := child(pod.Object, "status")
	conditions, _ := status["conditions"].([]any)
	for i, each := range conditions {
		have, ok := each.(map[string]any)
		if !ok || have["type"] != c.Type {
			continue
		}
		if have["status"] == "True" {
			next["lastTransitionTime"] = have["lastTransitionTime"]
		}
		conditions[i] = next
		return
	}
	status["conditions"] = append(conditions, next)
}
