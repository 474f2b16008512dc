package v1

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// ToAPI converts a file's content to the form in memory. Of several items with one name the first counts, as in a merge
// of files; an extension is kept as runtime.Unknown.
func ToAPI(in *Config) *api.Config {
	out := api.NewConfig()
	out.CurrentContext = in.CurrentContext
	out.Preferences = api.Preferences{Colors: in.Preferences.Colors, Extensions: extensions(in.Preferences.Extensions)}
	out.Extensions = extensions(in.Extensions)
	for _, c := range in.Clusters {
		if _, known := out.Clusters[c.Name]; !known {
			out.Clusters[c.Name] = cluster(c.Cluster)
		}
	}
	for _, u := range in.AuthInfos {
		if _, known := out.AuthInfos[u.Name]; !known {
			out.AuthInfos[u.Name] = authInfo(u.AuthInfo)
		}
	}
	for _, c := range in.Contexts {
		if _, known := out.Contexts[c.Name]; !known {
			out.Contexts[c.Name] = &api.Context{
				Cluster: c.Context.Cluster, AuthInfo: c.Context.AuthInfo, Namespace: c.Context.Namespace,
				Extensions: extensions(c.Context.Extensions),
			}
		}
	}
	return out
}

func cluster(in Cluster) *api.Cluster {
	return &api.Cluster{
		Server:                   in.Server,
		TLSServerName:            in.TLSServerName,
		InsecureSkipTLSVerify:    in.InsecureSkipTLSVerify,
		CertificateAuthority:     in.CertificateAuthority,
		CertificateAuthorityData: in.CertificateAuthorityData,
		ProxyURL:                 in.ProxyURL,
		DisableCompression:       in.DisableCompression,
		Extensions:               extensions(in.Extensions),
	}
}

func authInfo(in AuthInfo) *api.AuthInfo {
	out := &api.AuthInfo{
		ClientCertificate:     in.ClientCertificate,
		ClientCertificateData: in.ClientCertificateData,
		ClientKey:             in.ClientKey,
		ClientKeyData:         in.ClientKeyData,
		Token:                 in.Token,
		TokenFile:             in.TokenFile,
		Impersonate:           in.Impersonate,
		ImpersonateUID:        in.ImpersonateUID,
		ImpersonateGroups:     in.ImpersonateGroups,
		ImpersonateUserExtra:  in.ImpersonateUserExtra,
		Username:              in.Username,
		Password:              in.Password,
		Extensions:            extensions(in.Extensions),
	}
	if out.ImpersonateUserExtra == nil {
		out.ImpersonateUserExtra = map[string][]string{}
	}
	if p := in.AuthProvider; p != nil {
		out.AuthProvider = &api.AuthProviderConfig{Name: p.Name, Config: p.Config}
	}
	if e := in.Exec; e != nil {
		out.Exec = exec(e)
	}
	return out
}

// execV1 is the version of the plugins' interface from which the interactive mode must be said.
const execV1 = "client.authentication.k8s.io/v1"

func exec(in *ExecConfig) *api.ExecConfig {
	out := &api.ExecConfig{
		Command: in.Command, Args: in.Args, APIVersion: in.APIVersion, InstallHint: in.InstallHint,
		ProvideClusterInfo: in.ProvideClusterInfo, InteractiveMode: api.ExecInteractiveMode(in.InteractiveMode),
	}
	for _, variable := range in.Env {
		out.Env = append(out.Env, api.ExecEnvVar(variable))
	}
	if out.InteractiveMode == "" && out.APIVersion != execV1 {
		out.InteractiveMode = api.IfAvailableExecInteractiveMode
	}
	return out
}

func extensions(in []NamedExtension) map[string]runtime.Object {
	out := make(map[string]runtime.Object, len(in))
	for _, e := range in {
		if _, known := out[e.Name]; known {
			continue
		}
		if e.Extension.Object != nil {
			out[e.Name] = e.Extension.Object
			continue
		}
		out[e.Name] = &runtime.Unknown{Raw: e.Extension.Raw, ContentType: runtime.ContentTypeJSON}
	}
	return out
}

// CheckKind refuses a file that says it is something else than a kubeconfig.
func CheckKind(in *Config) error {
	if (in.Kind == "" || in.Kind == "Config") && (in.APIVersion == "" || in.APIVersion == "v1") {
		return nil
	}
	return fmt.Errorf("it holds a %s, not a kubeconfig: kind is to be Config and apiVersion v1",
		strings.TrimSpace(in.APIVersion+" "+in.Kind))
}
