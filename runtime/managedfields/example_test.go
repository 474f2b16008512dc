package managedfields_test

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/structured-merge-diff/v6/typed"

	"github.com/typewright/typewright/runtime/managedfields"
)

// What a field manager has applied of an object. Generated apply configurations have a function for it, Extract and the name of the kind.
func ExampleExtractInto() {
	parser, err := typed.NewParser(schema)
	if err != nil {
		fmt.Println(err)
		return
	}
	fields := &metav1.FieldsV1{}
	fields.SetRawBytes([]byte(`{"f:spec":{"f:clusterIP":{}}}`))
	web := service(metav1.ManagedFieldsEntry{
		Manager: "me", Operation: metav1.ManagedFieldsOperationApply, APIVersion: "v1", FieldsType: "FieldsV1",
		FieldsV1: fields,
	})
	var mine corev1.Service
	if err := managedfields.ExtractInto(web, parser.Type("service"), "me", &mine, ""); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(mine.Spec.ClusterIP, len(mine.Spec.Ports))
	// Output: 10.0.0.1 0
}
