package v1

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
	out.Clusters = copyList(in.Clusters, (*NamedCluster).DeepCopyInto)
	out.AuthInfos = copyList(in.AuthInfos, (*NamedAuthInfo).DeepCopyInto)
	out.Contexts = copyList(in.Contexts, (*NamedContext).DeepCopyInto)
	out.Extensions = copyList(in.Extensions, (*NamedExtension).DeepCopyInto)
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
	out.Extensions = copyList(in.Extensions, (*NamedExtension).DeepCopyInto)
}

// DeepCopy returns a copy, nil of nil.
func (in *Preferences) DeepCopy() *Preferences { return copyOf(in, (*Preferences).DeepCopyInto) }

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (in *Cluster) DeepCopyInto(out *Cluster) {
	*out = *in
	out.CertificateAuthorityData = bytes.Clone(in.CertificateAuthorityData)
	out.Extensions = copyList(in.Extensions, (*NamedExtension).DeepCopyInto)
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
	out.Extensions = copyList(in.Extensions, (*NamedExtension).DeepCopyInto)
}

// DeepCopy returns a copy, nil of nil.
func (in *AuthInfo) DeepCopy() *AuthInfo { return copyOf(in, (*AuthInfo).DeepCopyInto) }

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (in *Context) DeepCopyInto(out *Context) {
	*out = *in
	out.Extensions = copyList(in.Extensions, (*NamedExtension).DeepCopyInto)
}

// DeepCopy returns a copy, nil of nil.
func (in *Context) DeepCopy() *Context { return copyOf(in, (*Context).DeepCopyInto) }

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (in *NamedCluster) DeepCopyInto(out *NamedCluster) {
	*out = *in
	in.Cluster.DeepCopyInto(&out.Cluster)
}

// DeepCopy returns a copy, nil of nil.
func (in *NamedCluster) DeepCopy() *NamedCluster { return copyOf(in, (*NamedCluster).DeepCopyInto) }

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (in *NamedAuthInfo) DeepCopyInto(out *NamedAuthInfo) {
	*out = *in
	in.AuthInfo.DeepCopyInto(&out.AuthInfo)
}

// DeepCopy returns a copy, nil of nil.
func (in *NamedAuthInfo) DeepCopy() *NamedAuthInfo { return copyOf(in, (*NamedAuthInfo).DeepCopyInto) }

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (in *NamedContext) DeepCopyInto(out *NamedContext) {
	*out = *in
	in.Context.DeepCopyInto(&out.Context)
}

// DeepCopy returns a copy, nil of nil.
func (in *NamedContext) DeepCopy() *NamedContext { return copyOf(in, (*NamedContext).DeepCopyInto) }

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (in *NamedExtension) DeepCopyInto(out *NamedExtension) {
	*out = *in
	in.Extension.DeepCopyInto(&out.Extension)
}

// DeepCopy returns a copy, nil of nil.
func (in *NamedExtension) DeepCopy() *NamedExtension {
	return copyOf(in, (*NamedExtension).DeepCopyInto)
}

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (in *AuthProviderConfig) DeepCopyInto(out *AuthProviderConfig) {
	*out = *in
	out.Config = maps.Clone(in.Config)
}

// DeepCopy returns a copy, nil of nil.
func (in *AuthProviderConfig) DeepCopy() *AuthProviderConfig {
	return copyOf(in, (*AuthProviderConfig).DeepCopyInto)
}

// DeepCopyInto writes a copy into out, which shares nothing with the receiver.
func (in *ExecConfig) DeepCopyInto(out *ExecConfig) {
	*out = *in
	out.Args = slices.Clone(in.Args)
	out.Env = slices.Clone(in.Env)
}

// DeepCopy returns a copy, nil of nil.
func (in *ExecConfig) DeepCopy() *ExecConfig { return copyOf(in, (*ExecConfig).DeepCopyInto) }

// DeepCopyInto writes a copy into out.
func (in *ExecEnvVar) DeepCopyInto(out *ExecEnvVar) {
	*out = *in
}

// DeepCopy returns a copy, nil of nil.
func (in *ExecEnvVar) DeepCopy() *ExecEnvVar { return copyOf(in, (*ExecEnvVar).DeepCopyInto) }

func copyOf[T any](in *T, into func(in, out *T)) *T {
	if in == nil {
		return nil
	}
	out := new(T)
	into(in, out)
	return out
}

func copyList[T any](in []T, into func(in, out *T)) []T {
	if in == nil {
		return nil
	}
	out := make([]T, len(in))
	for i := range in {
		into(&in[i], &out[i])
	}
	return out
}
