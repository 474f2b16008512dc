package v1beta1

import (
	"context"

	extensionsv1beta1 "k8s.io/api/extensions/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// DeploymentExpansion are the methods of [DeploymentInterface] that markers do not describe.
type DeploymentExpansion interface {
	// Rollback takes the deployment of that name back to an earlier revision. Servers since Kubernetes 1.16 do not know it.
	Rollback(ctx context.Context, deploymentRollback *extensionsv1beta1.DeploymentRollback, opts metav1.CreateOptions) error
}

// Rollback implements [DeploymentExpansion].
func (c *deployments) Rollback(ctx context.Context, deploymentRollback *extensionsv1beta1.DeploymentRollback, opts metav1.CreateOptions) error {
	return c.GetClient().Post().
		Namespace(c.GetNamespace()).
		Resource("deployments").
		Name(deploymentRollback.Name).
		SubResource("rollback").
		VersionedParams(&opts, group.ParameterCodec()).
		Body(deploymentRollback).
		Do(ctx).
		Error()
}
