package clientcmd

import (
	"fmt"
	"maps"

	"github.com/imdario/mergo"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// merge makes one kubeconfig of several: what an earlier one says, a later one does not change.
//
// Clusters, users, contexts and extensions are taken whole, by name: a later "red-user" is left out even where it has
// fields that the first lacks. Everything else comes, field by field, from the first file that sets it. The result shares
// no map with the inputs, and changes to its stanzas reach none of them.
func merge(configs []*api.Config) (*api.Config, error) {
	merged := api.NewConfig()
	for _, config := range configs {
		addMissing(merged.Clusters, config.Clusters)
		addMissing(merged.AuthInfos, config.AuthInfos)
		addMissing(merged.Contexts, config.Contexts)
		addMissingValues(merged.Extensions, config.Extensions)
		addMissingValues(merged.Preferences.Extensions, config.Preferences.Extensions)

		// What is left are the fields outside of maps. Mergo would mix the entries of maps, so it sees none.
		rest := *config
		rest.Clusters, rest.AuthInfos, rest.Contexts, rest.Extensions, rest.Preferences.Extensions = nil, nil, nil, nil, nil
		if err := mergo.Merge(merged, rest); err != nil {
			return nil, fmt.Errorf("merge kubeconfigs: %w", err)
		}
	}
	return merged, nil
}

// addMissing copies entries under names that are not taken.
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

// The overlays replace the fields of a stanza that another sets; extensions and extra values are replaced one by one.
// Mergo would mix what lies behind maps and pointers, and change it where it is shared: it sees none of them.

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
