package latest

import (
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	v1 "github.com/typewright/typewright/runtime/clientcmd/api/v1"
)

// codec is Decode and Encode in the shape of apimachinery.
type codec struct{}

// Decode reads a kubeconfig into the form in memory: into, where it is an *api.Config, else a new one. Defaults are of no
// use: there is one kind.
func (codec) Decode(data []byte, _ *schema.GroupVersionKind, into runtime.Object) (runtime.Object, *schema.GroupVersionKind, error) {
	kind := ExternalVersion.WithKind(configKind)
	config, err := Decode(data)
	if err != nil {
		return nil, &kind, err
	}
	switch into := into.(type) {
	case nil:
		return config, &kind, nil
	case *api.Config:
		*into = *config
		return into, &kind, nil
	default:
		return nil, &kind, fmt.Errorf("a kubeconfig cannot be decoded into %T: want *api.Config", into)
	}
}

// Encode writes a kubeconfig of either form as YAML.
func (codec) Encode(obj runtime.Object, w io.Writer) error {
	var data []byte
	var err error
	switch config := obj.(type) {
	case *api.Config:
		data, err = Encode(config)
	case *v1.Config:
		data, err = marshal(config)
	default:
		return fmt.Errorf("%T is no kubeconfig: want *api.Config", obj)
	}
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// Identifier names the encoding.
func (codec) Identifier() runtime.Identifier { return "kubeconfig/v1/yaml" }
