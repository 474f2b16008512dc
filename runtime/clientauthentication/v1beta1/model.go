package v1beta1

// OpenAPIModelName is the name of the type in OpenAPI documents.
func (Cluster) OpenAPIModelName() string {
	return "io.k8s.client-go.pkg.apis.clientauthentication.v1beta1.Cluster"
}

// OpenAPIModelName is the name of the type in OpenAPI documents.
func (ExecCredential) OpenAPIModelName() string {
	return "io.k8s.client-go.pkg.apis.clientauthentication.v1beta1.ExecCredential"
}

// OpenAPIModelName is the name of the type in OpenAPI documents.
func (ExecCredentialSpec) OpenAPIModelName() string {
	return "io.k8s.client-go.pkg.apis.clientauthentication.v1beta1.ExecCredentialSpec"
}

// OpenAPIModelName is the name of the type in OpenAPI documents.
func (ExecCredentialStatus) OpenAPIModelName() string {
	return "io.k8s.client-go.pkg.apis.clientauthentication.v1beta1.ExecCredentialStatus"
}
