// Package certificate keeps the certificate of a component fresh: a Manager requests a new one from the cluster in good time, and a
// Store keeps it. The names are those of client-go's util/certificate.
//
//	store, err := certificate.NewFileStore("kubelet-client", "pki", "pki", "", "")
//	manager, err := certificate.NewManager(&certificate.Config{CertificateStore: store, …})
//	manager.Start()
//	pair := manager.Current()
//
// # When a certificate is requested
//
// At a random point between 70 and 90 percent of the certificate's life, so that the components of a cluster do not request theirs at
// once; and at once if there is none, if the one that there is comes from Config.BootstrapCertificatePEM, or if it lacks what the
// template asks for: the common name, an organization, a DNS name or an IP address. What it has besides does not matter.
// GetTemplate is asked every second, and while it returns nil nothing is requested.
//
// # A certificate that never comes
//
// A request for a certificate is waited for for fifteen minutes (see package csr). When that time is over, or the attempt fails in
// another way, Config.CertificateRenewFailure is incremented and, after a pause, there is another attempt with a new key: after 2, 4, 8
// and 16 seconds, then every 32, until one succeeds or the manager is stopped. A certificate that comes but lacks what its template
// asks for is used, and counts as a failure too: a signer that always answers so is not asked in a loop without pauses.
// Meanwhile Manager.Current returns the certificate that there is, and nil as soon as that has expired. So a component that serves with
// Current refuses connections rather than show a certificate that nobody accepts, and recovers by itself when the signer does.
//
// # Files
//
// NewFileStore keeps each certificate with its key in a file of mode 0600, which it creates and never writes again, and switches a link
// to it by a rename. So a reader of the link sees the old pair or the new one, whole, and a crash changes nothing. Files of earlier pairs
// stay.
package certificate
