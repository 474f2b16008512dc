package v1

import (
	"k8s.io/apimachinery/pkg/conversion"

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
