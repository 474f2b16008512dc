package v1beta1

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object

// ExecCredential is what a program that prints credentials gets, and what it prints.
type ExecCredential struct {
	metav1.TypeMeta `json:",inline"`

	// Spec is what the program is told.
	Spec ExecCredentialSpec `json:"spec,omitempty"`
	// Status is what the program answers.
	Status *ExecCredentialStatus `json:"status,omitempty"`
}

// ExecCredentialSpec is what a program is told.
type ExecCredentialSpec struct {
	// Cluster describes the cluster that credentials are for. It is nil unless the kubeconfig sets provideClusterInfo.
	Cluster *Cluster `json:"cluster,omitempty"`
	// Interactive says that the program has the standard input.
	Interactive bool `json:"interactive"`
}

// ExecCredentialStatus holds credentials: a token, or a certificate and its key, or all three.
type ExecCredentialStatus struct {
	// ExpirationTimestamp is when the credentials expire; nil means that they are good until a server refuses them.
	ExpirationTimestamp *metav1.Time `json:"expirationTimestamp,omitempty"`
	// Token is a bearer token.
	Token string `datapolicy:"token" json:"token,omitempty"`
	// ClientCertificateData is a certificate, and those between it and its authority, in PEM.
	ClientCertificateData string `json:"clientCertificateData,omitempty"`
	// ClientKeyData is the key of the certificate, in PEM.
	ClientKeyData string `datapolicy:"security-key" json:"clientKeyData,omitempty"`
}

// Cluster describes a cluster as a kubeconfig does.
type Cluster struct {
	Server                string `datapolicy:"url" json:"server"`
	TLSServerName         string `json:"tls-server-name,omitempty"`
	InsecureSkipTLSVerify bool   `json:"insecure-skip-tls-verify,omitempty"`
	// CertificateAuthorityData holds authorities in PEM; those of the system if it is empty.
	CertificateAuthorityData []byte `json:"certificate-authority-data,omitempty"`
	ProxyURL                 string `datapolicy:"url" json:"proxy-url,omitempty"`
	DisableCompression       bool   `json:"disable-compression,omitempty"`
	// Config is for the program: the extension client.authentication.k8s.io/exec of the cluster in the kubeconfig.
	Config runtime.RawExtension `datapolicy:"config" json:"config,omitzero"`
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
