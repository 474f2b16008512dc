package clientcmd

import (
	"strconv"

	"github.com/spf13/pflag"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// FlagInfo describes a flag before it is bound, so that programs can rename it, or omit it with an empty LongName.
type FlagInfo struct {
	// LongName of the flag; without one the flag is not bound.
	LongName string
	// ShortName is one letter, or empty.
	ShortName string
	// Default is the value of a flag that is not given.
	Default string
	// Description is its help text.
	Description string
}

// AddSecretAnnotation marks a bound flag as secret, so that its values are not logged.
func (f FlagInfo) AddSecretAnnotation(flags *pflag.FlagSet) FlagInfo {
	if f.LongName != "" {
		_ = flags.SetAnnotation(f.LongName, "classified", []string{"true"}) // fails if the flag does not exist
	}
	return f
}

// BindStringFlag binds the flag to target, which becomes the default value.
func (f FlagInfo) BindStringFlag(flags *pflag.FlagSet, target *string) FlagInfo {
	if f.LongName != "" {
		flags.StringVarP(target, f.LongName, f.ShortName, f.Default, f.Description)
	}
	return f
}

// BindTransformingStringFlag binds the flag to target through transformer; an error of transformer rejects the value.
func (f FlagInfo) BindTransformingStringFlag(flags *pflag.FlagSet, target *string, transformer func(string) (string, error)) FlagInfo {
	if f.LongName != "" {
		*target = f.Default
		flags.VarP(transformed{target, transformer}, f.LongName, f.ShortName, f.Description)
	}
	return f
}

// BindStringArrayFlag binds a flag that may be repeated to target, which becomes the default value alone, or an empty list.
func (f FlagInfo) BindStringArrayFlag(flags *pflag.FlagSet, target *[]string) FlagInfo {
	if f.LongName != "" {
		value := []string{}
		if f.Default != "" {
			value = append(value, f.Default)
		}
		flags.StringArrayVarP(target, f.LongName, f.ShortName, value, f.Description)
	}
	return f
}

// BindBoolFlag binds the flag to target, which becomes the default value; a default that is not a boolean is false.
func (f FlagInfo) BindBoolFlag(flags *pflag.FlagSet, target *bool) FlagInfo {
	if f.LongName != "" {
		value, err := strconv.ParseBool(f.Default)
		flags.BoolVarP(target, f.LongName, f.ShortName, value && err == nil, f.Description)
	}
	return f
}

// transformed is the value of a flag that is transformed when it is set.
type transformed struct {
	target    *string
	transform func(string) (string, error)
}

func (t transformed) Set(value string) error {
	value, err := t.transform(value)
	if err == nil {
		*t.target = value
	}
	return err
}

func (t transformed) String() string {
	if t.target == nil { // pflag calls String on a zero value
		return ""
	}
	return *t.target
}

func (transformed) Type() string { return "string" }

// BindOverrideFlags binds the flags to overrides.
func BindOverrideFlags(overrides *ConfigOverrides, flags *pflag.FlagSet, flagNames ConfigOverrideFlags) {
	BindAuthInfoFlags(&overrides.AuthInfo, flags, flagNames.AuthOverrideFlags)
	BindClusterFlags(&overrides.ClusterInfo, flags, flagNames.ClusterOverrideFlags)
	BindContextFlags(&overrides.Context, flags, flagNames.ContextOverrideFlags)
	flagNames.CurrentContext.BindStringFlag(flags, &overrides.CurrentContext)
	flagNames.Timeout.BindStringFlag(flags, &overrides.Timeout)
}

// BindAuthInfoFlags binds the flags to authInfo. All are marked as secret.
func BindAuthInfoFlags(authInfo *api.AuthInfo, flags *pflag.FlagSet, flagNames AuthOverrideFlags) {
	for _, flag := range []struct {
		info   FlagInfo
		target *string
	}{
		{flagNames.ClientCertificate, &authInfo.ClientCertificate},
		{flagNames.ClientKey, &authInfo.ClientKey},
		{flagNames.Token, &authInfo.Token},
		{flagNames.Impersonate, &authInfo.Impersonate},
		{flagNames.ImpersonateUID, &authInfo.ImpersonateUID},
		{flagNames.Username, &authInfo.Username},
		{flagNames.Password, &authInfo.Password},
	} {
		flag.info.BindStringFlag(flags, flag.target).AddSecretAnnotation(flags)
	}
	flagNames.ImpersonateGroups.BindStringArrayFlag(flags, &authInfo.ImpersonateGroups).AddSecretAnnotation(flags)
}

// BindClusterFlags binds the flags to clusterInfo.
func BindClusterFlags(clusterInfo *api.Cluster, flags *pflag.FlagSet, flagNames ClusterOverrideFlags) {
	flagNames.APIServer.BindStringFlag(flags, &clusterInfo.Server)
	flagNames.CertificateAuthority.BindStringFlag(flags, &clusterInfo.CertificateAuthority)
	flagNames.InsecureSkipTLSVerify.BindBoolFlag(flags, &clusterInfo.InsecureSkipTLSVerify)
	flagNames.TLSServerName.BindStringFlag(flags, &clusterInfo.TLSServerName)
	flagNames.ProxyURL.BindStringFlag(flags, &clusterInfo.ProxyURL)
	flagNames.DisableCompression.BindBoolFlag(flags, &clusterInfo.DisableCompression)
}

// BindContextFlags binds the flags to contextInfo; the namespace may come as "ns/name".
func BindContextFlags(contextInfo *api.Context, flags *pflag.FlagSet, flagNames ContextOverrideFlags) {
	flagNames.ClusterName.BindStringFlag(flags, &contextInfo.Cluster)
	flagNames.AuthInfoName.BindStringFlag(flags, &contextInfo.AuthInfo)
	flagNames.Namespace.BindTransformingStringFlag(flags, &contextInfo.Namespace, RemoveNamespacesPrefix)
}
