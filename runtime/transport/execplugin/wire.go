package execplugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// The versions of ExecCredential.
const (
	V1      = "client.authentication.k8s.io/v1"
	V1beta1 = "client.authentication.k8s.io/v1beta1"
	// v1alpha1 is printed by programs from before Kubernetes 1.24. Configurations cannot use it.
	v1alpha1 = "client.authentication.k8s.io/v1alpha1"
)

// Cluster describes the cluster to a program. The program gets it if ProvideClusterInfo is set.
type Cluster struct {
	Server                   string          `datapolicy:"url"                            json:"server"`
	TLSServerName            string          `json:"tls-server-name,omitempty"`
	InsecureSkipTLSVerify    bool            `json:"insecure-skip-tls-verify,omitempty"`
	CertificateAuthorityData []byte          `json:"certificate-authority-data,omitempty"`
	ProxyURL                 string          `datapolicy:"url"                            json:"proxy-url,omitempty"`
	DisableCompression       bool            `json:"disable-compression,omitempty"`
	Config                   json.RawMessage `datapolicy:"config"                         json:"config,omitempty"`
}

// String describes the cluster without values that may be secret. The JSON of a Cluster, which programs read, is complete.
func (c Cluster) String() string { return redact.Struct(c) }

// GoString is String.
func (c Cluster) GoString() string { return c.String() }

// Format prints String, whatever the verb.
func (c Cluster) Format(f fmt.State, verb rune) { redact.Format(f, verb, c.String()) }

// execCredential is the program's input, in KUBERNETES_EXEC_INFO, and its output.
type execCredential struct {
	APIVersion string  `json:"apiVersion"`
	Kind       string  `json:"kind"`
	Spec       spec    `json:"spec"`
	Status     *status `json:"status,omitempty"`
}

type spec struct {
	Cluster     *Cluster `json:"cluster,omitempty"`
	Interactive bool     `json:"interactive"`
}

type status struct {
	ExpirationTimestamp   *time.Time `json:"expirationTimestamp,omitempty"`
	Token                 string     `json:"token,omitempty"`
	ClientCertificateData string     `json:"clientCertificateData,omitempty"`
	ClientKeyData         string     `json:"clientKeyData,omitempty"`
}

// parse decodes the output of a program, which must be an ExecCredential of the version with a token, or a client certificate
// and its key. Errors never quote the output.
func parse(output []byte, version string) (*status, error) {
	var credential execCredential
	if err := json.Unmarshal(output, &credential); err != nil {
		return nil, fmt.Errorf("it printed %d bytes that are not an ExecCredential in JSON", len(output))
	}
	switch s := credential.Status; {
	case credential.Kind != "ExecCredential" || credential.APIVersion != version:
		return nil, fmt.Errorf("it must print an ExecCredential of %s, the version in the kubeconfig, but printed %s",
			version, credential.identity())
	case s == nil:
		return nil, errors.New("the ExecCredential that it printed has no status")
	case s.Token == "" && s.ClientCertificateData == "" && s.ClientKeyData == "":
		return nil, errors.New("the ExecCredential that it printed has neither a token nor a client certificate")
	case (s.ClientCertificateData == "") != (s.ClientKeyData == ""):
		return nil, errors.New("the ExecCredential that it printed has a client certificate or a key, but not both")
	default:
		return s, nil
	}
}

// identity describes the kind and version of c without quoting them: any field may contain a secret.
func (c *execCredential) identity() string {
	switch {
	case c.Kind == "":
		return "a document without a kind"
	case c.Kind != "ExecCredential":
		return "a document of another kind"
	case c.APIVersion == "":
		return "an ExecCredential without an apiVersion"
	case slices.Contains([]string{V1, V1beta1, v1alpha1}, c.APIVersion):
		return "an ExecCredential of " + c.APIVersion
	default:
		return "an ExecCredential of an unknown version"
	}
}

// clusterConfig returns the cluster's configuration for the program as JSON, nil if there is none or it cannot be encoded.
func clusterConfig(obj runtime.Object) json.RawMessage {
	if unknown, ok := obj.(*runtime.Unknown); ok && json.Valid(unknown.Raw) {
		return unknown.Raw
	}
	data, err := json.Marshal(obj)
	if err != nil || obj == nil {
		return nil
	}
	return data
}
