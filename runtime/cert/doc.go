// Package cert makes certificates and requests for them, and reads and writes them in PEM.
//
// Who asks a cluster for certificates and keeps them fresh uses runtime/certificate.
package cert
