package clientcmd

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// ConfigOverrides take precedence over kubeconfig files. Empty fields override nothing.
type ConfigOverrides struct {
	// AuthInfo overrides fields of the user.
	AuthInfo api.AuthInfo
	// ClusterDefaults are the values that neither the files nor ClusterInfo set.
	ClusterDefaults api.Cluster
	// ClusterInfo overrides fields of the cluster. A CA or InsecureSkipTLSVerify replaces both in the files; a Server drops
	// the files' TLSServerName.
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

// RemoveNamespacesPrefix removes the prefix "namespaces/", "namespace/" or "ns/", in upper or lower case. It returns no
// error.
func RemoveNamespacesPrefix(value string) (string, error) {
	for _, prefix := range []string{"namespaces/", "namespace/", "ns/"} {
		if len(value) > len(prefix) && strings.EqualFold(value[:len(prefix)], prefix) {
			return value[len(prefix):], nil
		}
	}
	return value, nil
}

// ParseTimeout reads a timeout: whole seconds, or numbers with units, such as 90s or 1h30m. Zero means no timeout.
func ParseTimeout(duration string) (time.Duration, error) {
	if seconds, err := strconv.ParseInt(duration, 10, 64); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, nil
	}
	if timeout, err := time.ParseDuration(duration); err == nil {
		return timeout, nil
	}
	return 0, errors.New("invalid timeout value: want an integer in seconds, or one with a unit (e.g. 1s | 2m | 3h)")
}

// Names of flags, as kubectl has them.
const (
	FlagClusterName        = "cluster"
	FlagAuthInfoName       = "user"
	FlagContext            = "context"
	FlagNamespace          = "namespace"
	FlagAPIServer          = "server"
	FlagTLSServerName      = "tls-server-name"
	FlagInsecure           = "insecure-skip-tls-verify"
	FlagCertFile           = "client-certificate"
	FlagKeyFile            = "client-key"
	FlagCAFile             = "certificate-authority"
	FlagEmbedCerts         = "embed-certs"
	FlagBearerToken        = "token"
	FlagImpersonate        = "as"
	FlagImpersonateUID     = "as-uid"
	FlagImpersonateGroup   = "as-group"
	FlagUsername           = "username"
	FlagPassword           = "password"
	FlagTimeout            = "request-timeout"
	FlagProxyURL           = "proxy-url"
	FlagDisableCompression = "disable-compression"
)

// RecommendedConfigOverrideFlags returns kubectl's flags, each name after prefix.
func RecommendedConfigOverrideFlags(prefix string) ConfigOverrideFlags {
	return ConfigOverrideFlags{
		AuthOverrideFlags:    RecommendedAuthOverrideFlags(prefix),
		ClusterOverrideFlags: RecommendedClusterOverrideFlags(prefix),
		ContextOverrideFlags: RecommendedContextOverrideFlags(prefix),
		CurrentContext:       FlagInfo{prefix + FlagContext, "", "", "name of the kubeconfig context to use"},
		Timeout: FlagInfo{
			prefix + FlagTimeout, "", "0",
			"how long to wait for one request: seconds, or a number with a unit (1s, 2m, 3h); 0 waits for as long as it takes",
		},
	}
}

// RecommendedAuthOverrideFlags returns kubectl's flags for a user, each name after prefix.
func RecommendedAuthOverrideFlags(prefix string) AuthOverrideFlags {
	flag := func(name, description string) FlagInfo { return FlagInfo{prefix + name, "", "", description} }
	return AuthOverrideFlags{
		ClientCertificate: flag(FlagCertFile, "file of the client certificate for TLS"),
		ClientKey:         flag(FlagKeyFile, "file of the client key for TLS"),
		Token:             flag(FlagBearerToken, "bearer token to show to the API server"),
		Impersonate:       flag(FlagImpersonate, "user to impersonate"),
		ImpersonateUID:    flag(FlagImpersonateUID, "UID to impersonate"),
		ImpersonateGroups: flag(FlagImpersonateGroup, "group to impersonate; may be repeated"),
		Username:          flag(FlagUsername, "user name for basic authentication"),
		Password:          flag(FlagPassword, "password for basic authentication"),
	}
}

// RecommendedClusterOverrideFlags returns kubectl's flags for a cluster, each name after prefix.
func RecommendedClusterOverrideFlags(prefix string) ClusterOverrideFlags {
	flag := func(name, value, description string) FlagInfo { return FlagInfo{prefix + name, "", value, description} }
	return ClusterOverrideFlags{
		APIServer:             flag(FlagAPIServer, "", "address and port, or URL, of the API server"),
		CertificateAuthority:  flag(FlagCAFile, "", "file of the certificates of the authorities to trust"),
		InsecureSkipTLSVerify: flag(FlagInsecure, "false", "trust whatever certificate the server shows: connections are insecure then"),
		TLSServerName:         flag(FlagTLSServerName, "", "name to expect in the server's certificate instead of its host name"),
		ProxyURL:              flag(FlagProxyURL, "", "proxy to reach the server by: http, https or socks5"),
		DisableCompression:    flag(FlagDisableCompression, "", "ask for answers without compression"),
	}
}

// RecommendedContextOverrideFlags returns kubectl's flags for a context, each name after prefix; that of the namespace
// has the short name n.
func RecommendedContextOverrideFlags(prefix string) ContextOverrideFlags {
	return ContextOverrideFlags{
		ClusterName:  FlagInfo{prefix + FlagClusterName, "", "", "name of the kubeconfig cluster to use"},
		AuthInfoName: FlagInfo{prefix + FlagAuthInfoName, "", "", "name of the kubeconfig user to use"},
		Namespace:    FlagInfo{prefix + FlagNamespace, "n", "", "namespace to work in"},
	}
}
