package v1

import (
	"k8s.io/apimachinery/pkg/conversion"
	"k8s.io/apimachinery/pkg/runtime"
)

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
