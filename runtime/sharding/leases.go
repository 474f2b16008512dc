package sharding

import (
	"fmt"

	coordinationv1 "k8s.io/api/coordination/v1"

	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// NewLeases returns a client of the leases of a namespace, for programs without a clientset of the built-in kinds.
func NewLeases(config *rest.Config, namespace string) (Leases, error) {
	group := typed.NewGroup(coordinationv1.SchemeGroupVersion, coordinationv1.AddToScheme)
	client, err := group.RESTClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("make a client of leases: %w", err)
	}
	return typed.NewClient(typed.Options[*coordinationv1.Lease, *coordinationv1.LeaseList]{
		Resource: "leases", REST: client, ParameterCodec: group.ParameterCodec(), Namespace: namespace, Namespaced: true,
		New:     func() *coordinationv1.Lease { return &coordinationv1.Lease{} },
		NewList: func() *coordinationv1.LeaseList { return &coordinationv1.LeaseList{} },
	}), nil
}
