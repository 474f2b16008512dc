package serve

import (
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// bodyLimit is what a real server takes.
const bodyLimit = 3 << 20

const (
	mediaJSON     = "application/json"
	mediaYAML     = "application/yaml"
	mediaProtobuf = "application/vnd.kubernetes.protobuf"
)

func (r *request) readBody() error {
	if r.http.Body == nil {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(r.http.Body, bodyLimit+1))
	if err != nil {
		return apierrors.NewBadRequest(fmt.Sprintf("read the body: %v", err))
	}
	if len(data) > bodyLimit {
		return apierrors.NewRequestEntityTooLargeError(fmt.Sprintf("limit is %d", bodyLimit))
	}
	r.body = data
	return nil
}

// mediaType is that of the body. A real server takes a body without a Content-Type for JSON; here it is refused, because
// any web page can make a browser send one.
func (r *request) mediaType() (string, error) {
	header := r.http.Header.Get("Content-Type")
	if header == "" {
		return "", mediaTypeError("the request has no Content-Type: apitest asks for one, such as " + mediaJSON)
	}
	mediaType, _, err := mime.ParseMediaType(header)
	switch {
	case err == nil && (mediaType == mediaJSON || mediaType == mediaYAML):
		return mediaType, nil
	case err == nil && mediaType == mediaProtobuf && r.speaksProtobuf():
		return mediaType, nil
	}
	return "", unsupportedMediaType([]string{mediaJSON, mediaYAML, mediaProtobuf})
}

func unsupportedMediaType(accepted []string) error {
	return mediaTypeError("the body of the request was in an unknown format - accepted media types include: " + strings.Join(accepted, ", "))
}

func mediaTypeError(message string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusUnsupportedMediaType, Reason: metav1.StatusReasonUnsupportedMediaType,
		Message: message,
	}}
}

// asJSON turns the body into JSON.
func (r *request) asJSON() ([]byte, error) {
	mediaType, err := r.mediaType()
	if err != nil {
		return nil, err
	}
	switch mediaType {
	case mediaYAML:
		data, err := yaml.YAMLToJSON(r.body)
		if err != nil {
			return nil, r.unrecognized(fmt.Errorf("couldn't get version/kind; yaml parse error: %w", err))
		}
		return data, nil
	case mediaProtobuf:
		return r.protobufToJSON()
	}
	return r.body, nil
}

// unrecognized is the error of a body whose kind cannot be told.
func (r *request) unrecognized(err error) error {
	return apierrors.NewBadRequest(fmt.Sprintf("the object provided is unrecognized (must be of type %s): %v (%s)", r.bodyKind(), err, excerpt(r.body)))
}

// bodyKind is the kind that the body is to have.
func (r *request) bodyKind() string { return r.resource.Kind }

// excerpt is the beginning of a body, in hex where it is no JSON object.
func excerpt(data []byte) string {
	const most = 30
	if len(data) == 0 {
		return "<empty>"
	}
	show, more := data, ""
	if len(data) > most {
		show, more = data[:most], " ..."
	}
	if data[0] == '{' {
		return string(show) + more
	}
	return hex.EncodeToString(show) + more
}

// decodeOptions reads the body as options.
func (r *request) decodeOptions(into any) error {
	data, err := r.asJSON()
	if err != nil {
		return err
	}
	var said metav1.TypeMeta
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, &said); err == nil && said.Kind != "" && said.Kind != "DeleteOptions" {
		return apierrors.NewBadRequest(notRegistered(said.GroupVersionKind()).Error())
	}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, into); err != nil {
		return apierrors.NewBadRequest("couldn't get version/kind; json parse error: " + err.Error())
	}
	return nil
}
