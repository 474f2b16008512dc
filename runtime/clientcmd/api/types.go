package api

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// Config is a kubeconfig, from one file or merged from several. The zero value is an empty kubeconfig with nil maps.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Config struct {
	// Kind and APIVersion are copied from the file and have no meaning here.
	Kind       string `json:"kind,omitempty"`
	APIVersion string `json:"apiVersion,omitempty"`
	// Preferences are those of kubectl.
	Preferences Preferences `json:"preferences,omitzero"`
	// Clusters by name.
	Clusters map[string]*Cluster `json:"clusters"`
	// AuthInfos are the users by name.
	AuthInfos map[string]*AuthInfo `json:"users"`
	// Contexts by name.
	Contexts map[string]*Context `json:"contexts"`
	// CurrentContext is the name of the context that is used if no other is chosen.
	CurrentContext string `json:"current-context"`
	// Extensions are data of other programs by name. They are kept when a kubeconfig is written.
	Extensions map[string]runtime.Object `json:"extensions,omitempty"`
}

// Preferences are those of kubectl.
type Preferences struct {
	Colors     bool                      `json:"colors,omitempty"`
	Extensions map[string]runtime.Object `json:"extensions,omitempty"`
}

// Cluster says how to connect to a server.
type Cluster struct {
	// LocationOfOrigin is the file that contains the cluster; relative paths are relative to its folder.
	LocationOfOrigin string `json:"-"`
	// Server is the URL of the server, such as https://hostname:port.
	Server string `datapolicy:"url" json:"server"`
	// TLSServerName is used instead of the host name to verify the server's certificate.
	TLSServerName string `json:"tls-server-name,omitempty"`
	// InsecureSkipTLSVerify accepts any certificate of the server.
	InsecureSkipTLSVerify bool `json:"insecure-skip-tls-verify,omitempty"`
	// CertificateAuthority is a file of PEM certificates to trust. CertificateAuthorityData, the content of such a file, has
	// precedence.
	CertificateAuthority     string `json:"certificate-authority,omitempty"`
	CertificateAuthorityData []byte `json:"certificate-authority-data,omitempty"`
	// ProxyURL is the proxy for requests to this server, with the scheme http, https or socks5. Empty means the proxy of the
	// environment.
	ProxyURL string `datapolicy:"url" json:"proxy-url,omitempty"`
	// DisableCompression does not ask for gzip.
	DisableCompression bool                      `json:"disable-compression,omitempty"`
	Extensions         map[string]runtime.Object `json:"extensions,omitempty"`
}

// AuthInfo contains the credentials of a user.
type AuthInfo struct {
	// LocationOfOrigin is the file that contains the user; relative paths are relative to its folder.
	LocationOfOrigin string `json:"-"`
	// ClientCertificate and ClientKey are PEM files. The Data fields, the contents of such files, have precedence.
	ClientCertificate     string `json:"client-certificate,omitempty"`
	ClientCertificateData []byte `json:"client-certificate-data,omitempty"`
	ClientKey             string `json:"client-key,omitempty"`
	ClientKeyData         []byte `datapolicy:"security-key"                json:"client-key-data,omitempty"`
	// Token is a bearer token. TokenFile is a file with one, which is read again when it changes and has precedence.
	Token     string `datapolicy:"token"         json:"token,omitempty"`
	TokenFile string `json:"tokenFile,omitempty"`
	// Impersonate and the next three fields are the user to act as.
	Impersonate          string              `json:"act-as,omitempty"`
	ImpersonateUID       string              `json:"act-as-uid,omitempty"`
	ImpersonateGroups    []string            `json:"act-as-groups,omitempty"`
	ImpersonateUserExtra map[string][]string `json:"act-as-user-extra,omitempty"`
	// Username and Password are for basic authentication.
	Username string `json:"username,omitempty"`
	Password string `datapolicy:"password"     json:"password,omitempty"`
	// AuthProvider configures an auth provider plugin. Using it is an error if the program has not registered the plugin.
	AuthProvider *AuthProviderConfig `json:"auth-provider,omitempty"`
	// Exec is a program that prints credentials.
	Exec       *ExecConfig               `json:"exec,omitempty"`
	Extensions map[string]runtime.Object `json:"extensions,omitempty"`
}

// Context is a cluster, a user on it, and the namespace to work in.
type Context struct {
	// LocationOfOrigin is the file that contains the context.
	LocationOfOrigin string `json:"-"`
	// Cluster and AuthInfo are names of entries of the same Config.
	Cluster  string `json:"cluster"`
	AuthInfo string `json:"user"`
	// Namespace is used if no other is chosen.
	Namespace  string                    `json:"namespace,omitempty"`
	Extensions map[string]runtime.Object `json:"extensions,omitempty"`
}

// AuthProviderConfig is the configuration of an auth provider plugin, which exec plugins have replaced.
type AuthProviderConfig struct {
	Name   string            `json:"name"`
	Config map[string]string `datapolicy:"config" json:"config,omitempty"`
}

var (
	_ fmt.Stringer   = new(AuthProviderConfig)
	_ fmt.GoStringer = new(AuthProviderConfig)
)

// GoString is String.
func (c AuthProviderConfig) GoString() string { return c.String() }

// String describes the configuration without its values, which may be secret.
func (c AuthProviderConfig) String() string {
	config := "<nil>"
	if c.Config != nil {
		config = redact.Text
	}
	return fmt.Sprintf("api.AuthProviderConfig{Name: %q, Config: map[string]string{%s}}", c.Name, config)
}

// NewConfig returns an empty Config whose maps are not nil.
func NewConfig() *Config {
	return &Config{
		Preferences: *NewPreferences(),
		Clusters:    map[string]*Cluster{},
		AuthInfos:   map[string]*AuthInfo{},
		Contexts:    map[string]*Context{},
		Extensions:  map[string]runtime.Object{},
	}
}

// NewContext returns an empty Context whose map is not nil.
func NewContext() *Context {
	return &Context{Extensions: map[string]runtime.Object{}}
}

// NewCluster returns an empty Cluster whose map is not nil.
func NewCluster() *Cluster {
	return &Cluster{Extensions: map[string]runtime.Object{}}
}

// NewAuthInfo returns an empty AuthInfo whose maps are not nil.
func NewAuthInfo() *AuthInfo {
	return &AuthInfo{ImpersonateUserExtra: map[string][]string{}, Extensions: map[string]runtime.Object{}}
}

// NewPreferences returns empty Preferences whose map is not nil.
func NewPreferences() *Preferences {
	return &Preferences{Extensions: map[string]runtime.Object{}}
}

var _ runtime.Object = &Config{}

func addKnownTypes(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(SchemeGroupVersion, &Config{})
	return nil
}

// GetObjectKind returns the Config itself.
func (in *Config) GetObjectKind() schema.ObjectKind { return in }

// SetGroupVersionKind sets APIVersion and Kind.
func (in *Config) SetGroupVersionKind(gvk schema.GroupVersionKind) {
	in.APIVersion, in.Kind = gvk.ToAPIVersionAndKind()
}

// GroupVersionKind returns the group, version and kind in APIVersion and Kind.
func (in *Config) GroupVersionKind() schema.GroupVersionKind {
	return schema.FromAPIVersionAndKind(in.APIVersion, in.Kind)
}
