package v1

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// SchemeGroupVersion is the group and version of the file format.
var SchemeGroupVersion = schema.GroupVersion{Group: "", Version: "v1"}

var (
	// SchemeBuilder collects what AddToScheme does.
	SchemeBuilder = runtime.NewSchemeBuilder(addKnownTypes, RegisterDefaults, RegisterConversions)
	// AddToScheme makes a scheme know the file format, its defaults, and the conversions from and to the form in memory.
	AddToScheme = SchemeBuilder.AddToScheme
)
