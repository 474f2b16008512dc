package encode

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// The media types of bodies and answers.
const (
	MediaJSON     = "application/json"
	MediaYAML     = "application/yaml"
	MediaProtobuf = "application/vnd.kubernetes.protobuf"
)

// bodyMediaType returns the media type of a body from its Content-Type. A body without one is refused.
func (c Codec) bodyMediaType(contentType string) (string, error) {
	if contentType == "" {
		return "", mediaTypeError("the request has no Content-Type: apitest asks for one in a POST, such as " + MediaJSON)
	}
	mediaType, _, err := mime.ParseMediaType(contentType)
	switch {
	case err == nil && (mediaType == MediaJSON || mediaType == MediaYAML):
		return mediaType, nil
	case err == nil && mediaType == MediaProtobuf && c.speaksProtobuf():
		return mediaType, nil
	}
	return "", UnsupportedMediaType([]string{MediaJSON, MediaYAML, MediaProtobuf})
}

// CheckMediaType refuses a body with a Content-Type that the server does not read.
func (c Codec) CheckMediaType(contentType string) error {
	_, err := c.bodyMediaType(contentType)
	return err
}

// UnsupportedMediaType is the error of a body in a format that the server does not read.
func UnsupportedMediaType(accepted []string) error {
	return mediaTypeError("the body of the request was in an unknown format - accepted media types include: " + strings.Join(accepted, ", "))
}

func mediaTypeError(message string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusUnsupportedMediaType, Reason: metav1.StatusReasonUnsupportedMediaType,
		Message: message,
	}}
}

// JSON converts a body to JSON by its Content-Type. It does not check a JSON body.
func (c Codec) JSON(contentType string, body []byte) ([]byte, error) {
	mediaType, err := c.bodyMediaType(contentType)
	if err != nil {
		return nil, err
	}
	switch mediaType {
	case MediaYAML:
		data, err := yaml.YAMLToJSON(body)
		if err != nil {
			return nil, c.Unrecognized(body, fmt.Errorf("couldn't get version/kind; yaml parse error: %w", err))
		}
		return data, nil
	case MediaProtobuf:
		return c.protobufToJSON(body)
	}
	return body, nil
}

// Unrecognized returns the error for a body that has no kind or cannot be parsed.
func (c Codec) Unrecognized(body []byte, cause error) error {
	return UnrecognizedAs(c.Resource.Kind, body, cause)
}

// UnrecognizedAs is Unrecognized for a body of another kind than the resource's.
func UnrecognizedAs(kind string, body []byte, cause error) error {
	return apierrors.NewBadRequest(fmt.Sprintf("the object provided is unrecognized (must be of type %s): %v (%s)", kind, cause, excerpt(body)))
}

// excerpt returns the beginning of a body, in hex if it is not a JSON object.
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

// DeleteOptions reads a body with some Content-Type as the options of a deletion.
func (c Codec) DeleteOptions(contentType string, body []byte, into *metav1.DeleteOptions) error {
	data, err := c.JSON(contentType, body)
	if err != nil {
		return err
	}
	// The decoder's errors contain this type with its tags, so it has to be the same as in the real server.
	var said struct {
		APIVersion string `json:"apiVersion,omitempty"`
		Kind       string `json:"kind,omitempty"`
	}
	if err := json.Unmarshal(data, &said); err != nil {
		return apierrors.NewBadRequest("couldn't get version/kind; json parse error: " + err.Error())
	}
	if said.Kind != "" && said.Kind != "DeleteOptions" {
		return apierrors.NewBadRequest(NotRegistered(schema.FromAPIVersionAndKind(said.APIVersion, said.Kind)).Error())
	}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, into); err != nil {
		return apierrors.NewBadRequest("couldn't get version/kind; json parse error: " + err.Error())
	}
	return nil
}
