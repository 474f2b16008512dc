package clientcmd

import (
	"fmt"
	"maps"

	"github.com/imdario/mergo"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// merge merges kubeconfigs; earlier ones win.
//
// Clusters, users, contexts and extensions are taken whole, by name: a later "red-user" is ignored even if it has fields
// that the first one lacks. Every other field comes from the first file that sets it. The result shares nothing mutable
// with the inputs.
func merge(configs []*api.Config) (*api.Config, error) {
	merged := api.NewConfig()
	for _, config := range configs {
		addMissing(merged.Clusters, config.Clusters)
		addMissing(merged.AuthInfos, config.AuthInfos)
		addMissing(merged.Contexts, config.Contexts)
		addMissingValues(merged.Extensions, config.Extensions)
		addMissingValues(merged.Preferences.Extensions, config.Preferences.Extensions)

		// Mergo merges the other fields. It would merge entries of maps, too, so it gets none.
		rest := *config
		rest.Clusters, rest.AuthInfos, rest.Contexts, rest.Extensions, rest.Preferences.Extensions = nil, nil, nil, nil, nil
		if err := mergo.Merge(merged, rest); err != nil {
			return nil, fmt.Errorf("merge kubeconfigs: %w", err)
		}
	}
	return merged, nil
}

// addMissing copies the entries whose names are free.
func addMissing[T any, P interface {
	*T
	DeepCopy() *T
}](to, from map[string]P) {
	for name, entry := range from {
		if _, taken := to[name]; !taken && entry != nil {
			to[name] = entry.DeepCopy()
		}
	}
}

func addMissingValues[M ~map[string]V, V any](to, from M) {
	missing := maps.Clone(from)
	maps.DeleteFunc(missing, func(name string, _ V) bool { _, taken := to[name]; return taken })
	maps.Copy(to, missing)
}

// The overlay functions replace the fields that over sets; extensions and extra values are replaced one by one. Mergo would
// merge the contents of maps and pointers, and change shared ones, so it gets none.

func overlayContext(context, over *api.Context) error {
	over = over.DeepCopy()
	overlayMap(&context.Extensions, over.Extensions)
	over.Extensions = nil
	return overlay(context, over)
}

func overlayCluster(cluster, over *api.Cluster) error {
	over = over.DeepCopy()
	overlayMap(&cluster.Extensions, over.Extensions)
	over.Extensions = nil
	return overlay(cluster, over)
}

func overlayUser(user, over *api.AuthInfo) error {
	over = over.DeepCopy()
	overlayMap(&user.Extensions, over.Extensions)
	overlayMap(&user.ImpersonateUserExtra, over.ImpersonateUserExtra)
	if over.Exec != nil {
		user.Exec = over.Exec
	}
	if over.AuthProvider != nil {
		user.AuthProvider = over.AuthProvider
	}
	over.Extensions, over.ImpersonateUserExtra, over.Exec, over.AuthProvider = nil, nil, nil, nil
	return overlay(user, over)
}

func overlayMap[V any](to *map[string]V, from map[string]V) {
	if *to == nil {
		*to = map[string]V{}
	}
	maps.Copy(*to, from)
}

func overlay[T any](to, over *T) error {
	if err := mergo.Merge(to, *over, mergo.WithOverride); err != nil {
		return fmt.Errorf("apply overrides: %w", err)
	}
	return nil
}
