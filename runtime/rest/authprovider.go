package rest

// AuthProviderConfigPersister keeps the configuration of an auth provider, a former kind of plugin, beyond the process.
type AuthProviderConfigPersister interface {
	// Persist writes the provider's configuration where it came from.
	Persist(config map[string]string) error
}
