// Package plugins registers all auth providers of kubeconfig files, for programs that read kubeconfigs of others:
//
//	import _ "github.com/typewright/typewright/runtime/auth/plugins"
//
// Of these oidc works. gcp and azure were removed from Kubernetes in 1.26; package rest answers with what takes their place.
package plugins

import (
	// Each registers a provider.
	_ "github.com/typewright/typewright/runtime/auth/azure"
	_ "github.com/typewright/typewright/runtime/auth/gcp"
	_ "github.com/typewright/typewright/runtime/auth/oidc"
)
