package fake

import (
	"context"

	certificatesv1beta1 "k8s.io/api/certificates/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/testing/typedfake"
)

// UpdateApproval is the action update on the subresource approval.
func (c *fakeCertificateSigningRequests) UpdateApproval(ctx context.Context, certificateSigningRequest *certificatesv1beta1.CertificateSigningRequest, _ metav1.UpdateOptions) (*certificatesv1beta1.CertificateSigningRequest, error) {
	target := c.At(certificateSigningRequest.Name, "approval")
	return typedfake.SubresourceUpdate[certificatesv1beta1.CertificateSigningRequest](ctx, target, certificateSigningRequest, metav1.UpdateOptions{})
}
