// Package csr asks a cluster for certificates with CertificateSigningRequests. The names are those of client-go's
// util/certificate/csr.
//
// RequestCertificate creates the object, and WaitForCertificate waits for what a signer puts into it. Both use certificates.k8s.io/v1,
// or v1beta1 if the server does not know v1.
//
// # A certificate that never comes
//
// Somebody has to approve a request, and a signer has to sign it; either may never happen. WaitForCertificate then waits until its
// context ends, so give it one with a deadline. It returns earlier if the request is denied, has failed, was deleted or replaced by
// another of its name. The controller manager of Kubernetes deletes requests that nobody has approved after a day.
package csr
