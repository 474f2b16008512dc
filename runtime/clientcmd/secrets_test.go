package clientcmd

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/auth"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	v1 "github.com/typewright/typewright/runtime/clientcmd/api/v1"
)

// secret must not be printed.
const secret = "hunter2secret"

func secretUser() api.AuthInfo {
	return api.AuthInfo{
		Token: secret, Password: secret, ClientKeyData: []byte(secret),
		AuthProvider: &api.AuthProviderConfig{Name: "p", Config: map[string]string{"k": secret}},
		Exec:         &api.ExecConfig{Command: "c", Args: []string{secret}, Env: []api.ExecEnvVar{{Name: "n", Value: secret}}},
	}
}

func TestNothingPrintsSecrets(t *testing.T) {
	user := secretUser()
	config := api.Config{AuthInfos: map[string]*api.AuthInfo{"u": &user}}
	var file v1.Config
	require.NoError(t, v1.Convert_api_Config_To_v1_Config(&config, &file, nil))
	overrides := ConfigOverrides{AuthInfo: user}
	for name, value := range map[string]any{
		"user": user, "pointer to a user": &user, "users": []api.AuthInfo{user}, "config": config, "pointer to a config": &config,
		"exec": *user.Exec, "variables": user.Exec.Env, "provider": *user.AuthProvider,
		"file": file, "pointer to a file": &file, "file's users": file.AuthInfos, "file's exec": *file.AuthInfos[0].AuthInfo.Exec,
		"file's variables": file.AuthInfos[0].AuthInfo.Exec.Env, "file's provider": *file.AuthInfos[0].AuthInfo.AuthProvider,
		"overrides": overrides, "pointer to overrides": &overrides,
		"direct":   &DirectClientConfig{config: config, overrides: &overrides, answers: &auth.Info{Password: secret}},
		"deferred": NewNonInteractiveDeferredLoadingClientConfig(&ClientConfigLoadingRules{}, &overrides),
		"info":     auth.Info{Password: secret, BearerToken: secret}, "pointer to info": &auth.Info{Password: secret},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			t.Run(name+" "+verb, func(t *testing.T) { assertHidden(t, fmt.Sprintf(verb, value)) })
		}
	}
}

// assertHidden checks that the secret is not in text, neither as it is nor in base64, hexadecimal or as numbers.
func assertHidden(t *testing.T, text string) {
	t.Helper()
	numbers := strings.Trim(fmt.Sprintf("%d", []byte(secret)), "[]")
	for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), fmt.Sprintf("%x", secret), numbers} {
		assert.NotContains(t, text, form)
	}
}

// shapes are kubeconfigs with a secret in a place where it does not belong.
var shapes = []string{
	"users: [{name: a, user: {token: [%s]}}]", "users: [{name: a, user: {token: {%s: 1}}}]", "users: %s", "%s", "%s: [", "token: *%s",
	"a: &a %s\nb: *c", "kind: List\nx: %s", "users: [{name: a, user: {client-key-data: \"%s!\"}}]", "users: [{name: a, user: {exec: %s}}]",
	"users: [{name: a, user: {password: 12, token: %s}}]", "!!int %s", "? [%s]\n: x", "\t%s", "'%s", "\"%s\\q\"", "- %s\n- [",
	"a: 1\n---\nb: %s", "{\"users\": \"%s\"}", "{\"users\": [{\"user\": {\"token\": \"%s\"", "<<: %s", "users: [{name: a, user: {as-user-extra: {x: %s}}}]",
	"users: [{name: a, user: {auth-provider: {config: %s}}}]", "%%YAML %s", "&%s a: *%s", "!%s a", "a: |\n %s\n\tb: c", "%s: 1\n%s: 2",
}

func TestErrorsQuoteNoSecrets(t *testing.T) {
	failed := 0
	for _, shape := range shapes {
		text := strings.ReplaceAll(strings.ReplaceAll(shape, "%s", secret), "%%", "%")
		if _, err := Load([]byte(text)); err != nil {
			failed++
			assertHidden(t, err.Error())
		}
	}
	assert.Greater(t, failed, len(shapes)/2)
}

// FuzzErrorsQuoteNoSecrets puts a secret into arbitrary places.
func FuzzErrorsQuoteNoSecrets(f *testing.F) {
	for _, shape := range shapes {
		f.Add(strings.ReplaceAll(shape, "%s", "\x00"))
	}
	f.Fuzz(func(t *testing.T, text string) {
		data := bytes.ReplaceAll([]byte(text), []byte("\x00"), []byte(secret))
		config, err := Load(data)
		if err != nil {
			if strings.Contains(err.Error(), "hunter2") {
				t.Fatalf("%q: %v", data, err)
			}
			return
		}
		if again, err := Write(*config); err != nil {
			t.Fatalf("%q cannot be written: %v", data, err)
		} else if _, err := Load(again); err != nil {
			t.Fatalf("%q cannot be read back: %v\n%s", data, err, again)
		}
	})
}

func TestValidationQuotesNoSecrets(t *testing.T) {
	user := secretUser()
	user.Username = "both"
	config := api.Config{
		CurrentContext: "x",
		Clusters:       map[string]*api.Cluster{"c": {ProxyURL: "://user:" + secret + "@host"}, "d": {Server: "s", ProxyURL: "ftp://u:" + secret + "@h"}},
		AuthInfos:      map[string]*api.AuthInfo{"u": &user},
		Contexts:       map[string]*api.Context{"x": {Cluster: "c", AuthInfo: "u"}, "y": {Cluster: "d", AuthInfo: "u"}},
	}
	err := Validate(config)
	require.Error(t, err)
	assertHidden(t, err.Error())
	for name := range config.Contexts {
		_, err = NewNonInteractiveClientConfig(config, name, nil, nil).ClientConfig()
		require.Error(t, err)
		assertHidden(t, err.Error())
	}
	require.Error(t, RelativizeAuthInfoLocalPaths(&user))
	assertHidden(t, RelativizeAuthInfoLocalPaths(&user).Error())
	_, err = auth.LoadFromFile(write(t, filepath.Join(t.TempDir(), "info"), `{"Password": ["`+secret+`"]}`))
	require.Error(t, err)
	assertHidden(t, err.Error())
}
