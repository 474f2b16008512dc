package v1

import (
	"bytes"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/conversion"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// Convert_v1_Preferences_To_api_Preferences fills out, which shares nothing with in.
func Convert_v1_Preferences_To_api_Preferences(in *Preferences, out *api.Preferences, s conversion.Scope) error {
	out.Colors = in.Colors
	return Convert_Slice_v1_NamedExtension_To_Map_string_To_runtime_Object(&in.Extensions, &out.Extensions, s)
}

// Convert_api_Preferences_To_v1_Preferences fills out, which shares nothing with in.
func Convert_api_Preferences_To_v1_Preferences(in *api.Preferences, out *Preferences, s conversion.Scope) error {
	out.Colors = in.Colors
	return Convert_Map_string_To_runtime_Object_To_Slice_v1_NamedExtension(&in.Extensions, &out.Extensions, s)
}

// Convert_v1_Cluster_To_api_Cluster fills out, which shares nothing with in.
func Convert_v1_Cluster_To_api_Cluster(in *Cluster, out *api.Cluster, s conversion.Scope) error {
	out.Server = in.Server
	out.TLSServerName = in.TLSServerName
	out.InsecureSkipTLSVerify = in.InsecureSkipTLSVerify
	out.CertificateAuthority = in.CertificateAuthority
	out.ProxyURL = in.ProxyURL
	out.DisableCompression = in.DisableCompression
	out.CertificateAuthorityData = bytes.Clone(in.CertificateAuthorityData)
	return Convert_Slice_v1_NamedExtension_To_Map_string_To_runtime_Object(&in.Extensions, &out.Extensions, s)
}

// Convert_api_Cluster_To_v1_Cluster fills out, which shares nothing with in.
func Convert_api_Cluster_To_v1_Cluster(in *api.Cluster, out *Cluster, s conversion.Scope) error {
	out.Server = in.Server
	out.TLSServerName = in.TLSServerName
	out.InsecureSkipTLSVerify = in.InsecureSkipTLSVerify
	out.CertificateAuthority = in.CertificateAuthority
	out.ProxyURL = in.ProxyURL
	out.DisableCompression = in.DisableCompression
	out.CertificateAuthorityData = bytes.Clone(in.CertificateAuthorityData)
	return Convert_Map_string_To_runtime_Object_To_Slice_v1_NamedExtension(&in.Extensions, &out.Extensions, s)
}

// Convert_v1_Context_To_api_Context fills out, which shares nothing with in.
func Convert_v1_Context_To_api_Context(in *Context, out *api.Context, s conversion.Scope) error {
	out.Cluster = in.Cluster
	out.AuthInfo = in.AuthInfo
	out.Namespace = in.Namespace
	return Convert_Slice_v1_NamedExtension_To_Map_string_To_runtime_Object(&in.Extensions, &out.Extensions, s)
}

// Convert_api_Context_To_v1_Context fills out, which shares nothing with in.
func Convert_api_Context_To_v1_Context(in *api.Context, out *Context, s conversion.Scope) error {
	out.Cluster = in.Cluster
	out.AuthInfo = in.AuthInfo
	out.Namespace = in.Namespace
	return Convert_Map_string_To_runtime_Object_To_Slice_v1_NamedExtension(&in.Extensions, &out.Extensions, s)
}

// Convert_v1_AuthInfo_To_api_AuthInfo fills out, which shares nothing with in.
func Convert_v1_AuthInfo_To_api_AuthInfo(in *AuthInfo, out *api.AuthInfo, s conversion.Scope) error {
	out.ClientCertificate = in.ClientCertificate
	out.ClientKey = in.ClientKey
	out.Token = in.Token
	out.TokenFile = in.TokenFile
	out.Impersonate = in.Impersonate
	out.ImpersonateUID = in.ImpersonateUID
	out.Username = in.Username
	out.Password = in.Password
	out.ClientCertificateData = bytes.Clone(in.ClientCertificateData)
	out.ClientKeyData = bytes.Clone(in.ClientKeyData)
	out.ImpersonateGroups = slices.Clone(in.ImpersonateGroups)
	out.ImpersonateUserExtra = maps.Clone(in.ImpersonateUserExtra)
	for key, values := range out.ImpersonateUserExtra {
		out.ImpersonateUserExtra[key] = slices.Clone(values)
	}
	if in.AuthProvider != nil {
		out.AuthProvider = &api.AuthProviderConfig{}
		if err := Convert_v1_AuthProviderConfig_To_api_AuthProviderConfig(in.AuthProvider, out.AuthProvider, s); err != nil {
			return err
		}
	}
	if in.Exec != nil {
		out.Exec = &api.ExecConfig{}
		if err := Convert_v1_ExecConfig_To_api_ExecConfig(in.Exec, out.Exec, s); err != nil {
			return err
		}
	}
	return Convert_Slice_v1_NamedExtension_To_Map_string_To_runtime_Object(&in.Extensions, &out.Extensions, s)
}

// Convert_api_AuthInfo_To_v1_AuthInfo fills out, which shares nothing with in.
func Convert_api_AuthInfo_To_v1_AuthInfo(in *api.AuthInfo, out *AuthInfo, s conversion.Scope) error {
	out.ClientCertificate = in.ClientCertificate
	out.ClientKey = in.ClientKey
	out.Token = in.Token
	out.TokenFile = in.TokenFile
	out.Impersonate = in.Impersonate
	out.ImpersonateUID = in.ImpersonateUID
	out.Username = in.Username
	out.Password = in.Password
	out.ClientCertificateData = bytes.Clone(in.ClientCertificateData)
	out.ClientKeyData = bytes.Clone(in.ClientKeyData)
	out.ImpersonateGroups = slices.Clone(in.ImpersonateGroups)
	out.ImpersonateUserExtra = maps.Clone(in.ImpersonateUserExtra)
	for key, values := range out.ImpersonateUserExtra {
		out.ImpersonateUserExtra[key] = slices.Clone(values)
	}
	if in.AuthProvider != nil {
		out.AuthProvider = &AuthProviderConfig{}
		if err := Convert_api_AuthProviderConfig_To_v1_AuthProviderConfig(in.AuthProvider, out.AuthProvider, s); err != nil {
			return err
		}
	}
	if in.Exec != nil {
		out.Exec = &ExecConfig{}
		if err := Convert_api_ExecConfig_To_v1_ExecConfig(in.Exec, out.Exec, s); err != nil {
			return err
		}
	}
	return Convert_Map_string_To_runtime_Object_To_Slice_v1_NamedExtension(&in.Extensions, &out.Extensions, s)
}

// Convert_v1_AuthProviderConfig_To_api_AuthProviderConfig fills out, which shares nothing with in.
func Convert_v1_AuthProviderConfig_To_api_AuthProviderConfig(in *AuthProviderConfig, out *api.AuthProviderConfig, _ conversion.Scope) error {
	out.Name = in.Name
	out.Config = maps.Clone(in.Config)
	return nil
}

// Convert_api_AuthProviderConfig_To_v1_AuthProviderConfig fills out, which shares nothing with in.
func Convert_api_AuthProviderConfig_To_v1_AuthProviderConfig(in *api.AuthProviderConfig, out *AuthProviderConfig, _ conversion.Scope) error {
	out.Name = in.Name
	out.Config = maps.Clone(in.Config)
	return nil
}

// Convert_v1_ExecConfig_To_api_ExecConfig fills out, which shares nothing with in.
func Convert_v1_ExecConfig_To_api_ExecConfig(in *ExecConfig, out *api.ExecConfig, _ conversion.Scope) error {
	out.Command = in.Command
	out.APIVersion = in.APIVersion
	out.InstallHint = in.InstallHint
	out.ProvideClusterInfo = in.ProvideClusterInfo
	out.InteractiveMode = api.ExecInteractiveMode(in.InteractiveMode)
	out.Args = slices.Clone(in.Args)
	out.Env = nil
	if in.Env != nil {
		out.Env = make([]api.ExecEnvVar, len(in.Env))
	}
	for i, variable := range in.Env {
		out.Env[i] = api.ExecEnvVar(variable)
	}
	return nil
}

// Convert_api_ExecConfig_To_v1_ExecConfig fills out, which shares nothing with in.
func Convert_api_ExecConfig_To_v1_ExecConfig(in *api.ExecConfig, out *ExecConfig, _ conversion.Scope) error {
	out.Command = in.Command
	out.APIVersion = in.APIVersion
	out.InstallHint = in.InstallHint
	out.ProvideClusterInfo = in.ProvideClusterInfo
	out.InteractiveMode = ExecInteractiveMode(in.InteractiveMode)
	out.Args = slices.Clone(in.Args)
	out.Env = nil
	if in.Env != nil {
		out.Env = make([]ExecEnvVar, len(in.Env))
	}
	for i, variable := range in.Env {
		out.Env[i] = ExecEnvVar(variable)
	}
	return nil
}

// Convert_v1_ExecEnvVar_To_api_ExecEnvVar fills out, which shares nothing with in.
func Convert_v1_ExecEnvVar_To_api_ExecEnvVar(in *ExecEnvVar, out *api.ExecEnvVar, _ conversion.Scope) error {
	*out = api.ExecEnvVar(*in)
	return nil
}

// Convert_api_ExecEnvVar_To_v1_ExecEnvVar fills out, which shares nothing with in.
func Convert_api_ExecEnvVar_To_v1_ExecEnvVar(in *api.ExecEnvVar, out *ExecEnvVar, _ conversion.Scope) error {
	*out = ExecEnvVar(*in)
	return nil
}
