package encode

import (
	"cmp"
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// Encoder writes objects in the form that a client accepts.
type Encoder struct {
	codec Codec
	// media is JSON, YAML or protobuf.
	media string
	// encodeAs is "Table", "PartialObjectMetadata" or "PartialObjectMetadataList", empty for the objects themselves. version is
	// the version of meta.k8s.io for these three.
	encodeAs, version string
	table             tableOptions
}

// Negotiate returns an encoder for the first format in the request's Accept header that the server supports for the resource.
func Negotiate(req *http.Request, codec Codec) (Encoder, error) {
	header := req.Header.Get("Accept")
	if header == "" {
		return Encoder{codec: codec, media: MediaJSON}, nil
	}
	for clause := range strings.SplitSeq(header, ",") {
		media, params, err := mime.ParseMediaType(strings.TrimSpace(clause))
		if err != nil {
			continue
		}
		e := Encoder{codec: codec, media: media, encodeAs: params["as"], version: params["v"]}
		if e.resolve(params["g"]) {
			if e.encodeAs == "Table" {
				e.table = tableOptionsOf(req.URL)
			}
			return e, nil
		}
	}
	if codec.Resource.Definition == "" {
		available := "application/json, application/yaml, application/vnd.kubernetes.protobuf"
		if codec.Collection && req.Method == http.MethodGet {
			available += ", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
		}
		return Encoder{}, RouterError(http.StatusNotAcceptable, metav1.StatusReasonNotAcceptable, "406: Not Acceptable\n\nAvailable representations: "+available)
	}
	accepted := []string{MediaJSON, MediaYAML, MediaProtobuf}
	return Encoder{}, notAcceptable("only the following media types are accepted: " + strings.Join(accepted, ", "))
}

// resolve replaces wildcards with JSON, and reports whether the server supports the format.
func (e *Encoder) resolve(group string) bool {
	switch e.media {
	case "*/*", "application/*":
		e.media = MediaJSON
	case MediaJSON:
	case MediaYAML:
		return e.encodeAs == ""
	case MediaProtobuf:
		return e.encodeAs == "" && e.codec.speaksProtobuf()
	default:
		return false
	}
	switch e.encodeAs {
	case "":
		return true
	case "Table", "PartialObjectMetadata", "PartialObjectMetadataList":
		return group == metav1.GroupName && (e.version == "v1" || e.version == "v1beta1")
	}
	return false
}

func (e Encoder) apiVersion() string { return metav1.GroupName + "/" + e.version }

// WriteObject answers with one object.
func (e Encoder) WriteObject(w http.ResponseWriter, code int, o *Object) error {
	data, err := e.encode(o)
	if err != nil {
		return err
	}
	e.write(w, code, data)
	return nil
}

// write writes JSON, which it converts to YAML if that is the format, or protobuf.
func (e Encoder) write(w http.ResponseWriter, code int, data []byte) {
	if e.media == MediaYAML {
		if text, err := yaml.JSONToYAML(data); err == nil {
			data = text
		}
	}
	if e.media == MediaJSON {
		data = append(slices.Clip(data), '\n')
	}
	WriteBytes(w, code, e.media, data)
}

// encode returns one object in the form, but for YAML, as JSON.
func (e Encoder) encode(o *Object) ([]byte, error) {
	switch e.encodeAs {
	case "Table":
		table, err := e.tableOf([]*Object{o}, ListMeta{Version: o.GetResourceVersion()})
		if err != nil {
			return nil, err
		}
		return json.Marshal(table)
	case "PartialObjectMetadata":
		return json.Marshal(e.partial(o))
	case "PartialObjectMetadataList":
		return nil, notAcceptable("you requested PartialObjectMetadataList, but the requested object is not a list (*" + e.codec.goType("") + ")")
	}
	if e.media == MediaProtobuf {
		return e.codec.toProtobuf(o)
	}
	encoded, err := o.encode(e.codec.Resource)
	if err != nil {
		return nil, err
	}
	return encoded.json, nil
}

// goType returns the real server's Go type of an object, or of a list with the suffix List. The real server's errors name it.
func (c Codec) goType(suffix string) string {
	if c.Resource.Custom() {
		return "unstructured.Unstructured" + suffix
	}
	group, _, _ := strings.Cut(c.Resource.Group, ".")
	return cmp.Or(group, "core") + "." + c.Resource.Kind + suffix
}

// partial returns an object's metadata as a PartialObjectMetadata.
func (e Encoder) partial(o *Object) map[string]any {
	return map[string]any{"apiVersion": e.apiVersion(), "kind": "PartialObjectMetadata", "metadata": o.Object["metadata"]}
}
