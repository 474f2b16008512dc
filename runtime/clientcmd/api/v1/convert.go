package v1

import (
	"bytes"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/conversion"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// Convert_v1_Config_To_api_Config fills out from a file's form. Two entries of one list with the same name are an
// error: which of them counts, nobody could tell. Kind and APIVersion, which mean nothing in memory, stay behind.
func Convert_v1_Config_To_api_Config(in *Config, out *api.Config, s conversion.Scope) error {
	out.CurrentContext = in.CurrentContext
	return firstError(
		func() error { return Convert_v1_Preferences_To_api_Preferences(&in.Preferences, &out.Preferences, s) },
		func() error {
			return Convert_Slice_v1_NamedCluster_To_Map_string_To_Pointer_api_Cluster(&in.Clusters, &out.Clusters, s)
		},
		func() error {
			return Convert_Slice_v1_NamedAuthInfo_To_Map_string_To_Pointer_api_AuthInfo(&in.AuthInfos, &out.AuthInfos, s)
		},
		func() error {
			return Convert_Slice_v1_NamedContext_To_Map_string_To_Pointer_api_Context(&in.Contexts, &out.Contexts, s)
		},
		func() error {
			return Convert_Slice_v1_NamedExtension_To_Map_string_To_runtime_Object(&in.Extensions, &out.Extensions, s)
		},
	)
}

// Convert_api_Config_To_v1_Config fills out, with lists sorted by name.
func Convert_api_Config_To_v1_Config(in *api.Config, out *Config, s conversion.Scope) error {
	out.CurrentContext = in.CurrentContext
	return firstError(
		func() error { return Convert_api_Preferences_To_v1_Preferences(&in.Preferences, &out.Preferences, s) },
		func() error {
			return Convert_Map_string_To_Pointer_api_Cluster_To_Slice_v1_NamedCluster(&in.Clusters, &out.Clusters, s)
		},
		func() error {
			return Convert_Map_string_To_Pointer_api_AuthInfo_To_Slice_v1_NamedAuthInfo(&in.AuthInfos, &out.AuthInfos, s)
		},
		func() error {
			return Convert_Map_string_To_Pointer_api_Context_To_Slice_v1_NamedContext(&in.Contexts, &out.Contexts, s)
		},
		func() error {
			return Convert_Map_string_To_runtime_Object_To_Slice_v1_NamedExtension(&in.Extensions, &out.Extensions, s)
		},
	)
}

func firstError(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// RegisterConversions makes a scheme convert with this package's functions.
func RegisterConversions(s *runtime.Scheme) error {
	for _, register := range []func(*runtime.Scheme) error{
		pair(Convert_v1_Config_To_api_Config, Convert_api_Config_To_v1_Config),
		pair(Convert_v1_Preferences_To_api_Preferences, Convert_api_Preferences_To_v1_Preferences),
		pair(Convert_v1_Cluster_To_api_Cluster, Convert_api_Cluster_To_v1_Cluster),
		pair(Convert_v1_AuthInfo_To_api_AuthInfo, Convert_api_AuthInfo_To_v1_AuthInfo),
		pair(Convert_v1_Context_To_api_Context, Convert_api_Context_To_v1_Context),
		pair(Convert_v1_AuthProviderConfig_To_api_AuthProviderConfig, Convert_api_AuthProviderConfig_To_v1_AuthProviderConfig),
		pair(Convert_v1_ExecConfig_To_api_ExecConfig, Convert_api_ExecConfig_To_v1_ExecConfig),
		pair(Convert_v1_ExecEnvVar_To_api_ExecEnvVar, Convert_api_ExecEnvVar_To_v1_ExecEnvVar),
		pair(Convert_Slice_v1_NamedCluster_To_Map_string_To_Pointer_api_Cluster, Convert_Map_string_To_Pointer_api_Cluster_To_Slice_v1_NamedCluster),
		pair(Convert_Slice_v1_NamedAuthInfo_To_Map_string_To_Pointer_api_AuthInfo, Convert_Map_string_To_Pointer_api_AuthInfo_To_Slice_v1_NamedAuthInfo),
		pair(Convert_Slice_v1_NamedContext_To_Map_string_To_Pointer_api_Context, Convert_Map_string_To_Pointer_api_Context_To_Slice_v1_NamedContext),
		pair(Convert_Slice_v1_NamedExtension_To_Map_string_To_runtime_Object, Convert_Map_string_To_runtime_Object_To_Slice_v1_NamedExtension),
	} {
		if err := register(s); err != nil {
			return err
		}
	}
	return nil
}

func pair[A, B any](there func(*A, *B, conversion.Scope) error, back func(*B, *A, conversion.Scope) error) func(*runtime.Scheme) error {
	return func(s *runtime.Scheme) error {
		if err := s.AddConversionFunc((*A)(nil), (*B)(nil), untyped(there)); err != nil {
			return err
		}
		return s.AddConversionFunc((*B)(nil), (*A)(nil), untyped(back))
	}
}

func untyped[A, B any](convert func(*A, *B, conversion.Scope) error) conversion.ConversionFunc {
	return func(a, b any, scope conversion.Scope) error { return convert(a.(*A), b.(*B), scope) }
}

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
