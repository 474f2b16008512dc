package clientcmd

import (
	"fmt"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// choice is the context that a client uses, with its cluster and its user, overrides applied. All three are copies.
type choice struct {
	contextName string
	context     api.Context
	cluster     api.Cluster
	user        api.AuthInfo
}

// choose finds the context, its cluster and its user. What an override names must exist; anything else that is missing is
// left empty, and confirm reports it.
func (config *DirectClientConfig) choose() (*choice, error) {
	overrides := config.overrides
	if overrides == nil {
		overrides = &ConfigOverrides{}
	}
	chosen := &choice{contextName: config.chosenName(overrides)}
	context := config.config.Contexts[chosen.contextName]
	if context == nil && overrides.CurrentContext != "" {
		return nil, &errContextNotFound{chosen.contextName, fmt.Sprintf("context %q does not exist", chosen.contextName)}
	}
	if context != nil {
		chosen.context = *context.DeepCopy()
	}
	if err := overlayContext(&chosen.context, &overrides.Context); err != nil {
		return nil, err
	}
	if err := config.chooseCluster(chosen, overrides); err != nil {
		return nil, err
	}
	return chosen, config.chooseUser(chosen, overrides)
}

func (config DirectClientConfig) chosenName(overrides *ConfigOverrides) string {
	switch {
	case overrides.CurrentContext != "":
		return overrides.CurrentContext
	case config.contextName != "":
		return config.contextName
	default:
		return config.config.CurrentContext
	}
}

func (config *DirectClientConfig) chooseCluster(chosen *choice, overrides *ConfigOverrides) error {
	chosen.cluster = *overrides.ClusterDefaults.DeepCopy()
	cluster, over := config.config.Clusters[chosen.context.Cluster], &overrides.ClusterInfo
	if cluster == nil && overrides.Context.Cluster != "" {
		return fmt.Errorf("cluster %q does not exist", overrides.Context.Cluster)
	}
	if cluster != nil {
		if err := overlayCluster(&chosen.cluster, cluster); err != nil {
			return err
		}
	}
	if err := overlayCluster(&chosen.cluster, over); err != nil {
		return err
	}
	// The ways to trust a server exclude each other, so one override replaces all of them.
	if over.InsecureSkipTLSVerify || over.CertificateAuthority != "" || len(over.CertificateAuthorityData) > 0 {
		chosen.cluster.InsecureSkipTLSVerify = over.InsecureSkipTLSVerify
		chosen.cluster.CertificateAuthority = over.CertificateAuthority
		chosen.cluster.CertificateAuthorityData = over.CertificateAuthorityData
	}
	// The name in the certificate of one server says nothing about another.
	if over.Server != "" {
		chosen.cluster.TLSServerName = over.TLSServerName
	}
	return nil
}

func (config *DirectClientConfig) chooseUser(chosen *choice, overrides *ConfigOverrides) error {
	user, over := config.config.AuthInfos[chosen.context.AuthInfo], &overrides.AuthInfo
	if user == nil && overrides.Context.AuthInfo != "" {
		return fmt.Errorf("auth info %q does not exist", overrides.Context.AuthInfo)
	}
	if user != nil {
		chosen.user = *user.DeepCopy()
	}
	if err := overlayUser(&chosen.user, over); err != nil {
		return err
	}
	// A file and inline data exclude each other, so one override replaces both.
	if over.ClientKey != "" || len(over.ClientKeyData) > 0 {
		chosen.user.ClientKey, chosen.user.ClientKeyData = over.ClientKey, over.ClientKeyData
	}
	if over.ClientCertificate != "" || len(over.ClientCertificateData) > 0 {
		chosen.user.ClientCertificate, chosen.user.ClientCertificateData = over.ClientCertificate, over.ClientCertificateData
	}
	// A token and a token file exclude each other, too: the file is read again as it changes, so it would win.
	if over.Token != "" || over.TokenFile != "" {
		chosen.user.Token, chosen.user.TokenFile = over.Token, over.TokenFile
	}
	return nil
}

// missing reports the cluster and the user that the context names but that do not exist, unless overrides give a server
// or credentials instead.
func (config *DirectClientConfig) missing(chosen *choice) []error {
	var errs []error
	report := func(kind, name string) {
		errs = append(errs, fmt.Errorf("%s %q was not found for context %q%s",
			kind, name, chosen.contextName, inFile(chosen.context.LocationOfOrigin)))
	}
	name := chosen.context.Cluster
	if name != "" && config.config.Clusters[name] == nil && chosen.cluster.Server == "" {
		report("cluster", name)
	}
	name = chosen.context.AuthInfo
	if name != "" && config.config.AuthInfos[name] == nil && !hasCredentials(&chosen.user) {
		report("user", name)
	}
	return errs
}

// hasCredentials reports whether user has any credentials.
func hasCredentials(user *api.AuthInfo) bool {
	return user.Token != "" || user.TokenFile != "" || user.Username != "" ||
		user.ClientCertificate != "" || len(user.ClientCertificateData) > 0 ||
		user.Exec != nil || user.AuthProvider != nil
}
