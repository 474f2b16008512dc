package execplugin

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/clientauthentication"
	v1 "github.com/typewright/typewright/runtime/clientauthentication/v1"
)

// The versions of ExecCredential.
const (
	V1      = "client.authentication.k8s.io/v1"
	V1beta1 = "client.authentication.k8s.io/v1beta1"
	// v1alpha1 is printed by programs from before Kubernetes 1.24. Configurations cannot use it.
	v1alpha1 = "client.authentication.k8s.io/v1alpha1"
)

// kind is the kind of a program's input, in KUBERNETES_EXEC_INFO, and of its output. Its versions have the same fields, so the types of
// v1 stand for each.
const kind = "ExecCredential"

// describe returns what a program is told of a cluster, with the program's own configuration; nil if there is no cluster.
func describe(cluster *clientauthentication.Cluster, config runtime.Object) *v1.Cluster {
	if cluster == nil {
		return nil
	}
	return &v1.Cluster{
		Server:                   cluster.Server,
		TLSServerName:            cluster.TLSServerName,
		InsecureSkipTLSVerify:    cluster.InsecureSkipTLSVerify,
		CertificateAuthorityData: slices.Clone(cluster.CertificateAuthorityData),
		ProxyURL:                 cluster.ProxyURL,
		DisableCompression:       cluster.DisableCompression,
		Config:                   runtime.RawExtension{Raw: clusterConfig(config)},
	}
}

// parse decodes the output of a program, which must be an ExecCredential of the version with a token, or a client certificate
// and its key. Errors never quote the output.
func parse(output []byte, version string) (*v1.ExecCredentialStatus, error) {
	var credential v1.ExecCredential
	if err := json.Unmarshal(output, &credential); err != nil {
		return nil, fmt.Errorf("it printed %d bytes that are not an ExecCredential in JSON", len(output))
	}
	switch s := credential.Status; {
	case credential.Kind != kind || credential.APIVersion != version:
		return nil, fmt.Errorf("it must print an ExecCredential of %s, the version in the kubeconfig, but printed %s",
			version, identity(credential.TypeMeta))
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

// identity describes the kind and version of a document without quoting them: any field may contain a secret.
func identity(c metav1.TypeMeta) string {
	switch {
	case c.Kind == "":
		return "a document without a kind"
	case c.Kind != kind:
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
