// Package csaupgrade moves objects from client-side apply to server-side apply. What the field manager of client-side apply owns
// is given to that of server-side apply, so that the latter can remove fields which the former has set.
//
// The upgrade may be done before or after the first server-side apply, and cannot be undone. Client-side apply owns fields too that
// it sent with their defaults; if the next server-side apply lacks these, the server removes them and sets the defaults again.
package csaupgrade

import (
	"encoding/json"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// Option changes what is upgraded.
type Option func(*options)

type options struct{ subresource string }

// Subresource upgrades the managers of a subresource in place of those of the object itself.
func Subresource(s string) Option {
	return func(o *options) { o.subresource = s }
}

// FindFieldsOwners returns the entries with an operation that own all of the fields. It passes over entries that it cannot read.
func FindFieldsOwners(
	managedFields []metav1.ManagedFieldsEntry, operation metav1.ManagedFieldsOperationType, fields *fieldpath.Set,
) []metav1.ManagedFieldsEntry {
	var owners []metav1.ManagedFieldsEntry
	for _, entry := range managedFields {
		if entry.Operation != operation {
			continue
		}
		if owned, err := fieldsOf(entry); err == nil && fields.Difference(owned).Empty() {
			owners = append(owners, entry)
		}
	}
	return owners
}

// UpgradeManagedFields gives the fields that the managers of client-side apply own to the manager of server-side apply, in obj. If
// there is an error, obj is unchanged. Write the object back only if nobody else has changed it since: with its version.
func UpgradeManagedFields(obj runtime.Object, csaManagerNames sets.Set[string], ssaManagerName string, opts ...Option) error {
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return err
	}
	upgraded, err := upgradeAll(accessor.GetManagedFields(), csaManagerNames, ssaManagerName, opts)
	if err != nil {
		return err
	}
	accessor.SetManagedFields(upgraded)
	return nil
}

// UpgradeManagedFieldsPatch returns a JSON patch that does what [UpgradeManagedFields] does, nil if there is nothing to do. It
// does not change obj. The server refuses the patch with a conflict if the object has another version than obj.
func UpgradeManagedFieldsPatch(
	obj runtime.Object, csaManagerNames sets.Set[string], ssaManagerName string, opts ...Option,
) ([]byte, error) {
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return nil, err
	}
	upgraded, err := upgradeAll(accessor.GetManagedFields(), csaManagerNames, ssaManagerName, opts)
	if err != nil {
		return nil, err
	}
	if equality.Semantic.DeepEqual(accessor.GetManagedFields(), upgraded) {
		return nil, nil
	}
	type operation struct {
		Op    string `json:"op"`
		Path  string `json:"path"`
		Value any    `json:"value"`
	}
	// The version is replaced and not tested: a failed test is an invalid request, a version that differs is a conflict.
	return json.Marshal([]operation{
		{"replace", "/metadata/managedFields", upgraded},
		{"replace", "/metadata/resourceVersion", accessor.GetResourceVersion()},
	})
}

// upgradeAll upgrades one manager after the other, in the order of their names.
func upgradeAll(
	entries []metav1.ManagedFieldsEntry, names sets.Set[string], ssaName string, opts []Option,
) (_ []metav1.ManagedFieldsEntry, err error) {
	var o options
	for _, option := range opts {
		option(&o)
	}
	for _, name := range sets.List(names) {
		if entries, err = upgrade(entries, name, ssaName, o.subresource); err != nil {
			return nil, fmt.Errorf("upgrade the fields of %s: %w", name, err)
		}
	}
	return entries, nil
}

// upgrade returns entries in which the client-side manager is no more. The server-side manager gets its fields of the same API
// version; if there is no such manager, the client-side one becomes it.
func upgrade(entries []metav1.ManagedFieldsEntry, csaName, ssaName, subresource string) ([]metav1.ManagedFieldsEntry, error) {
	is := func(entry metav1.ManagedFieldsEntry, name string, operation metav1.ManagedFieldsOperationType) bool {
		return entry.Manager == name && entry.Operation == operation && entry.Subresource == subresource
	}
	isClientSide := func(entry metav1.ManagedFieldsEntry) bool {
		return is(entry, csaName, metav1.ManagedFieldsOperationUpdate)
	}
	into := slices.IndexFunc(entries, func(entry metav1.ManagedFieldsEntry) bool {
		return is(entry, ssaName, metav1.ManagedFieldsOperationApply)
	})
	if into < 0 {
		into = slices.IndexFunc(entries, isClientSide) // the latest: they come first
	}
	if into < 0 {
		return entries, nil
	}
	merged := entries[into]
	merged.Manager, merged.Operation = ssaName, metav1.ManagedFieldsOperationApply
	fields, err := fieldsOf(merged)
	if err != nil {
		return nil, err
	}
	from := slices.IndexFunc(entries, func(entry metav1.ManagedFieldsEntry) bool {
		return isClientSide(entry) && entry.APIVersion == merged.APIVersion
	})
	if from >= 0 {
		more, err := fieldsOf(entries[from])
		if err != nil {
			return nil, err
		}
		fields = fields.Union(more)
	}
	raw, err := fields.ToJSON()
	if err != nil {
		return nil, fmt.Errorf("write the fields of %s: %w", ssaName, err)
	}
	merged.FieldsV1 = metav1.NewFieldsV1(string(raw))

	upgraded := slices.Clone(entries)
	upgraded[into] = merged
	return slices.DeleteFunc(upgraded, isClientSide), nil
}

// fieldsOf reads the fields of an entry; an entry without any has none.
func fieldsOf(entry metav1.ManagedFieldsEntry) (*fieldpath.Set, error) {
	fields := &fieldpath.Set{}
	if entry.FieldsV1 == nil {
		return fields, nil
	}
	if err := fields.FromJSON(entry.FieldsV1.GetRawReader()); err != nil {
		return nil, fmt.Errorf("read the fields of %s: %w", entry.Manager, err)
	}
	return fields, nil
}
