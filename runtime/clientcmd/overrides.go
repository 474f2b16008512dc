package clientcmd

import (
	"strings"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// ConfigOverrides win over what kubeconfig files say. What is empty overrides nothing.
type ConfigOverrides struct {
	// AuthInfo overrides fields of the user.
	AuthInfo api.AuthInfo
	// ClusterDefaults are what the cluster is where neither the files nor ClusterInfo say anything else.
	ClusterDefaults api.Cluster
	// ClusterInfo overrides fields of the cluster. A CA or InsecureSkipTLSVerify takes the place of all that the files
	// say about how the server proves who it is; a Server drops the files' TLSServerName.
	ClusterInfo api.Cluster
	// Context names another cluster or user, which must exist, or another namespace.
	Context api.Context
	// CurrentContext is the context to use; it must exist.
	CurrentContext string
	// Timeout bounds each request; see [ParseTimeout].
	Timeout string
}

// ConfigOverrideFlags say which flags set ConfigOverrides.
type ConfigOverrideFlags struct {
	AuthOverrideFlags    AuthOverrideFlags
	ClusterOverrideFlags ClusterOverrideFlags
	ContextOverrideFlags ContextOverrideFlags
	CurrentContext       FlagInfo
	Timeout              FlagInfo
}

// AuthOverrideFlags say which flags set an api.AuthInfo.
type AuthOverrideFlags struct {
	ClientCertificate FlagInfo
	ClientKey         FlagInfo
	Token             FlagInfo
	Impersonate       FlagInfo
	ImpersonateUID    FlagInfo
	ImpersonateGroups FlagInfo
	Username          FlagInfo
	Password          FlagInfo
}

// ContextOverrideFlags say which flags set an api.Context.
type ContextOverrideFlags struct {
	ClusterName  FlagInfo
	AuthInfoName FlagInfo
	Namespace    FlagInfo
}

// ClusterOverrideFlags say which flags set an api.Cluster.
type ClusterOverrideFlags struct {
	APIServer FlagInfo
	// APIVersion is bound to nothing: a cluster no longer has a version.
	APIVersion            FlagInfo
	CertificateAuthority  FlagInfo
	InsecureSkipTLSVerify FlagInfo
	TLSServerName         FlagInfo
	ProxyURL              FlagInfo
	DisableCompression    FlagInfo
}

// RemoveNamespacesPrefix takes "namespaces/", "namespace/" or "ns/" off a namespace, in upper or lower case. It returns no
// error.
func RemoveNamespacesPrefix(value string) (string, error) {
	for _, prefix := range []string{"namespaces/", "namespace/", "ns/"} {
		if len(value) > len(prefix) && strings.EqualFold(value[:len(prefix)], prefix) {
			return value[len(prefix):], nil
		}
	}
	return value, nil
}
