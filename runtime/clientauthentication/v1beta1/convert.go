package v1beta1

import (
	"k8s.io/apimachinery/pkg/conversion"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/clientauthentication"
)

// RegisterConversions registers the conversions of this file.
func RegisterConversions(s *runtime.Scheme) error {
	for _, register := range []func(*runtime.Scheme) error{
		both(Convert_v1beta1_Cluster_To_clientauthentication_Cluster, Convert_clientauthentication_Cluster_To_v1beta1_Cluster),
		both(Convert_v1beta1_ExecCredential_To_clientauthentication_ExecCredential, Convert_clientauthentication_ExecCredential_To_v1beta1_ExecCredential),
		both(Convert_v1beta1_ExecCredentialSpec_To_clientauthentication_ExecCredentialSpec, Convert_clientauthentication_ExecCredentialSpec_To_v1beta1_ExecCredentialSpec),
		both(Convert_v1beta1_ExecCredentialStatus_To_clientauthentication_ExecCredentialStatus, Convert_clientauthentication_ExecCredentialStatus_To_v1beta1_ExecCredentialStatus),
	} {
		if err := register(s); err != nil {
			return err
		}
	}
	return nil
}

// both registers the conversions from one type to another and back.
func both[A, B any](there func(*A, *B, conversion.Scope) error, back func(*B, *A, conversion.Scope) error) func(*runtime.Scheme) error {
	return func(s *runtime.Scheme) error {
		err := s.AddConversionFunc((*A)(nil), (*B)(nil), func(a, b any, scope conversion.Scope) error { return there(a.(*A), b.(*B), scope) })
		if err != nil {
			return err
		}
		return s.AddConversionFunc((*B)(nil), (*A)(nil), func(b, a any, scope conversion.Scope) error { return back(b.(*B), a.(*A), scope) })
	}
}

// Convert_v1beta1_Cluster_To_clientauthentication_Cluster fills out, which shares what in points to.
func Convert_v1beta1_Cluster_To_clientauthentication_Cluster(in *Cluster, out *clientauthentication.Cluster, s conversion.Scope) error {
	*out = clientauthentication.Cluster{
		Server: in.Server, TLSServerName: in.TLSServerName, InsecureSkipTLSVerify: in.InsecureSkipTLSVerify,
		CertificateAuthorityData: in.CertificateAuthorityData, ProxyURL: in.ProxyURL, DisableCompression: in.DisableCompression,
	}
	return runtime.Convert_runtime_RawExtension_To_runtime_Object(&in.Config, &out.Config, s)
}

// Convert_v1beta1_ExecCredential_To_clientauthentication_ExecCredential fills out, which shares what in points to.
func Convert_v1beta1_ExecCredential_To_clientauthentication_ExecCredential(in *ExecCredential, out *clientauthentication.ExecCredential, s conversion.Scope) error {
	if in.Status != nil {
		out.Status = &clientauthentication.ExecCredentialStatus{}
		if err := Convert_v1beta1_ExecCredentialStatus_To_clientauthentication_ExecCredentialStatus(in.Status, out.Status, s); err != nil {
			return err
		}
	}
	return Convert_v1beta1_ExecCredentialSpec_To_clientauthentication_ExecCredentialSpec(&in.Spec, &out.Spec, s)
}

// Convert_v1beta1_ExecCredentialSpec_To_clientauthentication_ExecCredentialSpec fills out, which shares what in points to.
func Convert_v1beta1_ExecCredentialSpec_To_clientauthentication_ExecCredentialSpec(in *ExecCredentialSpec, out *clientauthentication.ExecCredentialSpec, s conversion.Scope) error {
	out.Interactive = in.Interactive
	if in.Cluster == nil {
		return nil
	}
	out.Cluster = &clientauthentication.Cluster{}
	return Convert_v1beta1_Cluster_To_clientauthentication_Cluster(in.Cluster, out.Cluster, s)
}

// Convert_v1beta1_ExecCredentialStatus_To_clientauthentication_ExecCredentialStatus fills out, which shares what in points to.
func Convert_v1beta1_ExecCredentialStatus_To_clientauthentication_ExecCredentialStatus(in *ExecCredentialStatus, out *clientauthentication.ExecCredentialStatus, _ conversion.Scope) error {
	*out = clientauthentication.ExecCredentialStatus{
		ExpirationTimestamp: in.ExpirationTimestamp, Token: in.Token,
		ClientCertificateData: in.ClientCertificateData, ClientKeyData: in.ClientKeyData,
	}
	return nil
}

// Convert_clientauthentication_Cluster_To_v1beta1_Cluster fills out, which shares what in points to.
func Convert_clientauthentication_Cluster_To_v1beta1_Cluster(in *clientauthentication.Cluster, out *Cluster, s conversion.Scope) error {
	*out = Cluster{
		Server: in.Server, TLSServerName: in.TLSServerName, InsecureSkipTLSVerify: in.InsecureSkipTLSVerify,
		CertificateAuthorityData: in.CertificateAuthorityData, ProxyURL: in.ProxyURL, DisableCompression: in.DisableCompression,
	}
	return runtime.Convert_runtime_Object_To_runtime_RawExtension(&in.Config, &out.Config, s)
}

// Convert_clientauthentication_ExecCredential_To_v1beta1_ExecCredential fills out, which shares what in points to.
func Convert_clientauthentication_ExecCredential_To_v1beta1_ExecCredential(in *clientauthentication.ExecCredential, out *ExecCredential, s conversion.Scope) error {
	if in.Status != nil {
		out.Status = &ExecCredentialStatus{}
		if err := Convert_clientauthentication_ExecCredentialStatus_To_v1beta1_ExecCredentialStatus(in.Status, out.Status, s); err != nil {
			return err
		}
	}
	return Convert_clientauthentication_ExecCredentialSpec_To_v1beta1_ExecCredentialSpec(&in.Spec, &out.Spec, s)
}

// Convert_clientauthentication_ExecCredentialSpec_To_v1beta1_ExecCredentialSpec fills out, which shares what in points to.
func Convert_clientauthentication_ExecCredentialSpec_To_v1beta1_ExecCredentialSpec(in *clientauthentication.ExecCredentialSpec, out *ExecCredentialSpec, s conversion.Scope) error {
	out.Interactive = in.Interactive
	if in.Cluster == nil {
		return nil
	}
	out.Cluster = &Cluster{}
	return Convert_clientauthentication_Cluster_To_v1beta1_Cluster(in.Cluster, out.Cluster, s)
}

// Convert_clientauthentication_ExecCredentialStatus_To_v1beta1_ExecCredentialStatus fills out, which shares what in points to.
func Convert_clientauthentication_ExecCredentialStatus_To_v1beta1_ExecCredentialStatus(in *clientauthentication.ExecCredentialStatus, out *ExecCredentialStatus, _ conversion.Scope) error {
	*out = ExecCredentialStatus{
		ExpirationTimestamp: in.ExpirationTimestamp, Token: in.Token,
		ClientCertificateData: in.ClientCertificateData, ClientKeyData: in.ClientKeyData,
	}
	return nil
}
