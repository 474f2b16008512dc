package execplugin

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/metrics"
)

// Validate refuses configurations that cannot work, and those whose policy may not mean what it says. It does not look for
// the program, and does not ask the policy about it.
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

// ValidatePluginPolicy refuses policies that are unknown, empty or contradict themselves: a policy is there to forbid
// something, so nothing is guessed.
func ValidatePluginPolicy(policy api.PluginPolicy) error {
	switch policy.PolicyType {
	case "", api.PluginPolicyAllowAll, api.PluginPolicyDenyAll:
		if policy.Allowlist != nil {
			return fmt.Errorf("plugin policy %q knows no allowlist: remove it or use %q", policy.PolicyType, api.PluginPolicyAllowlist)
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

// permit asks the policy whether the program may run now, and returns the file to run. With an allowlist that is the file
// that was compared, so that nothing is looked up a second time.
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

// listed returns the file that a command means, if an entry of the list means the same one. Both are looked up in PATH
// where they have no separator. Paths are compared as they are: cleaning one changes what it means where a link is part
// of it.
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

// countDecision tells the metrics what the policy said.
func countDecision(err error) {
	decision := "allowed"
	if err != nil {
		decision = "denied"
	}
	metrics.ExecPluginPolicyCalls.Increment(decision)
}
