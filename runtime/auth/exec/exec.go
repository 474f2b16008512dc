// Package exec is about programs that print credentials. The names are those of two packages of client-go.
//
// Such a program reads with LoadExecCredential what it is told (tools/auth/exec).
//
// GetAuthenticator is for transports that are made without package rest (plugin/pkg/client/auth/exec); package execplugin does the work
// and says how. Clients made from a rest.Config with an ExecProvider need nothing of this package.
package exec

import (
	"github.com/typewright/typewright/runtime/clientauthentication"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/transport/execplugin"
)

// Authenticator runs a program and adds the credentials that it prints to the requests of transports. See its method
// UpdateTransportConfig.
type Authenticator = execplugin.Authenticator

// GetAuthenticator returns the Authenticator of a configuration, which all callers in this process share while one of them keeps it. If
// config.ProvideClusterInfo is set, the program is told of the cluster, which may be nil.
func GetAuthenticator(config *api.ExecConfig, cluster *clientauthentication.Cluster) (*Authenticator, error) {
	return shared.Get(config, cluster)
}

// ValidatePluginPolicy returns an error if a policy contradicts itself. It looks for no program.
func ValidatePluginPolicy(policy api.PluginPolicy) error {
	return execplugin.ValidatePluginPolicy(policy)
}
