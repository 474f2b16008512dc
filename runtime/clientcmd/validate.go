package clientcmd

import (
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// Validate reports all that is wrong with a kubeconfig, whichever context it belongs to, in one error; nil means nothing.
// [IsEmptyConfig], [IsContextNotFound] and [IsConfigurationInvalid] tell errors apart. Files that the config names must be
// there to be read.
func Validate(config api.Config) error {
	if api.IsConfigEmpty(&config) {
		return invalid([]error{ErrEmptyConfig})
	}
	var errs []error
	if name := config.CurrentContext; name != "" && config.Contexts[name] == nil {
		errs = append(errs, &errContextNotFound{name: name})
	}
	errs = append(errs, each(config.Contexts, func(name string, context *api.Context) []error {
		return validateContext(name, context, &config)
	})...)
	errs = append(errs, each(config.AuthInfos, validateUser)...)
	errs = append(errs, each(config.Clusters, validateCluster)...)
	return invalid(errs)
}

// ConfirmUsable reports all that is wrong with one context, the current one where no name is given, and with the cluster
// and the user that it names; other contexts may be as broken as they like.
func ConfirmUsable(config api.Config, passedContextName string) error {
	if api.IsConfigEmpty(&config) {
		return invalid([]error{ErrEmptyConfig})
	}
	name := passedContextName
	if name == "" {
		name = config.CurrentContext
	}
	if name == "" {
		return ErrNoContext
	}
	context := config.Contexts[name]
	if context == nil {
		return invalid([]error{&errContextNotFound{name: name}})
	}
	errs := validateContext(name, context, &config)
	errs = append(errs, validateUser(context.AuthInfo, orNew(config.AuthInfos[context.AuthInfo], api.NewAuthInfo))...)
	errs = append(errs, validateCluster(context.Cluster, orNew(config.Clusters[context.Cluster], api.NewCluster))...)
	return invalid(errs)
}

func orNew[T any](entry *T, empty func() *T) *T {
	if entry == nil {
		return empty()
	}
	return entry
}

// each collects the errors of the entries, in the order of their names.
func each[T any](entries map[string]*T, validate func(string, *T) []error) []error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if entry := entries[name]; entry != nil {
			errs = append(errs, validate(name, entry)...)
		}
	}
	return errs
}

// validateContext looks at a context, not at the cluster and the user that it names.
func validateContext(name string, context *api.Context, config *api.Config) []error {
	var errs []error
	report := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf(format+"%s", append(args, in(context.LocationOfOrigin))...))
	}
	if name == "" {
		report("empty context name for the context of cluster %q and user %q is not allowed", context.Cluster, context.AuthInfo)
	}
	if context.AuthInfo == "" {
		report("user was not specified for context %q", name)
	} else if config.AuthInfos[context.AuthInfo] == nil {
		report("user %q was not found for context %q", context.AuthInfo, name)
	}
	if context.Cluster == "" {
		report("cluster was not specified for context %q", name)
	} else if config.Clusters[context.Cluster] == nil {
		report("cluster %q was not found for context %q", context.Cluster, name)
	}
	if context.Namespace != "" && len(validation.IsDNS1123Label(context.Namespace)) > 0 {
		report("namespace %q for context %q does not conform to the kubernetes DNS_LABEL rules", context.Namespace, name)
	}
	return errs
}

// in names the file that a stanza came from, where there is one.
func in(origin string) string {
	if origin == "" {
		return ""
	}
	return " (in " + origin + ")"
}
