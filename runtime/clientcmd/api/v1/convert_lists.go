package v1

import (
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/conversion"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// Convert_Slice_v1_NamedCluster_To_Map_string_To_Pointer_api_Cluster adds a list's entries to a map, made where it is nil.
// A name that is there already is an error.
func Convert_Slice_v1_NamedCluster_To_Map_string_To_Pointer_api_Cluster(in *[]NamedCluster, out *map[string]*api.Cluster, s conversion.Scope) error {
	for i := range *in {
		entry := api.NewCluster()
		if err := Convert_v1_Cluster_To_api_Cluster(&(*in)[i].Cluster, entry, s); err != nil {
			return fmt.Errorf("clusters[%d]: %w", i, err)
		}
		if err := add(out, (*in)[i].Name, entry); err != nil {
			return fmt.Errorf("clusters[%d]: error converting *[]NamedCluster into *map[string]*api.Cluster: %w", i, err)
		}
	}
	return nil
}

// Convert_Map_string_To_Pointer_api_Cluster_To_Slice_v1_NamedCluster appends a map's entries to a list, sorted by name.
func Convert_Map_string_To_Pointer_api_Cluster_To_Slice_v1_NamedCluster(in *map[string]*api.Cluster, out *[]NamedCluster, s conversion.Scope) error {
	for _, name := range slices.Sorted(maps.Keys(*in)) {
		entry := NamedCluster{Name: name}
		if stanza := (*in)[name]; stanza != nil {
			if err := Convert_api_Cluster_To_v1_Cluster(stanza, &entry.Cluster, s); err != nil {
				return fmt.Errorf("clusters %q: %w", name, err)
			}
		}
		*out = append(*out, entry)
	}
	return nil
}

// Convert_Slice_v1_NamedAuthInfo_To_Map_string_To_Pointer_api_AuthInfo adds a list's entries to a map, made where it is nil.
// A name that is there already is an error.
func Convert_Slice_v1_NamedAuthInfo_To_Map_string_To_Pointer_api_AuthInfo(in *[]NamedAuthInfo, out *map[string]*api.AuthInfo, s conversion.Scope) error {
	for i := range *in {
		entry := api.NewAuthInfo()
		if err := Convert_v1_AuthInfo_To_api_AuthInfo(&(*in)[i].AuthInfo, entry, s); err != nil {
			return fmt.Errorf("users[%d]: %w", i, err)
		}
		if err := add(out, (*in)[i].Name, entry); err != nil {
			return fmt.Errorf("users[%d]: error converting *[]NamedAuthInfo into *map[string]*api.AuthInfo: %w", i, err)
		}
	}
	return nil
}

// Convert_Map_string_To_Pointer_api_AuthInfo_To_Slice_v1_NamedAuthInfo appends a map's entries to a list, sorted by name.
func Convert_Map_string_To_Pointer_api_AuthInfo_To_Slice_v1_NamedAuthInfo(in *map[string]*api.AuthInfo, out *[]NamedAuthInfo, s conversion.Scope) error {
	for _, name := range slices.Sorted(maps.Keys(*in)) {
		entry := NamedAuthInfo{Name: name}
		if stanza := (*in)[name]; stanza != nil {
			if err := Convert_api_AuthInfo_To_v1_AuthInfo(stanza, &entry.AuthInfo, s); err != nil {
				return fmt.Errorf("users %q: %w", name, err)
			}
		}
		*out = append(*out, entry)
	}
	return nil
}

// Convert_Slice_v1_NamedContext_To_Map_string_To_Pointer_api_Context adds a list's entries to a map, made where it is nil.
// A name that is there already is an error.
func Convert_Slice_v1_NamedContext_To_Map_string_To_Pointer_api_Context(in *[]NamedContext, out *map[string]*api.Context, s conversion.Scope) error {
	for i := range *in {
		entry := api.NewContext()
		if err := Convert_v1_Context_To_api_Context(&(*in)[i].Context, entry, s); err != nil {
			return fmt.Errorf("contexts[%d]: %w", i, err)
		}
		if err := add(out, (*in)[i].Name, entry); err != nil {
			return fmt.Errorf("contexts[%d]: error converting *[]NamedContext into *map[string]*api.Context: %w", i, err)
		}
	}
	return nil
}

// Convert_Map_string_To_Pointer_api_Context_To_Slice_v1_NamedContext appends a map's entries to a list, sorted by name.
func Convert_Map_string_To_Pointer_api_Context_To_Slice_v1_NamedContext(in *map[string]*api.Context, out *[]NamedContext, s conversion.Scope) error {
	for _, name := range slices.Sorted(maps.Keys(*in)) {
		entry := NamedContext{Name: name}
		if stanza := (*in)[name]; stanza != nil {
			if err := Convert_api_Context_To_v1_Context(stanza, &entry.Context, s); err != nil {
				return fmt.Errorf("contexts %q: %w", name, err)
			}
		}
		*out = append(*out, entry)
	}
	return nil
}

// Convert_Slice_v1_NamedExtension_To_Map_string_To_runtime_Object adds extensions to a map, made where it is nil; each
// is a runtime.Unknown that holds its JSON. A name that is there already is an error.
func Convert_Slice_v1_NamedExtension_To_Map_string_To_runtime_Object(in *[]NamedExtension, out *map[string]runtime.Object, s conversion.Scope) error {
	for i := range *in {
		var extension runtime.Object
		if err := runtime.Convert_runtime_RawExtension_To_runtime_Object(&(*in)[i].Extension, &extension, s); err != nil {
			return fmt.Errorf("extensions[%d]: %w", i, err)
		}
		if err := add(out, (*in)[i].Name, extension); err != nil {
			return fmt.Errorf("extensions[%d]: error converting *[]NamedExtension into *map[string]runtime.Object: %w", i, err)
		}
	}
	return nil
}

// Convert_Map_string_To_runtime_Object_To_Slice_v1_NamedExtension appends extensions to a list, sorted by name.
func Convert_Map_string_To_runtime_Object_To_Slice_v1_NamedExtension(in *map[string]runtime.Object, out *[]NamedExtension, s conversion.Scope) error {
	for _, name := range slices.Sorted(maps.Keys(*in)) {
		extension, raw := (*in)[name], runtime.RawExtension{}
		if err := runtime.Convert_runtime_Object_To_runtime_RawExtension(&extension, &raw, s); err != nil {
			return fmt.Errorf("extensions %q: %w", name, err)
		}
		*out = append(*out, NamedExtension{Name: name, Extension: raw})
	}
	return nil
}

// add adds an entry under a name that is not taken. The error of one that is has the words of client-go, Go types included:
// they are what people search for.
func add[T any](entries *map[string]T, name string, entry T) error {
	if *entries == nil {
		*entries = map[string]T{}
	}
	if _, exists := (*entries)[name]; exists {
		return fmt.Errorf("duplicate name %q in list: rename or remove one of them", name)
	}
	(*entries)[name] = entry
	return nil
}
