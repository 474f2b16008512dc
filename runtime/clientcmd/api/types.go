package api

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// Config is a whole kubeconfig, of one file or merged from several.
//
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Config struct {
	// Kind and APIVersion are as the file gave them; they carry no meaning here.
	Kind       string `json:"kind,omitempty"`
	APIVersion string `json:"apiVersion,omitempty"`
	// Preferences of the command line.
	Preferences Preferences `json:"preferences,omitzero"`
	// Clusters by name.
	Clusters map[string]*Cluster `json:"clusters"`
	// AuthInfos are the users by name.
	AuthInfos map[string]*AuthInfo `json:"users"`
	// Contexts by name.
	Contexts map[string]*Context `json:"contexts"`
	// CurrentContext is the name of the context used where none is asked for.
	CurrentContext string `json:"current-context"`
	// Extensions are kept for those who know them.
	Extensions map[string]runtime.Object `json:"extensions,omitempty"`
}

// Preferences of the command line.
type Preferences struct {
	Colors     bool                      `json:"colors,omitempty"`
	Extensions map[string]runtime.Object `json:"extensions,omitempty"`
}

// Cluster is how to reach a server.
type Cluster struct {
	// LocationOfOrigin is the file that the cluster came from; relative paths are relative to its folder.
	LocationOfOrigin string `json:"-"`
	// Server is the URL of the server, such as https://hostname:port.
	Server string `datapolicy:"url" json:"server"`
	// TLSServerName is the name to expect in the server's certificate instead of its host name.
	TLSServerName string `json:"tls-server-name,omitempty"`
	// InsecureSkipTLSVerify trusts whatever certificate the server shows.
	InsecureSkipTLSVerify bool `json:"insecure-skip-tls-verify,omitempty"`
	// CertificateAuthority is a file of PEM certificates to trust; CertificateAuthorityData, the certificates
	// themselves, overrides it.
	CertificateAuthority     string `json:"certificate-authority,omitempty"`
	CertificateAuthorityData []byte `json:"certificate-authority-data,omitempty"`
	// ProxyURL is the proxy for requests to this server: http, https or socks5.
	ProxyURL string `datapolicy:"url" json:"proxy-url,omitempty"`
	// DisableCompression asks for answers without gzip.
	DisableCompression bool                      `json:"disable-compression,omitempty"`
	Extensions         map[string]runtime.Object `json:"extensions,omitempty"`
}

// AuthInfo is who the user is, and how to prove it.
type AuthInfo struct {
	// LocationOfOrigin is the file that the user came from; relative paths are relative to its folder.
	LocationOfOrigin string `json:"-"`
	// ClientCertificate and ClientKey are PEM files; the Data fields, the contents themselves, override them.
	ClientCertificate     string `json:"client-certificate,omitempty"`
	ClientCertificateData []byte `json:"client-certificate-data,omitempty"`
	ClientKey             string `json:"client-key,omitempty"`
	ClientKeyData         []byte `datapolicy:"security-key"                json:"client-key-data,omitempty"`
	// Token is a bearer token; TokenFile, where it is set too, is re-read and wins.
	Token     string `datapolicy:"token"         json:"token,omitempty"`
	TokenFile string `json:"tokenFile,omitempty"`
	// Impersonate and the others name somebody to act as.
	Impersonate          string              `json:"act-as,omitempty"`
	ImpersonateUID       string              `json:"act-as-uid,omitempty"`
	ImpersonateGroups    []string            `json:"act-as-groups,omitempty"`
	ImpersonateUserExtra map[string][]string `json:"act-as-user-extra,omitempty"`
	// Username and Password are for basic authentication.
	Username string `json:"username,omitempty"`
	Password string `datapolicy:"password"     json:"password,omitempty"`
	// AuthProvider is a former kind of plugin; it is kept, and refused where it would be used.
	AuthProvider *AuthProviderConfig `json:"auth-provider,omitempty"`
	// Exec names a program that prints credentials.
	Exec       *ExecConfig               `json:"exec,omitempty"`
	Extensions map[string]runtime.Object `json:"extensions,omitempty"`
}

// Context is a cluster, a user on it, and the namespace to work in.
type Context struct {
	// LocationOfOrigin is the file that the context came from.
	LocationOfOrigin string `json:"-"`
	// Cluster and AuthInfo are names of entries of the same Config.
	Cluster  string `json:"cluster"`
	AuthInfo string `json:"user"`
	// Namespace is used where none is asked for.
	Namespace  string                    `json:"namespace,omitempty"`
	Extensions map[string]runtime.Object `json:"extensions,omitempty"`
}

// AuthProviderConfig is the configuration of a former kind of plugin.
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

// NewConfig returns an empty Config with maps that can be written to.
func NewConfig() *Config {
	return &Config{
		Preferences: *NewPreferences(),
		Clusters:    map[string]*Cluster{},
		AuthInfos:   map[string]*AuthInfo{},
		Contexts:    map[string]*Context{},
		Extensions:  map[string]runtime.Object{},
	}
}

// NewContext returns an empty Context with maps that can be written to.
func NewContext() *Context {
	return &Context{Extensions: map[string]runtime.Object{}}
}

// NewCluster returns an empty Cluster with maps that can be written to.
func NewCluster() *Cluster {
	return &Cluster{Extensions: map[string]runtime.Object{}}
}

// NewAuthInfo returns an empty AuthInfo with maps that can be written to.
func NewAuthInfo() *AuthInfo {
	return &AuthInfo{ImpersonateUserExtra: map[string][]string{}, Extensions: map[string]runtime.Object{}}
}

// NewPreferences returns empty Preferences with a map that can be written to.
func NewPreferences() *Preferences {
	return &Preferences{Extensions: map[string]runtime.Object{}}
}

var _ runtime.Object = &Config{}

func addKnownTypes(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(SchemeGroupVersion, &Config{})
	return nil
}

// GetObjectKind returns the Config itself, which keeps its kind.
func (in *Config) GetObjectKind() schema.ObjectKind { return in }

// SetGroupVersionKind sets APIVersion and Kind.
func (in *Config) SetGroupVersionKind(gvk schema.GroupVersionKind) {
	in.APIVersion, in.Kind = gvk.ToAPIVersionAndKind()
}

// GroupVersionKind returns what APIVersion and Kind say.
func (in *Config) GroupVersionKind() schema.GroupVersionKind {
	return schema.FromAPIVersionAndKind(in.APIVersion, in.Kind)
}
