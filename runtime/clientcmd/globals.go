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
	// RecommendedHomeFile is the kubeconfig that is read where nothing else is said.
	RecommendedHomeFile = filepath.Join(RecommendedConfigDir, RecommendedFileName)
	// RecommendedSchemaFile is where kubectl once kept schemas.
	RecommendedSchemaFile = filepath.Join(RecommendedConfigDir, RecommendedSchemaName)

	// UseModifyConfigLock makes writers lock the files that they write; see [ModifyConfig]. Without it, of two programs
	// that write at once one may undo what the other did.
	UseModifyConfigLock = true

	// ClusterDefaults is the server of $KUBERNETES_MASTER, or else http://localhost:8080.
	//
	// Deprecated: it is what the first programs did without a kubeconfig.
	ClusterDefaults = api.Cluster{Server: defaultServer()}
	// DefaultClientConfig is what the default files say, and ClusterDefaults beneath.
	//
	// Deprecated: see ClusterDefaults.
	DefaultClientConfig = DirectClientConfig{
		config:       *api.NewConfig(),
		overrides:    &ConfigOverrides{ClusterDefaults: ClusterDefaults},
		configAccess: NewDefaultClientConfigLoadingRules(),
	}
)

func defaultServer() string {
	if server := os.Getenv("KUBERNETES_MASTER"); server != "" {
		return server
	}
	return "http://localhost:8080"
}

// remembered are the configs that this process has read lately and still uses: ModifyConfig is given a config by value, and
// has to know what its caller started from.
var remembered bases
