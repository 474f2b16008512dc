package v1

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var _ runtime.Object = &Config{}

func addKnownTypes(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(SchemeGroupVersion, &Config{})
	return nil
}

// GetObjectKind returns the Config itself, which keeps its kind.
func (in *Config) GetObjectKind() schema.ObjectKind { return in }

// SetGroupVersionKind sets APIVersion and Kind.
func (in *Config) SetGroupVersionKind(gvk schema.GroupVersionKind) {
	in.APIVersion, in.Kind = gvk.ToAPIVersionAndKind()
}

// GroupVersionKind returns what APIVersion and Kind say.
func (in *Config) GroupVersionKind() schema.GroupVersionKind {
	return schema.FromAPIVersionAndKind(in.APIVersion, in.Kind)
}

// RegisterDefaults makes a scheme apply the defaults of the format.
func RegisterDefaults(scheme *runtime.Scheme) error {
	scheme.AddTypeDefaultingFunc(&Config{}, func(obj any) { SetObjectDefaults_Config(obj.(*Config)) })
	return nil
}

// SetObjectDefaults_Config applies the defaults to a whole config.
func SetObjectDefaults_Config(in *Config) {
	for i := range in.AuthInfos {
		if exec := in.AuthInfos[i].AuthInfo.Exec; exec != nil {
			SetDefaults_ExecConfig(exec)
		}
	}
}

// SetDefaults_ExecConfig gives programs of the protocol's beta and alpha versions standard input where there is one:
// these versions had no word for it. Version v1 has, and leaving it out there is for validation to find.
func SetDefaults_ExecConfig(exec *ExecConfig) {
	if exec.InteractiveMode != "" {
		return
	}
	switch exec.APIVersion {
	case "client.authentication.k8s.io/v1beta1", "client.authentication.k8s.io/v1alpha1":
		exec.InteractiveMode = IfAvailableExecInteractiveMode
	}
}
