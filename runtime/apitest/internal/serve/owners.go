package serve

import (
	"bytes"
	"reflect"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// dedupOwners removes owner references that are there twice, with the real server's warning.
func (r *request) dedupOwners(u *unstructured.Unstructured) {
	refs := u.GetOwnerReferences()
	var kept []metav1.OwnerReference
	var twice []string
	for _, ref := range refs {
		if slices.ContainsFunc(kept, func(have metav1.OwnerReference) bool { return reflect.DeepEqual(have, ref) }) {
			twice = append(twice, string(ref.UID))
			continue
		}
		kept = append(kept, ref)
	}
	if len(twice) == 0 {
		return
	}
	u.SetOwnerReferences(kept)
	r.warnings = append(r.warnings, ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: "+strings.Join(twice, ", "))
}

// sameEntry reports whether two entries of managed fields say the same.
func sameEntry(a, b metav1.ManagedFieldsEntry) bool {
	var aFields, bFields []byte
	if a.FieldsV1 != nil {
		aFields = a.FieldsV1.GetRawBytes()
	}
	if b.FieldsV1 != nil {
		bFields = b.FieldsV1.GetRawBytes()
	}
	return a.Manager == b.Manager && a.Operation == b.Operation && a.APIVersion == b.APIVersion && a.Subresource == b.Subresource &&
		a.FieldsType == b.FieldsType && a.Time.Equal(b.Time) && bytes.Equal(aFields, bFields)
}
