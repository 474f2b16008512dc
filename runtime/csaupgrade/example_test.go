package csaupgrade_test

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"

	"github.com/typewright/typewright/runtime/csaupgrade"
)

// What a program has updated before it began to apply belongs to its applies, so that they can remove it.
func ExampleUpgradeManagedFields() {
	obj := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "robot", ManagedFields: []metav1.ManagedFieldsEntry{{
		Manager: "robot", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "v1", FieldsType: "FieldsV1",
		FieldsV1: metav1.NewFieldsV1(`{"f:data":{"f:color":{}}}`),
	}}}}
	if err := csaupgrade.UpgradeManagedFields(obj, sets.New("robot"), "robot"); err != nil {
		fmt.Println(err)
		return
	}
	for _, entry := range obj.ManagedFields {
		fmt.Println(entry.Manager, entry.Operation, entry.FieldsV1.GetRawString())
	}
	// Output: robot Apply {"f:data":{"f:color":{}}}
}
