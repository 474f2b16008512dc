package serve

import (
	"fmt"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/typewright/typewright/runtime/internal/storage"
)

// matcher is the namespace and the selectors of a list or watch as a function.
func (r *request) matcher(opts metav1.ListOptions) (storage.Matcher[*Object], error) {
	byLabel, err := labels.Parse(opts.LabelSelector)
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	byField, err := fields.ParseSelector(opts.FieldSelector)
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	requirements := byField.Requirements()
	for _, requirement := range requirements {
		if err := r.resource.CheckField(requirement.Field); err != nil {
			return nil, apierrors.NewBadRequest(err.Error())
		}
	}
	if r.name != "" && r.http.Method == http.MethodGet {
		if name, exact := byField.RequiresExactMatch("metadata.name"); !exact || name != r.name {
			return nil, apierrors.NewBadRequest("fieldSelector metadata.name doesn't match requested name")
		}
	}
	return func(o *Object) bool {
		return (r.namespace == "" || o.GetNamespace() == r.namespace) &&
			(byLabel.Empty() || byLabel.Matches(labels.Set(o.GetLabels()))) &&
			(byField.Empty() || byField.Matches(fieldsOf(o, requirements)))
	}, nil
}

// fieldsOf are the fields of an object that a selector asks for.
func fieldsOf(o *Object, asked fields.Requirements) fields.Set {
	set := fields.Set{}
	for _, requirement := range asked {
		set[requirement.Field] = fieldOf(o, requirement.Field)
	}
	return set
}

func fieldOf(o *Object, path string) string {
	steps := strings.Split(strings.TrimPrefix(path, "."), ".")
	switch path {
	case "spec.podIPs", "status.podIPs":
		return ""
	case "spec.host":
		steps = []string{"spec", "nodeName"}
	case "source":
		steps = []string{"source", "component"}
	}
	value, found, _ := unstructured.NestedFieldNoCopy(o.Object, steps...)
	switch {
	case !found && (path == "spec.unschedulable" || path == "spec.hostNetwork"):
		return "false"
	case !found && (path == "status.replicas" || path == "status.successful"):
		return "0"
	case !found || value == nil:
		return ""
	}
	return fmt.Sprint(value)
}
