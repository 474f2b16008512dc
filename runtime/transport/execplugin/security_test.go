package execplugin

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/clientauthentication"
	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// allow returns the policy that allows commands.
func allow(commands ...string) api.PluginPolicy {
	policy := api.PluginPolicy{PolicyType: api.PluginPolicyAllowlist}
	for _, command := range commands {
		policy.Allowlist = append(policy.Allowlist, api.AllowlistEntry{Command: command})
	}
	return policy
}

// tool writes an executable into a new folder and returns its path. When it runs, it writes the file ran beside it.
func tool(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n: > "+filepath.Dir(path)+"/ran\n"), 0o700))
	return path
}

func ran(path string) bool {
	_, err := os.Stat(filepath.Join(filepath.Dir(path), "ran"))
	return err == nil
}

func TestSecurityAllowlistsCompareFiles(t *testing.T) {
	good, evil := tool(t, "aws-plug"), tool(t, "aws-plug")
	other := tool(t, "other-plug")
	t.Setenv("PATH", filepath.Dir(good)+string(os.PathListSeparator)+filepath.Dir(other))
	t.Chdir(filepath.Dir(evil))
	for name, test := range map[string]struct {
		entry, command string
		allowed        bool
	}{
		"the same path":                      {good, good, true},
		"the same name":                      {"aws-plug", "aws-plug", true},
		"a name and its path":                {"aws-plug", good, true},
		"a path and its name":                {good, "aws-plug", true},
		"another file of the same name":      {"aws-plug", evil, false},
		"a file of the working folder":       {"aws-plug", "./aws-plug", false},
		"another path":                       {good, evil, false},
		"another program":                    {"aws-plug", "other-plug", false},
		"an entry that does not exist":       {"absent-plug", "other-plug", false},
		"a name that ends like it":           {"plug", "aws-plug", false},
		"a path to it that is not clean":     {good, filepath.Dir(good) + "/../" + filepath.Base(filepath.Dir(good)) + "/aws-plug", false},
		"a folder of the name of an entry":   {"aws-plug", filepath.Dir(good), false},
		"no file at all":                     {"aws-plug", "absent-plug", false},
		"an entry of another case":           {"AWS-PLUG", "aws-plug", false},
		"an entry with spaces around a name": {" aws-plug ", "aws-plug", false},
	} {
		t.Run(name, func(t *testing.T) {
			config := &api.ExecConfig{Command: test.command, APIVersion: V1, InteractiveMode: api.NeverExecInteractiveMode, PluginPolicy: allow(test.entry)}
			a, err := New(config, nil)
			if !test.allowed {
				require.Error(t, err)
				_, err = (&program{config: config}).run(t.Context())
				require.Error(t, err)
				assert.False(t, ran(evil) || ran(other))
				return
			}
			require.NoError(t, err)
			_, err = a.get(t.Context(), nil)
			require.ErrorContains(t, err, "it printed 0 bytes", "the plugin ran")
			require.True(t, ran(good))
			require.NoError(t, os.Remove(filepath.Join(filepath.Dir(good), "ran")))
		})
	}
}

func TestSecurityInvalidPolicies(t *testing.T) {
	entry := []api.AllowlistEntry{{Command: "x"}}
	for name, test := range map[string]struct {
		policy api.PluginPolicy
		want   string
	}{
		"a list without its policy":    {api.PluginPolicy{Allowlist: entry}, "with an allowlist"},
		"an empty list without policy": {api.PluginPolicy{Allowlist: []api.AllowlistEntry{}}, "with an allowlist"},
		"a list and allow all":         {api.PluginPolicy{PolicyType: api.PluginPolicyAllowAll, Allowlist: entry}, "with an allowlist"},
		"a list and deny all":          {api.PluginPolicy{PolicyType: api.PluginPolicyDenyAll, Allowlist: entry}, "with an allowlist"},
		"no list":                      {api.PluginPolicy{PolicyType: api.PluginPolicyAllowlist}, "without an allowlist"},
		"an empty list":                {api.PluginPolicy{PolicyType: api.PluginPolicyAllowlist, Allowlist: []api.AllowlistEntry{}}, "without an allowlist"},
		"an empty entry":               {api.PluginPolicy{PolicyType: api.PluginPolicyAllowlist, Allowlist: append([]api.AllowlistEntry{{}}, entry...)}, "entry 1 of the allowlist is empty"},
		"an entry that is not clean":   {allow("x", "/a/../b"), `write "/b"`},
		"an unknown policy":            {api.PluginPolicy{PolicyType: "allowlist", Allowlist: entry}, "unknown plugin policy"},
	} {
		t.Run(name, func(t *testing.T) {
			config := newHarness(t, "token").config
			config.PluginPolicy = test.policy
			_, err := New(&config, nil)
			require.ErrorContains(t, err, test.want)
			_, err = new(Shared).Get(&config, nil)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestSecurityAuthenticatorsAreSharedOnlyByEqualConfigurations(t *testing.T) {
	config := newHarness(t, "token").config
	var shared Shared
	unrestricted, err := shared.Get(&config, nil)
	require.NoError(t, err)
	for name, change := range map[string]func(*api.ExecConfig){
		"policy":       func(c *api.ExecConfig) { c.PluginPolicy.PolicyType = api.PluginPolicyAllowAll },
		"allowlist":    func(c *api.ExecConfig) { c.PluginPolicy = allow(c.Command) },
		"longer":       func(c *api.ExecConfig) { c.PluginPolicy = allow(c.Command, "x") },
		"arguments":    func(c *api.ExecConfig) { c.Args = []string{"x"} },
		"env":          func(c *api.ExecConfig) { c.Env = append(c.Env, api.ExecEnvVar{Name: "x"}) },
		"no stdin":     func(c *api.ExecConfig) { c.StdinUnavailable = true },
		"why no stdin": func(c *api.ExecConfig) { c.StdinUnavailableMessage = "x" },
	} {
		other := *config.DeepCopy()
		change(&other)
		a, err := shared.Get(&other, nil)
		require.NoError(t, err, name)
		assert.NotSame(t, unrestricted, a, name)
	}
	strict := config
	strict.PluginPolicy = allow("other")
	_, err = shared.Get(&strict, nil)
	require.ErrorContains(t, err, "not on the allowlist", "another configuration that allows it does not matter")

	config.Args = []string{"changed later"}
	assert.Empty(t, unrestricted.runs.program.config.Args)
}

func TestSecurityThePolicyIsCheckedBeforeEachRun(t *testing.T) {
	good, evil := tool(t, "aws-plug"), tool(t, "aws-plug")
	t.Setenv("PATH", filepath.Dir(good))
	config := &api.ExecConfig{Command: "aws-plug", APIVersion: V1, InteractiveMode: api.NeverExecInteractiveMode, PluginPolicy: allow(good)}
	var shared Shared
	a, err := shared.Get(config, nil)
	require.NoError(t, err)
	_, err = a.get(t.Context(), nil)
	require.ErrorContains(t, err, "it printed 0 bytes")
	require.True(t, ran(good))

	t.Setenv("PATH", filepath.Dir(evil)+string(os.PathListSeparator)+filepath.Dir(good))
	_, err = a.get(t.Context(), nil)
	require.ErrorContains(t, err, "not on the allowlist")
	require.False(t, ran(evil))
	_, err = shared.Get(config, nil)
	require.ErrorContains(t, err, "not on the allowlist")
}

func TestSecurityOutputIsBounded(t *testing.T) {
	h := newHarness(t, "floods")
	a, err := New(&h.config, nil)
	require.NoError(t, err)
	_, err = a.get(t.Context(), nil)
	require.ErrorContains(t, err, "it printed more than 1048576 bytes")
	require.NotContains(t, err.Error(), secret)

	h = newHarness(t, "almost too much")
	a, err = New(&h.config, nil)
	require.NoError(t, err)
	creds, err := a.get(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, secret, creds.token.Reveal())
}

func TestSecurityAuthenticatorsPrintNothing(t *testing.T) {
	h := newHarness(t, "token")
	h.config.Args = []string{"arg-" + secret}
	a, err := New(&h.config, &clientauthentication.Cluster{ProxyURL: "http://u:" + secret + "@proxy", Config: &runtime.Unknown{Raw: []byte(`"` + secret + `"`)}})
	require.NoError(t, err)
	creds, err := a.get(t.Context(), nil)
	require.NoError(t, err)
	for _, value := range []any{
		a, *a, a.wrap(nil), []any{a.wrap(nil)}, creds, *creds, a.runs, &a.runs.program, a.runs.program, a.runs.program.cluster, *a.runs.program.cluster,
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%t", "%o", "%e", "%c", "%U"} {
			text := fmt.Sprintf(verb, value)
			for _, form := range []string{secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret), strings.Trim(fmt.Sprintf("%d", []byte(secret)), "[]")} {
				assert.NotContains(t, text, form, "%T %s", value, verb)
			}
		}
	}
}

// FuzzSecurityPluginOutput checks that any output is a credential or an error that quotes nothing of the output.
func FuzzSecurityPluginOutput(f *testing.F) {
	for _, seed := range []string{
		`{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"s3cret"}}`,
		`{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":["s3cret"]}}`,
		`{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"x","expirationTimestamp":"s3cret"}}`,
		`{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientCertificateData":` +
			`"-----BEGIN s3cret-----\nczNjcmV0\n-----END s3cret-----\n","clientKeyData":"s3cret"}}`,
		`{"apiVersion":"client.authentication.k8s.io/v1alpha1","kind":"ExecCredential"}`,
		`{"kind":"s3cret"}`, "s3cret", "", "null",
	} {
		f.Add([]byte(seed))
	}
	// ownWords are the words of the errors themselves.
	const ownWords = "it printed bytes that are not an ExecCredential in JSON client.authentication.k8s.io/v1 " +
		"client.authentication.k8s.io/v1beta1 client.authentication.k8s.io/v1alpha1 must print an of, the version in the kubeconfig, but a document of another kind without " +
		"apiVersion unknown has neither token nor client certificate or key, but not both status and that PEM, do belong together"
	f.Fuzz(func(t *testing.T, output []byte) {
		before := bytes.Clone(output)
		creds, err := read(output, V1)
		require.Equal(t, before, output)
		if err == nil {
			require.True(t, creds.token.Reveal() != "" || creds.cert != nil)
			return
		}
		for _, word := range strings.FieldsFunc(string(output), func(r rune) bool { return strings.ContainsRune(`"{}[]:,\- `, r) }) {
			if len(word) >= 6 && !strings.Contains(ownWords, word) {
				require.NotContains(t, err.Error(), word)
			}
		}
	})
}
