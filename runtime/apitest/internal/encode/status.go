package encode

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ErrPage means the plain text response "404 page not found", which a server gives for paths outside all APIs.
var ErrPage = errors.New("404 page not found")

// WriteJSON writes a document as JSON.
func WriteJSON(w http.ResponseWriter, code int, document any) error {
	data, err := json.Marshal(document)
	if err != nil {
		return err
	}
	WriteBytes(w, code, MediaJSON, append(data, '\n'))
	return nil
}

// WriteBytes writes data of a media type.
func WriteBytes(w http.ResponseWriter, code int, mediaType string, data []byte) {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Cache-Control", "no-cache, private")
	w.WriteHeader(code)
	_, _ = w.Write(data) // an error means that the client has disconnected
}

// WriteError writes the Status of an error in a format that the client accepts.
func WriteError(w http.ResponseWriter, req *http.Request, err error) {
	if errors.Is(err, ErrPage) {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	status := Status(err)
	if status.Details != nil && status.Details.RetryAfterSeconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(status.Details.RetryAfterSeconds)))
	}
	_ = WriteStatus(w, req, int(status.Code), &status)
}

// WriteStatus writes a Status, in JSON if the client accepts no format that the server has.
func WriteStatus(w http.ResponseWriter, req *http.Request, code int, status *metav1.Status) error {
	e := Encoder{media: statusMedia(req.Header.Get("Accept"))}
	encoded, err := json.Marshal(status)
	if e.media == MediaProtobuf {
		encoded, err = e.codec.marshalProtobuf(status)
	}
	if err != nil {
		return err
	}
	e.write(w, code, encoded)
	return nil
}

// Status returns the Status of an error. An error without a Status is an internal error: 500.
func Status(err error) metav1.Status {
	status := metav1.Status{Status: metav1.StatusFailure, Code: http.StatusInternalServerError, Message: err.Error()}
	var described apierrors.APIStatus
	if errors.As(err, &described) {
		status = described.Status()
	}
	status.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}
	return status
}

// RouterError returns the error of the real server's router for a request that reaches no resource.
func RouterError(code int32, reason metav1.StatusReason, message string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: code, Reason: reason, Message: message, Details: &metav1.StatusDetails{},
	}}
}

func notAcceptable(message string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusNotAcceptable, Reason: metav1.StatusReasonNotAcceptable, Message: message,
	}}
}
