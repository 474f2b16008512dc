package testing

import (
	"fmt"
	"reflect"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

// patched returns a new object: obj with the patch applied.
func patched(obj runtime.Object, pt types.PatchType, patch []byte) (runtime.Object, error) {
	before, err := json.Marshal(obj)
	if err != nil {
		return nil, err
	}
	after, err := patchJSON(obj, before, pt, patch)
	if err != nil {
		return nil, err
	}
	// Decode into a new value, so that a field that the patch removed does not stay.
	result, ok := reflect.TypeAssert[runtime.Object](reflect.New(reflect.TypeOf(obj).Elem()))
	if !ok {
		return nil, fmt.Errorf("cannot patch a %T", obj)
	}
	return result, json.Unmarshal(after, result)
}

func patchJSON(obj runtime.Object, before []byte, pt types.PatchType, patch []byte) ([]byte, error) {
	switch pt {
	case types.JSONPatchType:
		operations, err := jsonpatch.DecodePatch(patch)
		if err != nil {
			return nil, err
		}
		return operations.Apply(before)
	case types.MergePatchType:
		return jsonpatch.MergePatch(before, patch)
	case types.StrategicMergePatchType:
		return strategicpatch.StrategicMergePatch(before, patch, obj)
	default:
		return nil, fmt.Errorf("PatchType %s is not supported", pt)
	}
}

// merge returns obj with an apply configuration merged in strategically. An unstructured object has no merge
// strategies: it is merged field by field, and whole lists are replaced.
func merge(obj, applyConfiguration runtime.Object) (runtime.Object, error) {
	patch, err := json.Marshal(applyConfiguration)
	if err != nil {
		return nil, err
	}
	pt := types.StrategicMergePatchType
	if _, untyped := obj.(runtime.Unstructured); untyped {
		pt = types.MergePatchType
	}
	return patched(obj, pt, patch)
}
