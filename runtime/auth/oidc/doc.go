// Package oidc is the auth provider "oidc" of kubeconfig files: it sends the ID token of an OpenID Connect issuer as bearer
// token, and gets a new one with the refresh token when the old one expires. Importing the package registers the provider:
//
//	import _ "github.com/typewright/typewright/runtime/auth/oidc"
//
// Kubernetes recommends exec plugins over auth providers.
package oidc
