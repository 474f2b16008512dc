package clientcmd

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
