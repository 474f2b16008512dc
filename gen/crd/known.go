package crd

import "github.com/typewright/typewright/gen/model"

// quantity is what the API server accepts as a resource.Quantity.
const quantity = `^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$`

// wellKnown is the schema of a type whose documents do not follow from its Go type; nil for other types.
func wellKnown(d *model.Decl) *Schema {
	const (
		meta       = "k8s.io/apimachinery/pkg/apis/meta/v1"
		extensions = "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/"
	)
	switch d.Package.Path + "." + d.Name {
	case meta + ".ObjectMeta", meta + "/unstructured.Unstructured":
		return &Schema{Type: "object"}
	case meta + ".Time", meta + ".MicroTime", "time.Time":
		return &Schema{Type: "string", Format: "date-time"}
	case meta + ".Duration":
		return &Schema{Type: "string"}
	case "k8s.io/apimachinery/pkg/api/resource.Quantity":
		s := intOrString()
		s.Pattern = quantity
		return s
	case "k8s.io/apimachinery/pkg/util/intstr.IntOrString":
		return intOrString()
	case "k8s.io/apimachinery/pkg/runtime.RawExtension":
		return &Schema{Type: "object", PreserveUnknown: true}
	case extensions + "v1.JSON", extensions + "v1beta1.JSON", "encoding/json.RawMessage":
		return &Schema{PreserveUnknown: true}
	}
	return nil
}

func intOrString() *Schema {
	return &Schema{IntOrString: true, AnyOf: []*Schema{{Type: "integer"}, {Type: "string"}}}
}
