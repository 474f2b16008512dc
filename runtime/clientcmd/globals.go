package clientcmd

import (
	"os"
	"path/filepath"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/homedir"
)

// The drop-in surface demands these as variables, so that programs can point them elsewhere before they load anything.
var (
	// RecommendedConfigDir is the folder .kube of the home folder.
	RecommendedConfigDir = filepath.Join(homedir.HomeDir(), RecommendedHomeDir)
	// RecommendedHomeFile is the kubeconfig that is read when neither $KUBECONFIG nor a flag names one.
	RecommendedHomeFile = filepath.Join(RecommendedConfigDir, RecommendedFileName)
	// RecommendedSchemaFile is where kubectl once kept schemas.
	RecommendedSchemaFile = filepath.Join(RecommendedConfigDir, RecommendedSchemaName)

	// UseModifyConfigLock makes writers lock the files that they write; see [ModifyConfig]. Without it, two programs
	// that write at the same time may undo each other's changes.
	UseModifyConfigLock = true

	// ClusterDefaults is the server of $KUBERNETES_MASTER, or else http://localhost:8080.
	//
	// Deprecated: early programs used it when they had no kubeconfig.
	ClusterDefaults = api.Cluster{Server: defaultServer()}
	// DefaultClientConfig reads the default files, with ClusterDefaults as their defaults.
	//
	// Deprecated: see ClusterDefaults.
	DefaultClientConfig = DirectClientConfig{
		config:       *api.NewConfig(),
		overrides:    &ConfigOverrides{ClusterDefaults: ClusterDefaults},
		configAccess: NewDefaultClientConfigLoadingRules(),
	}
)

// proxyFunctions has all clients behind the same proxy of a kubeconfig share their connections.
var proxyFunctions proxies

func defaultServer() string {
	if server := os.Getenv("KUBERNETES_MASTER"); server != "" {
		return server
	}
	return "http://localhost:8080"
}

// remembered holds the configs that this process has read lately and still uses: ModifyConfig gets a config by value, and
// needs the one that its caller started from.
var remembered bases
