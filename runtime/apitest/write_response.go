package apitest

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// writeJSON answers with a document.
func writeJSON(w http.ResponseWriter, code int, document any) error {
	data, err := json.Marshal(document)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(append(data, '\n')) // a client that has gone has no use for the error
	return nil
}

// writeError answers with the Status of an error; one that is none is the server's fault.
func writeError(w http.ResponseWriter, err error) {
	status := statusOf(err)
	_ = writeJSON(w, int(status.Code), status)
}

func statusOf(err error) metav1.Status {
	var described apierrors.APIStatus
	if !errors.As(err, &described) {
		described = apierrors.NewInternalError(err)
	}
	status := described.Status()
	status.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}
	return status
}

// show is an object as a version of its resource shows it; objects are stored without.
func show(r Resource, u *unstructured.Unstructured) map[string]any {
	content := maps.Clone(u.Object)
	content["apiVersion"] = r.groupVersion().String()
	content["kind"] = r.Kind
	return content
}
