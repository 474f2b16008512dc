package v1

import (
	"context"

	policyv1 "k8s.io/api/policy/v1"

	"github.com/typewright/typewright/generated/kubernetes/internal/eviction"
)

// EvictionExpansion is all that there is to do with evictions.
type EvictionExpansion interface {
	// Evict asks for the pod of the eviction's namespace and name to be deleted if its disruption budgets allow that. The
	// server answers with "too many requests" as long as they do not.
	Evict(ctx context.Context, eviction *policyv1.Eviction) error
}

// Evict implements [EvictionExpansion].
func (c *evictions) Evict(ctx context.Context, e *policyv1.Eviction) error {
	return eviction.Post(ctx, c.GetClient().Post().AbsPath("/api/v1").Namespace(e.Namespace), eviction.V1(e))
}
