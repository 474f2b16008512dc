package apitest

import (
	"encoding/json"
	"errors"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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

// statusOf is what an error says to clients; one without a Status is an internal one.
func statusOf(err error) metav1.Status {
	var described apierrors.APIStatus
	if !errors.As(err, &described) {
		described = apierrors.NewInternalError(err)
	}
	status := described.Status()
	status.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}
	return status
}
