package referee

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/typewright/typewright/runtime/clientcmd"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	v1 "github.com/typewright/typewright/runtime/clientcmd/api/v1"
	"github.com/typewright/typewright/runtime/rest"
)

// ours runs a kubectl command with runtime/clientcmd.
type ours struct {
	files    []string
	explicit bool
	master   string
}

func (o *ours) rules() *clientcmd.ClientConfigLoadingRules {
	if o.explicit {
		return &clientcmd.ClientConfigLoadingRules{ExplicitPath: o.files[0]}
	}
	return &clientcmd.ClientConfigLoadingRules{Precedence: o.files}
}

// configAccess is PathOptions with a list of files in place of $KUBECONFIG, which all goroutines of the test share.
type configAccess struct {
	*clientcmd.PathOptions
	files []string
}

func (a configAccess) GetLoadingPrecedence() []string {
	if a.IsExplicitFile() {
		return a.PathOptions.GetLoadingPrecedence()
	}
	return a.files
}

func (a configAccess) GetStartingConfig() (*api.Config, error) {
	rules := *a.LoadingRules
	rules.Precedence = a.GetLoadingPrecedence()
	return rules.GetStartingConfig()
}

func (a configAccess) GetDefaultFilename() string {
	if a.IsExplicitFile() {
		return a.GetExplicitFile()
	}
	for _, file := range a.files {
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return a.files[len(a.files)-1]
}

func (o *ours) configAccess() clientcmd.ConfigAccess {
	rules := o.rules()
	rules.DoNotResolvePaths = true
	files := []string{}
	for _, file := range o.files {
		if !slices.Contains(files, file) {
			files = append(files, file)
		}
	}
	return configAccess{&clientcmd.PathOptions{LoadingRules: rules}, files}
}

func (o *ours) run(args []string) (string, error) {
	switch {
	case args[0] == "get":
		return o.sendProbe(args[3:])
	case args[1] == "view":
		return o.view(args[2:])
	default:
		return "", o.edit(args[1], args[2:])
	}
}

func (o *ours) view(args []string) (string, error) {
	flags := pflag.NewFlagSet("view", pflag.ContinueOnError)
	raw, minify, flatten := flags.Bool("raw", false, ""), flags.Bool("minify", false, ""), flags.Bool("flatten", false, "")
	context := flags.String("context", "", "")
	for _, ignored := range []string{"cluster", "user"} {
		flags.String(ignored, "", "")
	}
	flags.StringP("output", "o", "", "")
	if err := flags.Parse(args); err != nil {
		return "", err
	}
	config, err := o.configAccess().GetStartingConfig()
	if err != nil {
		return "", err
	}
	if *minify {
		if *context != "" {
			config.CurrentContext = *context
		}
		if err := api.MinifyConfig(config); err != nil {
			return "", err
		}
	}
	if *flatten {
		if err := api.FlattenConfig(config); err != nil {
			return "", err
		}
	} else if !*raw {
		if err := api.RedactSecrets(config); err != nil {
			return "", err
		}
		api.ShortenConfig(config)
	}
	var file v1.Config
	if err := v1.Convert_api_Config_To_v1_Config(config, &file, nil); err != nil {
		return "", err
	}
	file.APIVersion, file.Kind = "v1", "Config"
	data, err := json.Marshal(file)
	return string(data), err
}

func (o *ours) sendProbe(args []string) (string, error) {
	overrides := &clientcmd.ConfigOverrides{ClusterDefaults: api.Cluster{Server: o.master}}
	flags := pflag.NewFlagSet("get", pflag.ContinueOnError)
	clientcmd.BindOverrideFlags(overrides, flags, clientcmd.RecommendedConfigOverrideFlags(""))
	if err := flags.Parse(args); err != nil {
		return "", err
	}
	config, err := clientcmd.NewInteractiveDeferredLoadingClientConfig(o.rules(), overrides, strings.NewReader("")).ClientConfig()
	if err != nil {
		return "", err
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return "", err
	}
	base, _, err := rest.DefaultServerUrlFor(config)
	if err != nil {
		return "", err
	}
	base.Path, base.RawQuery = "/probe", "" // as kubectl get --raw does
	response, err := client.Get(base.String())
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("status %d", response.StatusCode)
	}
	return string(body), err
}

func (o *ours) edit(verb string, args []string) error {
	configAccess := o.configAccess()
	config, err := configAccess.GetStartingConfig()
	if err != nil {
		return err
	}
	e := &editor{config: config, args: args}
	if err := e.apply(verb); err != nil {
		return err
	}
	return clientcmd.ModifyConfig(configAccess, *e.config, true)
}

func absolute(path string) string {
	path, _ = filepath.Abs(path) // fails only without a working folder
	return path
}
