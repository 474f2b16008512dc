package v1

import "k8s.io/apimachinery/pkg/runtime"

// Config is a whole kubeconfig file.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Config struct {
	// Kind and APIVersion say that this is a kubeconfig; a file may leave them out.
	Kind       string `json:"kind,omitempty"`
	APIVersion string `json:"apiVersion,omitempty"`
	// Preferences of the command line; nothing of Kubernetes reads them.
	Preferences Preferences `json:"preferences,omitzero"`
	// Clusters, AuthInfos and Contexts are lists of entries whose names differ.
	Clusters  []NamedCluster  `json:"clusters"`
	AuthInfos []NamedAuthInfo `json:"users"`
	Contexts  []NamedContext  `json:"contexts"`
	// CurrentContext is the name of the context used where none is asked for.
	CurrentContext string `json:"current-context"`
	// Extensions are kept for those who know them.
	Extensions []NamedExtension `json:"extensions,omitempty"`
}

// Preferences of the command line.
type Preferences struct {
	Colors     bool             `json:"colors,omitempty"`
	Extensions []NamedExtension `json:"extensions,omitempty"`
}

// Cluster is how to reach a server.
type Cluster struct {
	// Server is the URL of the server, such as https://hostname:port.
	Server string `datapolicy:"url" json:"server"`
	// TLSServerName is the name to expect in the server's certificate instead of its host name.
	TLSServerName string `json:"tls-server-name,omitempty"`
	// InsecureSkipTLSVerify trusts whatever certificate the server shows.
	InsecureSkipTLSVerify bool `json:"insecure-skip-tls-verify,omitempty"`
	// CertificateAuthority is a file of PEM certificates to trust; CertificateAuthorityData, base64 in the file,
	// overrides it.
	CertificateAuthority     string `json:"certificate-authority,omitempty"`
	CertificateAuthorityData []byte `json:"certificate-authority-data,omitempty"`
	// ProxyURL is the proxy for requests to this server: http, https or socks5. Empty means that of the environment.
	ProxyURL string `datapolicy:"url" json:"proxy-url,omitempty"`
	// DisableCompression asks for answers without gzip.
	DisableCompression bool             `json:"disable-compression,omitempty"`
	Extensions         []NamedExtension `json:"extensions,omitempty"`
}

// AuthInfo is who the user is, and how to prove it.
type AuthInfo struct {
	// ClientCertificate and ClientKey are PEM files; the Data fields, base64 in the file, override them.
	ClientCertificate     string `json:"client-certificate,omitempty"`
	ClientCertificateData []byte `json:"client-certificate-data,omitempty"`
	ClientKey             string `json:"client-key,omitempty"`
	ClientKeyData         []byte `datapolicy:"security-key"                json:"client-key-data,omitempty"`
	// Token is a bearer token; TokenFile, where it is set too, is re-read and wins.
	Token     string `datapolicy:"token"         json:"token,omitempty"`
	TokenFile string `json:"tokenFile,omitempty"`
	// Impersonate and the others name somebody to act as.
	Impersonate          string              `json:"as,omitempty"`
	ImpersonateUID       string              `json:"as-uid,omitempty"`
	ImpersonateGroups    []string            `json:"as-groups,omitempty"`
	ImpersonateUserExtra map[string][]string `json:"as-user-extra,omitempty"`
	// Username and Password are for basic authentication.
	Username string `json:"username,omitempty"`
	Password string `datapolicy:"password"     json:"password,omitempty"`
	// AuthProvider is a former kind of plugin.
	AuthProvider *AuthProviderConfig `json:"auth-provider,omitempty"`
	// Exec names a program that prints credentials.
	Exec       *ExecConfig      `json:"exec,omitempty"`
	Extensions []NamedExtension `json:"extensions,omitempty"`
}

// Context is a cluster, a user on it, and the namespace to work in.
type Context struct {
	// Cluster and AuthInfo are names of entries of the other lists.
	Cluster  string `json:"cluster"`
	AuthInfo string `json:"user"`
	// Namespace is used where none is asked for.
	Namespace  string           `json:"namespace,omitempty"`
	Extensions []NamedExtension `json:"extensions,omitempty"`
}

// NamedCluster is an entry of the list of clusters.
type NamedCluster struct {
	Name    string  `json:"name"`
	Cluster Cluster `json:"cluster"`
}

// NamedContext is an entry of the list of contexts.
type NamedContext struct {
	Name    string  `json:"name"`
	Context Context `json:"context"`
}

// NamedAuthInfo is an entry of the list of users.
type NamedAuthInfo struct {
	Name     string   `json:"name"`
	AuthInfo AuthInfo `json:"user"`
}

// NamedExtension is something that another program keeps in a kubeconfig; it is carried along unread.
type NamedExtension struct {
	Name      string               `json:"name"`
	Extension runtime.RawExtension `json:"extension"`
}

// AuthProviderConfig is the configuration of a former kind of plugin.
type AuthProviderConfig struct {
	Name   string            `json:"name"`
	Config map[string]string `datapolicy:"config" json:"config"`
}

// ExecConfig names a program that prints credentials, as client.authentication.k8s.io describes it.
type ExecConfig struct {
	// Command to run; a relative path with a separator is relative to the file's folder.
	Command string `json:"command"`
	// Args of the command.
	Args []string `datapolicy:"args" json:"args"`
	// Env is added to the environment of the process.
	Env []ExecEnvVar `json:"env"`
	// APIVersion is the version of ExecCredential that the program is to print.
	APIVersion string `json:"apiVersion,omitempty"`
	// InstallHint is shown to the user where the command does not exist.
	InstallHint string `json:"installHint,omitempty"`
	// ProvideClusterInfo passes the cluster to the program in KUBERNETES_EXEC_INFO.
	ProvideClusterInfo bool `json:"provideClusterInfo"`
	// InteractiveMode says what the program needs of standard input; see [SetDefaults_ExecConfig].
	InteractiveMode ExecInteractiveMode `json:"interactiveMode,omitempty"`
}

// ExecEnvVar is one variable of a program's environment.
type ExecEnvVar struct {
	Name  string `json:"name"`
	Value string `datapolicy:"value" json:"value"`
}

// ExecInteractiveMode says what a program needs of standard input.
type ExecInteractiveMode string

const (
	// NeverExecInteractiveMode is for a program that does not read standard input.
	NeverExecInteractiveMode ExecInteractiveMode = "Never"
	// IfAvailableExecInteractiveMode is for a program that reads standard input where it is a terminal.
	IfAvailableExecInteractiveMode ExecInteractiveMode = "IfAvailable"
	// AlwaysExecInteractiveMode is for a program that cannot do without standard input.
	AlwaysExecInteractiveMode ExecInteractiveMode = "Always"
)
