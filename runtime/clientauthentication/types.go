package clientauthentication

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// ExecCredential is what a program that prints credentials gets, and what it prints.
type ExecCredential struct {
	metav1.TypeMeta

	// Spec is what the program is told.
	Spec ExecCredentialSpec
	// Status is what the program answers.
	Status *ExecCredentialStatus
}

// ExecCredentialSpec is what a program is told.
type ExecCredentialSpec struct {
	// Cluster describes the cluster that credentials are for. It is nil unless the kubeconfig sets provideClusterInfo.
	Cluster *Cluster
	// Interactive says that the program has the standard input.
	Interactive bool
}

// ExecCredentialStatus holds credentials: a token, or a certificate and its key, or all three.
type ExecCredentialStatus struct {
	// ExpirationTimestamp is when the credentials expire; nil means that they are good until a server refuses them.
	ExpirationTimestamp *metav1.Time
	// Token is a bearer token.
	Token string `datapolicy:"token"`
	// ClientCertificateData is a certificate, and those between it and its authority, in PEM.
	ClientCertificateData string
	// ClientKeyData is the key of the certificate, in PEM.
	ClientKeyData string `datapolicy:"security-key"`
}

// Cluster describes a cluster as a kubeconfig does.
type Cluster struct {
	Server                string `datapolicy:"url"`
	TLSServerName         string
	InsecureSkipTLSVerify bool
	// CertificateAuthorityData holds authorities in PEM; those of the system if it is empty.
	CertificateAuthorityData []byte
	ProxyURL                 string `datapolicy:"url"`
	DisableCompression       bool
	// Config is for the program: the extension client.authentication.k8s.io/exec of the cluster in the kubeconfig.
	Config runtime.Object `datapolicy:"config"`
}

// String describes the credentials without those that are secret.
func (s ExecCredentialStatus) String() string { return redact.Struct(s) }

// GoString is String.
func (s ExecCredentialStatus) GoString() string { return s.String() }

// Format prints String, whatever the verb.
func (s ExecCredentialStatus) Format(f fmt.State, verb rune) { redact.Format(f, verb, s.String()) }

// String describes the cluster without values that may be secret. The JSON of a Cluster, which programs read, is complete.
func (c Cluster) String() string { return redact.Struct(c) }

// GoString is String.
func (c Cluster) GoString() string { return c.String() }

// Format prints String, whatever the verb.
func (c Cluster) Format(f fmt.State, verb rune) { redact.Format(f, verb, c.String()) }
