package clientcmd

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/transport/execplugin"
)

// Validate returns one error with everything that is wrong in a kubeconfig, over all contexts, or nil. [IsEmptyConfig],
// [IsContextNotFound] and [IsConfigurationInvalid] tell errors apart. Files that the config names must be readable.
func Validate(config api.Config) error {
	if api.IsConfigEmpty(&config) {
		return invalid([]error{ErrEmptyConfig})
	}
	var errs []error
	if name := config.CurrentContext; name != "" && config.Contexts[name] == nil {
		errs = append(errs, &errContextNotFound{name: name})
	}
	errs = append(errs, validateEach(config.Contexts, func(name string, context *api.Context) []error {
		return validateContext(name, context, &config)
	})...)
	errs = append(errs, validateEach(config.AuthInfos, validateUser)...)
	errs = append(errs, validateEach(config.Clusters, validateCluster)...)
	return invalid(errs)
}

// ConfirmUsable returns one error with everything that is wrong in one context and in its cluster and user, or nil. An empty
// name means the current context. Other contexts are not checked.
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

// validateEach collects the errors of the entries, in the order of their names.
func validateEach[T any](entries map[string]*T, validate func(string, *T) []error) []error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if entry := entries[name]; entry != nil {
			errs = append(errs, validate(name, entry)...)
		}
	}
	return errs
}

// validateContext checks a context, but not its cluster and its user.
func validateContext(name string, context *api.Context, config *api.Config) []error {
	var errs []error
	report := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf(format+"%s", append(args, inFile(context.LocationOfOrigin))...))
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

// inFile names the file that a stanza came from, if any, for the end of an error.
func inFile(origin string) string {
	if origin == "" {
		return ""
	}
	return " (in " + origin + ")"
}

// validateCluster returns what is wrong with a cluster; ErrEmptyCluster alone when all its fields are empty.
func validateCluster(name string, cluster *api.Cluster) []error {
	if isEmptyCluster(cluster) {
		return []error{ErrEmptyCluster}
	}
	var errs []error
	report := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf(format+"%s", append(args, inFile(cluster.LocationOfOrigin))...))
	}
	switch {
	case cluster.Server != "":
	case name == "":
		report("default cluster has no server defined")
	default:
		report("no server found for cluster %q", name)
	}
	if cluster.ProxyURL != "" {
		if _, err := parseProxyURL(cluster.ProxyURL); err != nil {
			report("invalid 'proxy-url' for cluster %q: %w", name, err)
		}
	}
	if cluster.CertificateAuthority != "" {
		if len(cluster.CertificateAuthorityData) > 0 {
			report("certificate-authority-data and certificate-authority are both specified for %q: remove one of them", name)
		}
		if err := readable(cluster.CertificateAuthority); err != nil {
			report("unable to read certificate-authority for cluster %q: %w", name, err)
		}
	}
	return errs
}

func isEmptyCluster(cluster *api.Cluster) bool {
	rest := *cluster
	if len(rest.Extensions) == 0 {
		rest.Extensions = nil
	}
	return reflect.ValueOf(rest).IsZero()
}

// parseProxyURL reads a proxy's URL. Its errors do not repeat it: proxies may come with a password.
func parseProxyURL(proxyURL string) (*url.URL, error) {
	u, err := url.Parse(proxyURL)
	if err != nil {
		return nil, errors.New("it is no URL")
	}
	switch u.Scheme {
	case "http", "https", "socks5":
		return u, nil
	default:
		return nil, fmt.Errorf("unsupported scheme %q, must be http, https, or socks5", u.Scheme)
	}
}

// readable reports a file that cannot be opened; the error names it.
func readable(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return file.Close()
}

// validateUser reports what is wrong with a user.
func validateUser(name string, user *api.AuthInfo) []error {
	var errs []error
	report := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf(format+"%s", append(args, inFile(user.LocationOfOrigin))...))
	}
	if user.Token != "" && (user.Username != "" || user.Password != "") {
		report("more than one authentication method found for %v; found [token basicAuth], only one is allowed", name)
	}
	if user.ClientCertificate != "" || len(user.ClientCertificateData) > 0 {
		validateClientCertificate(name, user, report)
	}
	if user.Exec != nil {
		validateExec(name, user, report)
	}
	if user.Impersonate == "" &&
		(user.ImpersonateUID != "" || len(user.ImpersonateGroups) > 0 || len(user.ImpersonateUserExtra) > 0) {
		report("requesting uid, groups or user-extra for %v without impersonating a user", name)
	}
	return errs
}

type reporter func(format string, args ...any)

func validateClientCertificate(name string, user *api.AuthInfo, report reporter) {
	if user.ClientCertificate != "" && len(user.ClientCertificateData) > 0 {
		report("client-cert-data and client-cert are both specified for %v: remove client-certificate-data or client-certificate", name)
	}
	switch hasFile, hasData := user.ClientKey != "", len(user.ClientKeyData) > 0; {
	case hasFile && hasData:
		report("client-key-data and client-key are both specified for %v: remove one of them", name)
	case !hasFile && !hasData:
		report("client-key-data or client-key must be specified for %v to use the clientCert authentication method", name)
	}
	for _, file := range []struct{ key, path string }{
		{"client-certificate", user.ClientCertificate}, {"client-key", user.ClientKey},
	} {
		if file.path == "" {
			continue
		}
		if err := readable(file.path); err != nil {
			report("unable to read %s for %v: %w", file.key, name, err)
		}
	}
}

func validateExec(name string, user *api.AuthInfo, report reporter) {
	exec := user.Exec
	if user.AuthProvider != nil {
		report("authProvider cannot be provided in combination with an exec plugin for %s", name)
	}
	if exec.Command == "" {
		report("command must be specified for %v to use exec authentication plugin", name)
	}
	if exec.APIVersion == "" {
		report("apiVersion must be specified for %v to use exec authentication plugin", name)
	}
	for _, variable := range exec.Env {
		if variable.Name == "" {
			report("env variable name must be specified for %v to use exec authentication plugin", name)
		}
	}
	switch exec.InteractiveMode {
	case api.NeverExecInteractiveMode, api.IfAvailableExecInteractiveMode, api.AlwaysExecInteractiveMode:
	case "":
		report("interactiveMode must be specified for %v to use exec authentication plugin", name)
	default:
		report("invalid interactiveMode for %v: %q", name, exec.InteractiveMode)
	}
	if err := execplugin.ValidatePluginPolicy(exec.PluginPolicy); err != nil {
		report("allowlist misconfiguration for %v: %w", name, err)
	}
}

// checkPEM reports certificates and keys that are not PEM, if their stanza comes from a file: whoever connects later could
// name neither the file nor the stanza.
func checkPEM(chosen *choice) error {
	cluster, user := &chosen.cluster, &chosen.user
	what := fmt.Sprintf("cluster %q%s", chosen.context.Cluster, inFile(cluster.LocationOfOrigin))
	if cluster.LocationOfOrigin != "" && !cluster.InsecureSkipTLSVerify {
		if err := holdsPEM("certificate-authority", what, cluster.CertificateAuthority, cluster.CertificateAuthorityData); err != nil {
			return err
		}
	}
	if user.LocationOfOrigin == "" || user.ClientCertificate == "" && len(user.ClientCertificateData) == 0 {
		return nil // kubectl ignores a key without a certificate, too
	}
	what = fmt.Sprintf("user %q%s", chosen.context.AuthInfo, inFile(user.LocationOfOrigin))
	if err := holdsPEM("client-certificate", what, user.ClientCertificate, user.ClientCertificateData); err != nil {
		return err
	}
	return holdsPEM("client-key", what, user.ClientKey, user.ClientKeyData)
}

// holdsPEM reports an error when data, or else the file, holds no PEM block. Both may be empty. An unreadable file is
// reported by validateUser and validateCluster.
func holdsPEM(key, stanza, file string, data []byte) error {
	where := key + "-data"
	if len(data) == 0 && file != "" {
		content, err := readFile(file)
		if err != nil {
			return nil //nolint:nilerr // validation has opened it
		}
		where, data = key+" "+file, content
	} else if len(data) == 0 {
		return nil
	}
	if block, _ := pem.Decode(data); block != nil {
		return nil
	}
	hint := ""
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("LS0tLS1CRUdJTi")) { // "-----BEGIN " in base64
		hint = ": it is encoded in base64 once too often"
	}
	return fmt.Errorf("%s of %s is not PEM%s", where, stanza, hint)
}
