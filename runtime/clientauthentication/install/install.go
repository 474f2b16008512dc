// Package install registers all versions of package clientauthentication.
package install

import (
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

	"github.com/typewright/typewright/runtime/clientauthentication"
	v1 "github.com/typewright/typewright/runtime/clientauthentication/v1"
	"github.com/typewright/typewright/runtime/clientauthentication/v1beta1"
)

// Install registers the types. It panics if the scheme has others of their names.
func Install(scheme *runtime.Scheme) {
	utilruntime.Must(clientauthentication.AddToScheme(scheme))
	utilruntime.Must(v1.AddToScheme(scheme))
	utilruntime.Must(v1beta1.AddToScheme(scheme))
}
