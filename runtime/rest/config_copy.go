package rest

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// CopyConfig returns a copy of config that may be changed without changing config, as far as values go: functions,
// transports and limiters are the same in both.
func CopyConfig(config *Config) *Config {
	c := *config
	if c.GroupVersion != nil {
		gv := *c.GroupVersion
		c.GroupVersion = &gv
	}
	if c.ExecProvider != nil {
		c.ExecProvider = c.ExecProvider.DeepCopy()
	}
	return &c
}

// AnonymousClientConfig returns a copy of config without all that tells who the user is. How the server proves who it is
// stays.
func AnonymousClientConfig(config *Config) *Config {
	c := CopyConfig(config)
	c.Username, c.Password, c.BearerToken, c.BearerTokenFile = "", "", "", ""
	c.Impersonate = ImpersonationConfig{}
	c.AuthProvider, c.AuthConfigPersister, c.ExecProvider = nil, nil, nil
	c.CertFile, c.KeyFile, c.CertData, c.KeyData = "", "", nil, nil
	c.Transport, c.WrapTransport = nil, nil
	return c
}

// AddUserAgent adds userAgent to the default name that the client calls itself by. It changes config and returns it.
func AddUserAgent(config *Config, userAgent string) *Config {
	config.UserAgent = DefaultKubernetesUserAgent() + "/" + userAgent
	return config
}

// DefaultKubernetesUserAgent is what a client calls itself unless told otherwise: the program and its version, the platform,
// and in client-go's words the commit, as far as the build knows them.
func DefaultKubernetesUserAgent() string {
	version, commit := buildVersion()
	command := filepath.Base(os.Args[0])
	if command == "" || command == "." {
		command = "unknown"
	}
	return command + "/" + version + " (" + runtime.GOOS + "/" + runtime.GOARCH + ") kubernetes/" + commit + " typewright"
}

func buildVersion() (version, commit string) {
	version, commit = "v0.0.0", "unknown"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version, commit
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		version, _, _ = strings.Cut(v, "-")
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			commit = setting.Value[:min(len(setting.Value), 7)]
		}
	}
	return version, commit
}

// SetKubernetesDefaults gives a client of a core resource what its configuration lacks. It changes config.
func SetKubernetesDefaults(config *Config) error {
	if config.APIPath == "" {
		config.APIPath = "/api"
	}
	if config.GroupVersion == nil {
		config.GroupVersion = &schema.GroupVersion{Version: "v1"}
	}
	if config.UserAgent == "" {
		config.UserAgent = DefaultKubernetesUserAgent()
	}
	return nil
}
