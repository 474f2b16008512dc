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
func addMissing[T any](to, from map[string]*T) {
	for name, entry := range from {
		if _, taken := to[name]; !taken && entry != nil {
			copied := *entry
			to[name] = &copied
		}
	}
}

func addMissingValues[M ~map[string]V, V any](to, from M) {
	missing := maps.Clone(from)
	maps.DeleteFunc(missing, func(name string, _ V) bool { _, taken := to[name]; return taken })
	maps.Copy(to, missing)
}
