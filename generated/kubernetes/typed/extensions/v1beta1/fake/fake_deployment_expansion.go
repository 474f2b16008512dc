package fake

import (
	"context"

	extensionsv1beta1 "k8s.io/api/extensions/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	clienttesting "github.com/typewright/typewright/runtime/testing"
)

// Rollback is the action create on the subresource rollback, without a namespace, as it has always been in fakes.
func (c *fakeDeployments) Rollback(_ context.Context, deploymentRollback *extensionsv1beta1.DeploymentRollback, _ metav1.CreateOptions) error {
	action := clienttesting.NewRootCreateAction(c.Resource(), deploymentRollback)
	action.Subresource = "rollback"
	_, err := c.Fake.Invokes(action, deploymentRollback)
	return err
}
