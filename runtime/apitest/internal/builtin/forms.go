package builtin

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// The real server's errors show parts of stateful sets as JSON of the Go types that it has in memory. The types in this file have the same
// fields.

type strategyForm struct {
	Type          string
	RollingUpdate any
}

type partitionForm struct{ Partition, MaxUnavailable any }

func formOfStrategy(strategy map[string]any) strategyForm {
	form := strategyForm{Type: text(strategy, "type")}
	if rolling := fieldObject(strategy, "rollingUpdate"); rolling != nil {
		form.RollingUpdate = partitionForm{rolling["partition"], rolling["maxUnavailable"]}
	}
	return form
}

type claimForm struct {
	metav1.ObjectMeta

	Spec   claimSpecForm
	Status claimStatusForm
}

type claimSpecForm struct {
	AccessModes               any
	Selector                  *metav1.LabelSelector
	Resources                 struct{ Limits, Requests any }
	VolumeName                string
	StorageClassName          any
	VolumeMode                any
	DataSource, DataSourceRef any
	VolumeAttributesClassName any
}

type sourceForm struct{ APIGroup, Kind, Name any }

type sourceRefForm struct{ APIGroup, Kind, Name, Namespace any }

type claimStatusForm struct {
	Phase                                                 string
	AccessModes, Capacity, Conditions, AllocatedResources any
	AllocatedResourceStatuses                             any
	CurrentVolumeAttributesClassName, ModifyVolumeStatus  any
	HealthStatus                                          any
}

// formsOfClaims returns the forms of a stateful set's claims, nil if it has none.
func formsOfClaims(spec map[string]any) (all []claimForm) {
	each(spec, "volumeClaimTemplates", func(_ int, claim map[string]any) {
		var form claimForm
		_ = runtime.DefaultUnstructuredConverter.FromUnstructured(fieldObject(claim, "metadata"), &form.ObjectMeta) // it was read into its type before
		form.Spec = formOfClaimSpec(fieldObject(claim, "spec"))
		status := fieldObject(claim, "status")
		form.Status = claimStatusForm{Phase: text(status, "phase"), AccessModes: status["accessModes"], Capacity: status["capacity"]}
		all = append(all, form)
	})
	return all
}

func formOfClaimSpec(spec map[string]any) claimSpecForm {
	form := claimSpecForm{
		AccessModes: spec["accessModes"], VolumeName: text(spec, "volumeName"), StorageClassName: spec["storageClassName"],
		VolumeMode: spec["volumeMode"], VolumeAttributesClassName: spec["volumeAttributesClassName"], Selector: selectorOf(spec),
	}
	resources := fieldObject(spec, "resources")
	form.Resources.Limits, form.Resources.Requests = resources["limits"], resources["requests"]
	if source := fieldObject(spec, "dataSource"); source != nil {
		form.DataSource = sourceForm{source["apiGroup"], source["kind"], source["name"]}
	}
	if source := fieldObject(spec, "dataSourceRef"); source != nil {
		form.DataSourceRef = sourceRefForm{source["apiGroup"], source["kind"], source["name"], source["namespace"]}
	}
	return form
}
