package v1beta1

import (
	"context"

	certificatesv1beta1 "k8s.io/api/certificates/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/typed"
)

// CertificateSigningRequestExpansion are the methods of [CertificateSigningRequestInterface] that markers do not describe.
type CertificateSigningRequestExpansion interface {
	// UpdateApproval replaces the conditions that approve or deny a request, and returns what the server made of it.
	UpdateApproval(ctx context.Context, certificateSigningRequest *certificatesv1beta1.CertificateSigningRequest, opts metav1.UpdateOptions) (result *certificatesv1beta1.CertificateSigningRequest, err error)
}

// UpdateApproval implements [CertificateSigningRequestExpansion].
func (c *certificateSigningRequests) UpdateApproval(ctx context.Context, certificateSigningRequest *certificatesv1beta1.CertificateSigningRequest, opts metav1.UpdateOptions) (result *certificatesv1beta1.CertificateSigningRequest, err error) {
	return typed.SubresourceUpdate[certificatesv1beta1.CertificateSigningRequest](ctx, c.At(certificateSigningRequest.Name, "approval"), certificateSigningRequest, opts)
}
