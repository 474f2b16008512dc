package exec

import (
	"errors"
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/clientauthentication"
	"github.com/typewright/typewright/runtime/clientauthentication/install"
	"github.com/typewright/typewright/runtime/rest"
)

// infoEnv is the variable in which a program gets what it is told.
const infoEnv = "KUBERNETES_EXEC_INFO"

// LoadExecCredentialFromEnv is LoadExecCredential of the environment variable KUBERNETES_EXEC_INFO.
func LoadExecCredentialFromEnv() (runtime.Object, *rest.Config, error) {
	info := os.Getenv(infoEnv)
	if info == "" {
		return nil, nil, errors.New(infoEnv + " env var is unset or empty")
	}
	return LoadExecCredential([]byte(info))
}

// LoadExecCredential is for a program that prints credentials: it decodes what the program was told, an ExecCredential of any version,
// and returns it with the configuration of a client of the cluster, which has no credentials. Without a cluster it is an error; the
// kubeconfig must set provideClusterInfo.
func LoadExecCredential(data []byte) (runtime.Object, *rest.Config, error) {
	scheme := runtime.NewScheme()
	install.Install(scheme)
	obj, kind, err := serializer.NewCodecFactory(scheme).UniversalDeserializer().Decode(data, nil, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("decode: %w", err)
	}
	if want := clientauthentication.Kind("ExecCredential"); kind.GroupKind() != want {
		return nil, nil, fmt.Errorf("invalid group/kind: wanted %s, got %s", want, kind.GroupKind())
	}
	var credential clientauthentication.ExecCredential
	if err := scheme.Convert(obj, &credential, nil); err != nil {
		return nil, nil, fmt.Errorf("cannot convert to ExecCredential: %w", err)
	}
	if credential.Spec.Cluster == nil {
		return nil, nil, errors.New("ExecCredential does not contain cluster information")
	}
	config, err := rest.ExecClusterToConfig(credential.Spec.Cluster)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot create rest.Config: %w", err)
	}
	return obj, config, nil
}
