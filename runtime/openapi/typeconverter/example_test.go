package typeconverter_test

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/openapi/openapitest"
	"github.com/typewright/typewright/runtime/openapi/typeconverter"
)

// A converter knows how lists merge, from the documents of a server.
func ExampleNew() {
	converter, err := typeconverter.New(openapitest.NewEmbeddedFileClient(), false)
	if err != nil {
		fmt.Println(err)
		return
	}
	value, err := converter.ObjectToTyped(&appsv1.Deployment{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"}, ObjectMeta: metav1.ObjectMeta{Name: "web"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	name, _ := value.AsValue().AsMap().Get("metadata")
	fmt.Println(name.AsMap().Has("name"))
	// Output: true
}
