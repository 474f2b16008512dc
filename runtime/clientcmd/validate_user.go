package clientcmd

import (
	"fmt"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/transport/execplugin"
)

// validateUser reports what is wrong with a user.
func validateUser(name string, user *api.AuthInfo) []error {
	var errs []error
	report := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf(format+"%s", append(args, in(user.LocationOfOrigin))...))
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
