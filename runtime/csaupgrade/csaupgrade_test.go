package csaupgrade_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"

	"github.com/typewright/typewright/runtime/csaupgrade"
)

const (
	data   = `{"f:data":{"f:a":{}}}`
	labels = `{"f:metadata":{"f:labels":{"f:b":{}}}}`
	both   = `{"f:data":{"f:a":{}},"f:metadata":{"f:labels":{"f:b":{}}}}`
)

func entry(manager string, operation metav1.ManagedFieldsOperationType, version, subresource, fields string) metav1.ManagedFieldsEntry {
	e := metav1.ManagedFieldsEntry{Manager: manager, Operation: operation, APIVersion: version, Subresource: subresource}
	if fields != "" {
		e.FieldsV1 = metav1.NewFieldsV1(fields)
	}
	return e
}

func TestUpgrade(t *testing.T) {
	type entries = []metav1.ManagedFieldsEntry
	const update, apply = metav1.ManagedFieldsOperationUpdate, metav1.ManagedFieldsOperationApply
	other := entry("other", update, "v1", "", labels)
	for name, test := range map[string]struct {
		before, after entries
		names         []string
		options       []csaupgrade.Option
		err           string
	}{
		"nothing to upgrade":       {before: entries{other}, after: entries{other}},
		"no managers":              {},
		"before the first apply":   {before: entries{entry("csa", update, "v1", "", data), other}, after: entries{entry("ssa", apply, "v1", "", data), other}},
		"after the first apply":    {before: entries{other, entry("ssa", apply, "v1", "", data), entry("csa", update, "v1", "", labels)}, after: entries{other, entry("ssa", apply, "v1", "", both)}},
		"of another version":       {before: entries{entry("ssa", apply, "v1", "", data), entry("csa", update, "v2", "", labels)}, after: entries{entry("ssa", apply, "v1", "", data)}},
		"several versions":         {before: entries{entry("csa", update, "v2", "", labels), entry("csa", update, "v1", "", data)}, after: entries{entry("ssa", apply, "v2", "", labels)}},
		"several managers":         {before: entries{entry("csa", update, "v1", "", data), entry("old", update, "v1", "", labels)}, after: entries{entry("ssa", apply, "v1", "", both)}, names: []string{"csa", "old"}},
		"the status is left alone": {before: entries{entry("csa", update, "v1", "status", data)}, after: entries{entry("csa", update, "v1", "status", data)}},
		"the status only": {
			before: entries{entry("csa", update, "v1", "status", data), entry("csa", update, "v1", "", labels)}, options: []csaupgrade.Option{csaupgrade.Subresource("status")},
			after: entries{entry("ssa", apply, "v1", "status", data), entry("csa", update, "v1", "", labels)},
		},
		"without fields":      {before: entries{entry("csa", update, "v1", "", "")}, after: entries{entry("ssa", apply, "v1", "", "{}")}},
		"broken fields":       {before: entries{entry("csa", update, "v1", "", "{")}, err: "read the fields of"},
		"broken, to be added": {before: entries{entry("ssa", apply, "v1", "", data), entry("csa", update, "v1", "", "{")}, err: "upgrade the fields of csa: read the fields of csa"},
	} {
		t.Run(name, func(t *testing.T) {
			names := sets.New(test.names...)
			if len(names) == 0 {
				names.Insert("csa")
			}
			object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{ResourceVersion: "7", ManagedFields: test.before}}
			original := object.DeepCopy()
			patch, err := csaupgrade.UpgradeManagedFieldsPatch(object, names, "ssa", test.options...)
			assert.Equal(t, original, object, "the patch changes nothing")
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				require.ErrorContains(t, csaupgrade.UpgradeManagedFields(object, names, "ssa", test.options...), test.err)
				assert.Equal(t, original, object)
				return
			}
			require.NoError(t, err)
			require.NoError(t, csaupgrade.UpgradeManagedFields(object, names, "ssa", test.options...))
			assert.Equal(t, test.after, object.ManagedFields)
			if assert.ObjectsAreEqual(test.before, test.after) {
				assert.Nil(t, patch)
				return
			}
			value, err := json.Marshal(test.after)
			require.NoError(t, err)
			assert.JSONEq(t, `[{"op":"replace","path":"/metadata/managedFields","value":`+string(value)+`},
				{"op":"replace","path":"/metadata/resourceVersion","value":"7"}]`, string(patch))
		})
	}
	require.Error(t, csaupgrade.UpgradeManagedFields(nil, nil, ""))
	_, err := csaupgrade.UpgradeManagedFieldsPatch(nil, nil, "")
	require.Error(t, err)
}

func TestFindOwners(t *testing.T) {
	first, second := entry("a", "Update", "v1", "", both), entry("b", "Update", "v1", "", data)
	all := []metav1.ManagedFieldsEntry{first, second, entry("c", "Apply", "v1", "", both), entry("d", "Update", "v1", "", "{")}
	assert.Equal(t, []metav1.ManagedFieldsEntry{first, second},
		csaupgrade.FindFieldsOwners(all, metav1.ManagedFieldsOperationUpdate, fieldpath.NewSet(fieldpath.MakePathOrDie("data", "a"))))
	assert.Equal(t, []metav1.ManagedFieldsEntry{first},
		csaupgrade.FindFieldsOwners(all, metav1.ManagedFieldsOperationUpdate, fieldpath.NewSet(fieldpath.MakePathOrDie("metadata", "labels", "b"))))
}
