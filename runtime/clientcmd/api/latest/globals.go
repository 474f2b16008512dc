package latest

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	v1 "github.com/typewright/typewright/runtime/clientcmd/api/v1"
)

const (
	// Version is the version written.
	Version = "v1"
	// OldestVersion is the oldest version read.
	OldestVersion = "v1"
)

var (
	// ExternalVersion is the group and version of the format written.
	ExternalVersion = schema.GroupVersion{Group: "", Version: Version}
	// Versions are those that can be read, the best first.
	Versions = []string{Version}
	// Scheme knows kubeconfigs as files and in memory, and converts between the two.
	Scheme = newScheme()
	// Codec reads and writes kubeconfigs, as [Decode] and [Encode] do.
	Codec runtime.Codec = codec{}
)

func newScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(api.AddToScheme(scheme))
	utilruntime.Must(v1.AddToScheme(scheme))
	return scheme
}
