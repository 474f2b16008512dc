package api

import (
	"bytes"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
)

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (in *Config) DeepCopyInto(out *Config) {
	*out = *in
	in.Preferences.DeepCopyInto(&out.Preferences)
	out.Clusters = copyEntries(in.Clusters, (*Cluster).DeepCopy)
	out.AuthInfos = copyEntries(in.AuthInfos, (*AuthInfo).DeepCopy)
	out.Contexts = copyEntries(in.Contexts, (*Context).DeepCopy)
	out.Extensions = copyExtensions(in.Extensions)
}

// DeepCopy returns a copy, nil of nil.
func (in *Config) DeepCopy() *Config { return copyOf(in, (*Config).DeepCopyInto) }

// DeepCopyObject is DeepCopy for those who know a runtime.Object only.
func (in *Config) DeepCopyObject() runtime.Object {
	if in == nil {
		return nil
	}
	return in.DeepCopy()
}

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (in *Preferences) DeepCopyInto(out *Preferences) {
	*out = *in
	out.Extensions = copyExtensions(in.Extensions)
}

// DeepCopy returns a copy, nil of nil.
func (in *Preferences) DeepCopy() *Preferences { return copyOf(in, (*Preferences).DeepCopyInto) }

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (in *Cluster) DeepCopyInto(out *Cluster) {
	*out = *in
	out.CertificateAuthorityData = bytes.Clone(in.CertificateAuthorityData)
	out.Extensions = copyExtensions(in.Extensions)
}

// DeepCopy returns a copy, nil of nil.
func (in *Cluster) DeepCopy() *Cluster { return copyOf(in, (*Cluster).DeepCopyInto) }

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (in *AuthInfo) DeepCopyInto(out *AuthInfo) {
	*out = *in
	out.ClientCertificateData = bytes.Clone(in.ClientCertificateData)
	out.ClientKeyData = bytes.Clone(in.ClientKeyData)
	out.ImpersonateGroups = slices.Clone(in.ImpersonateGroups)
	out.ImpersonateUserExtra = maps.Clone(in.ImpersonateUserExtra)
	for key, values := range out.ImpersonateUserExtra {
		out.ImpersonateUserExtra[key] = slices.Clone(values)
	}
	out.AuthProvider = in.AuthProvider.DeepCopy()
	out.Exec = in.Exec.DeepCopy()
	out.Extensions = copyExtensions(in.Extensions)
}

// DeepCopy returns a copy, nil of nil.
func (in *AuthInfo) DeepCopy() *AuthInfo { return copyOf(in, (*AuthInfo).DeepCopyInto) }

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (in *Context) DeepCopyInto(out *Context) {
	*out = *in
	out.Extensions = copyExtensions(in.Extensions)
}

// DeepCopy returns a copy, nil of nil.
func (in *Context) DeepCopy() *Context { return copyOf(in, (*Context).DeepCopyInto) }

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (c *AuthProviderConfig) DeepCopyInto(out *AuthProviderConfig) {
	*out = *c
	out.Config = maps.Clone(c.Config)
}

// DeepCopy returns a copy, nil of nil.
func (c *AuthProviderConfig) DeepCopy() *AuthProviderConfig {
	return copyOf(c, (*AuthProviderConfig).DeepCopyInto)
}

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (c *ExecConfig) DeepCopyInto(out *ExecConfig) {
	*out = *c
	out.Args = slices.Clone(c.Args)
	out.Env = slices.Clone(c.Env)
	out.Config = copyObject(c.Config)
	c.PluginPolicy.DeepCopyInto(&out.PluginPolicy)
}

// DeepCopy returns a copy, nil of nil.
func (c *ExecConfig) DeepCopy() *ExecConfig { return copyOf(c, (*ExecConfig).DeepCopyInto) }

// DeepCopyInto writes a copy into out.
func (in *ExecEnvVar) DeepCopyInto(out *ExecEnvVar) { *out = *in }

// DeepCopy returns a copy, nil of nil.
func (in *ExecEnvVar) DeepCopy() *ExecEnvVar { return copyOf(in, (*ExecEnvVar).DeepCopyInto) }

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (in *PluginPolicy) DeepCopyInto(out *PluginPolicy) {
	*out = *in
	out.Allowlist = slices.Clone(in.Allowlist)
}

// DeepCopy returns a copy, nil of nil.
func (in *PluginPolicy) DeepCopy() *PluginPolicy { return copyOf(in, (*PluginPolicy).DeepCopyInto) }

// DeepCopyInto writes a copy into out.
func (in *AllowlistEntry) DeepCopyInto(out *AllowlistEntry) { *out = *in }

// DeepCopy returns a copy, nil of nil.
func (in *AllowlistEntry) DeepCopy() *AllowlistEntry {
	return copyOf(in, (*AllowlistEntry).DeepCopyInto)
}

func copyOf[T any](in *T, into func(in, out *T)) *T {
	if in == nil {
		return nil
	}
	out := new(T)
	into(in, out)
	return out
}

func copyEntries[T any](in map[string]*T, deepCopy func(*T) *T) map[string]*T {
	out := maps.Clone(in)
	for name, entry := range out {
		out[name] = deepCopy(entry)
	}
	return out
}

func copyExtensions(in map[string]runtime.Object) map[string]runtime.Object {
	out := maps.Clone(in)
	for name, extension := range out {
		out[name] = copyObject(extension)
	}
	return out
}

func copyObject(in runtime.Object) runtime.Object {
	if in == nil {
		return nil
	}
	return in.DeepCopyObject()
}
