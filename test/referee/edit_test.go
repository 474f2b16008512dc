package referee

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// editor changes a config as the commands of "kubectl config" do.
type editor struct {
	config *api.Config
	args   []string
	flags  *pflag.FlagSet
}

func (e *editor) apply(verb string) error {
	e.flags = pflag.NewFlagSet(verb, pflag.ContinueOnError)
	for _, name := range []string{
		"server", "tls-server-name", "proxy-url", "certificate-authority", "token", "username", "password",
		"client-certificate", "client-key", "exec-command", "exec-api-version", "cluster", "user", "namespace",
	} {
		e.flags.String(name, "", "")
	}
	for _, name := range []string{"insecure-skip-tls-verify", "embed-certs", "current"} {
		e.flags.Bool(name, false, "")
	}
	e.flags.StringArray("exec-arg", nil, "")
	e.flags.StringArray("exec-env", nil, "")
	if err := e.flags.Parse(e.args); err != nil {
		return err
	}
	name, c := e.flags.Arg(0), e.config
	switch verb {
	case "set-cluster":
		return e.setCluster(entry(c.Clusters, name, api.NewCluster))
	case "set-credentials":
		return e.setCredentials(entry(c.AuthInfos, name, api.NewAuthInfo))
	case "set-context":
		return e.setContext(name)
	case "use-context":
		if c.Contexts[name] == nil {
			return fmt.Errorf("no context exists with the name: %q", name)
		}
		c.CurrentContext = name
		return nil
	case "delete-context":
		return remove(c.Contexts, name)
	case "delete-cluster":
		return remove(c.Clusters, name)
	case "delete-user":
		return remove(c.AuthInfos, name)
	default:
		return e.rename(name, e.flags.Arg(1))
	}
}

func entry[T any](entries map[string]*T, name string, empty func() *T) *T {
	if entries[name] == nil {
		entries[name] = empty()
	}
	return entries[name]
}

func remove[T any](entries map[string]*T, name string) error {
	if entries[name] == nil {
		return fmt.Errorf("%q does not exist", name)
	}
	delete(entries, name)
	return nil
}

// str sets a field if the flag is given, and reports whether the field is not empty then.
func (e *editor) str(flag string, environment *string) bool {
	if !e.flags.Changed(flag) {
		return false
	}
	*environment, _ = e.flags.GetString(flag)
	return *environment != ""
}

func (e *editor) bool(flag string) bool {
	value, _ := e.flags.GetBool(flag)
	return value
}

// file sets a path, or the content of the file with --embed-certs.
func (e *editor) file(flag string, path *string, data *[]byte) (err error) {
	given := ""
	if !e.str(flag, &given) {
		return nil
	}
	if !e.bool("embed-certs") {
		*path, *data = absolute(given), nil
		return nil
	}
	*path = ""
	*data, err = os.ReadFile(given)
	return err
}

func (e *editor) setCluster(c *api.Cluster) error {
	if e.bool("insecure-skip-tls-verify") && e.flags.Changed("certificate-authority") {
		return errors.New("a certificate authority and insecure mode exclude each other")
	}
	if e.str("server", &c.Server) {
		c.TLSServerName = ""
	}
	e.str("tls-server-name", &c.TLSServerName)
	e.str("proxy-url", &c.ProxyURL)
	c.InsecureSkipTLSVerify = e.bool("insecure-skip-tls-verify") // kubectl resets it if the flag is not given
	if c.InsecureSkipTLSVerify {
		c.CertificateAuthority, c.CertificateAuthorityData = "", nil
	}
	return e.file("certificate-authority", &c.CertificateAuthority, &c.CertificateAuthorityData)
}

func (e *editor) setCredentials(u *api.AuthInfo) error {
	if e.flags.Changed("token") && e.flags.Changed("username") {
		return errors.New("authentication methods exclude each other")
	}
	if err := e.file("client-certificate", &u.ClientCertificate, &u.ClientCertificateData); err != nil {
		return err
	}
	if err := e.file("client-key", &u.ClientKey, &u.ClientKeyData); err != nil {
		return err
	}
	token := e.str("token", &u.Token)
	user, password := e.str("username", &u.Username), e.str("password", &u.Password)
	if basic := user || password; token && !basic {
		u.Username, u.Password = "", ""
	} else if basic && !token {
		u.Token = ""
	}
	if command := ""; e.str("exec-command", &command) {
		if u.Exec == nil {
			u.Exec = &api.ExecConfig{}
		}
		u.Exec.Command, u.Exec.Args = command, nil
	}
	if u.Exec == nil {
		return nil
	}
	e.str("exec-api-version", &u.Exec.APIVersion)
	if e.flags.Changed("exec-arg") {
		u.Exec.Args, _ = e.flags.GetStringArray("exec-arg")
	}
	variables, _ := e.flags.GetStringArray("exec-env")
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		e.setEnv(u.Exec, api.ExecEnvVar{Name: name, Value: value})
	}
	return nil
}

func (*editor) setEnv(exec *api.ExecConfig, variable api.ExecEnvVar) {
	for i := range exec.Env {
		if exec.Env[i].Name == variable.Name {
			exec.Env[i] = variable
			return
		}
	}
	exec.Env = append(exec.Env, variable)
}

func (e *editor) setContext(name string) error {
	if e.bool("current") {
		if name = e.config.CurrentContext; name == "" {
			return errors.New("no current context is set")
		}
	}
	c := entry(e.config.Contexts, name, api.NewContext)
	e.str("cluster", &c.Cluster)
	e.str("user", &c.AuthInfo)
	e.str("namespace", &c.Namespace)
	return nil
}

func (e *editor) rename(from, to string) error {
	contexts := e.config.Contexts
	if contexts[from] == nil || contexts[to] != nil {
		return fmt.Errorf("cannot rename %q to %q", from, to)
	}
	contexts[to] = contexts[from]
	delete(contexts, from)
	if e.config.CurrentContext == from {
		e.config.CurrentContext = to
	}
	return nil
}
