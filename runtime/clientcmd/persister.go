package clientcmd

import "github.com/typewright/typewright/runtime/rest"

// PersistAuthProviderConfigForUser returns what keeps the configuration of a user's auth provider.
type PersistAuthProviderConfigForUser func(user string) rest.AuthProviderConfigPersister

// PersisterForUser returns what writes the configuration of a user's auth provider back to the kubeconfig file that the
// user came from. A user who does not exist, or has no auth provider, is left alone.
func PersisterForUser(configAccess ConfigAccess, user string) rest.AuthProviderConfigPersister {
	return &persister{configAccess, user}
}

type persister struct {
	access ConfigAccess
	user   string
}

func (p *persister) Persist(config map[string]string) error {
	starting, err := p.access.GetStartingConfig()
	if err != nil {
		return err
	}
	user := starting.AuthInfos[p.user]
	if user == nil || user.AuthProvider == nil {
		return nil
	}
	user.AuthProvider.Config = config
	return ModifyConfig(p.access, *starting, false)
}
