package execplugin

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/metrics"
)

// Validate returns an error for a configuration without a command, with an unknown version, or with an invalid policy. It does
// not look up the program, and does not check whether the policy allows it.
func Validate(config *api.ExecConfig) error {
	if config.Command == "" {
		return errors.New("exec plugin: no command is given")
	}
	if config.APIVersion != V1 && config.APIVersion != V1beta1 {
		return fmt.Errorf("exec plugin %s: invalid apiVersion %q: it must be %s or %s", config.Command, config.APIVersion, V1, V1beta1)
	}
	if err := ValidatePluginPolicy(config.PluginPolicy); err != nil {
		return fmt.Errorf("exec plugin %s: %w", config.Command, err)
	}
	return nil
}

// ValidatePluginPolicy returns an error for a policy of an unknown type, a policy Allowlist with an empty list, an invalid
// entry, and a list with another policy. A policy is meant to forbid something, so its meaning must be certain. The zero value
// is valid and allows all programs.
func ValidatePluginPolicy(policy api.PluginPolicy) error {
	switch policy.PolicyType {
	case "", api.PluginPolicyAllowAll, api.PluginPolicyDenyAll:
		if policy.Allowlist != nil {
			return fmt.Errorf("plugin policy %q with an allowlist: remove it or use %q", policy.PolicyType, api.PluginPolicyAllowlist)
		}
		return nil
	case api.PluginPolicyAllowlist:
		if len(policy.Allowlist) == 0 {
			return fmt.Errorf("plugin policy %q without an allowlist: use %q to allow none", policy.PolicyType, api.PluginPolicyDenyAll)
		}
		return validateAllowlist(policy.Allowlist)
	default:
		return fmt.Errorf("unknown plugin policy %q", policy.PolicyType)
	}
}

func validateAllowlist(list []api.AllowlistEntry) error {
	for i, entry := range list {
		if entry.Command == "" {
			return fmt.Errorf("entry %d of the allowlist is empty", i+1)
		}
		if clean := filepath.Clean(entry.Command); clean != entry.Command {
			return fmt.Errorf("entry %d of the allowlist is %q: write %q", i+1, entry.Command, clean)
		}
	}
	return nil
}

// permit checks whether the policy allows the program now, and returns the file to run. With an allowlist this is the path that
// was compared, so that it is not looked up again.
func permit(config *api.ExecConfig) (file string, err error) {
	switch policy := config.PluginPolicy; policy.PolicyType {
	case "", api.PluginPolicyAllowAll:
		return config.Command, nil
	case api.PluginPolicyDenyAll:
		return "", fmt.Errorf("exec plugin %s: the plugin policy denies all plugins", config.Command)
	case api.PluginPolicyAllowlist:
		return listed(config.Command, policy.Allowlist, config.InstallHint)
	default:
		return "", fmt.Errorf("exec plugin %s: unknown plugin policy %q", config.Command, policy.PolicyType)
	}
}

// listed returns the file of a command if an entry of the list has the same. Both are looked up in PATH if they have no
// separator. Paths are not cleaned before the comparison, because in a path through a link ".." has another meaning.
func listed(command string, list []api.AllowlistEntry, hint string) (string, error) {
	file, err := exec.LookPath(command)
	if err != nil {
		return "", missing(command, hint, err)
	}
	for _, entry := range list {
		if allowed, err := exec.LookPath(entry.Command); err == nil && allowed == file {
			return file, nil
		}
	}
	return "", fmt.Errorf("exec plugin %s: it is %s, which is not on the allowlist of the plugin policy", command, file)
}

// countDecision counts a decision of the policy in the metrics: denied if err is not nil.
func countDecision(err error) {
	decision := "allowed"
	if err != nil {
		decision = "denied"
	}
	metrics.ExecPluginPolicyCalls.Increment(decision)
}
