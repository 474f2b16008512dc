package encode

import (
	"cmp"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/runtime/internal/document"
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

// Negotiate returns an encoder for the format that the client prefers of those that the server supports for the request.
func Negotiate(req *http.Request, codec Codec) (Encoder, error) {
	header := req.Header.Get("Accept")
	if header == "" {
		return Encoder{codec: codec, media: MediaJSON}, nil
	}
	if produced := codec.produced(req.Method); !codec.OfCustom && !routable(header, produced) {
		return Encoder{}, RouterError(http.StatusNotAcceptable, metav1.StatusReasonNotAcceptable,
			"406: Not Acceptable\n\nAvailable representations: "+strings.Join(produced, ", "))
	}
	for _, c := range clausesOf(header) {
		for _, media := range codec.mediaTypes() {
			if !c.matches(media) || !codec.supports(media, c) {
				continue
			}
			e := Encoder{codec: codec, media: media, encodeAs: c.params["as"], version: c.params["v"]}
			if e.encodeAs == "Table" {
				e.table = tableOptionsOf(req.URL)
			}
			return e, nil
		}
	}
	return Encoder{}, notAcceptable("only the following media types are accepted: " + strings.Join(codec.mediaTypes(), ", "))
}

func (Codec) mediaTypes() []string { return []string{MediaJSON, MediaYAML, MediaProtobuf} }

// produced returns the media types that the real server's router knows for a request.
func (c Codec) produced(method string) []string {
	all := c.mediaTypes()
	if c.Text {
		all = append([]string{"text/plain"}, all...)
	}
	if c.Collection && method == http.MethodGet {
		all = append(all, streamTypes()...)
	}
	return all
}

// routable reports whether the real server's router accepts a header for built-in resources. It does not look at parameters, and knows no
// wildcard but */*.
func routable(header string, produced []string) bool {
	for clause := range strings.SplitSeq(header, ",") {
		media, _, _ := strings.Cut(clause, ";")
		if media = strings.TrimSpace(media); media == "*/*" || slices.Contains(produced, media) {
			return true
		}
	}
	return false
}

// clause is a media type of an Accept header, perhaps with wildcards.
type clause struct {
	media   string
	params  map[string]string
	quality float64
}

// clausesOf returns the media types of an Accept header. Those that the client prefers come first.
func clausesOf(header string) (all []clause) {
	for text := range strings.SplitSeq(header, ",") {
		media, params, err := mime.ParseMediaType(strings.TrimSpace(text))
		if err != nil {
			continue
		}
		c := clause{media: media, params: params, quality: 1}
		if q, err := strconv.ParseFloat(params["q"], 64); err == nil {
			c.quality = q
		}
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b clause) int {
		return cmp.Or(cmp.Compare(b.quality, a.quality), cmp.Compare(a.wildcards(), b.wildcards()))
	})
	return all
}

func (c clause) wildcards() int { return strings.Count(c.media, "*") }

func (c clause) matches(media string) bool {
	return c.media == media || c.media == "*/*" || c.media == "application/*"
}

// converts reports whether a clause asks for a form of an object: its metadata or a table.
func (c clause) converts() bool {
	for _, name := range []string{"as", "g", "v"} {
		if _, given := c.params[name]; given {
			return true
		}
	}
	return false
}

// statusMedia returns the media type of a Status for an Accept header.
func statusMedia(header string) string {
	for _, c := range clausesOf(header) {
		for _, media := range (Codec{}).mediaTypes() {
			if c.matches(media) && !c.converts() {
				return media
			}
		}
	}
	return MediaJSON
}

// supports reports whether the server can answer in a media type with the parameters of a clause.
func (c Codec) supports(media string, asked clause) bool {
	if stream := asked.params["stream"]; stream != "" && (stream != "watch" || media == MediaYAML) {
		return false
	}
	if !asked.converts() {
		return media != MediaProtobuf || c.speaksProtobuf()
	}
	if version := asked.params["v"]; asked.params["g"] != metav1.GroupName || version != "v1" && version != "v1beta1" {
		return false
	}
	switch asked.params["as"] {
	case "Table":
		return !c.NoTables && media != MediaProtobuf
	case "PartialObjectMetadata", "PartialObjectMetadataList":
		return true
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
		return e.encodeMeta(e.partial(o), &metav1.PartialObjectMetadata{})
	case "PartialObjectMetadataList":
		if e.codec.Resource.Custom() {
			return nil, errNoList
		}
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

// errNoList is the real server's error for a custom object that is asked for as a list. It has no Status, so the code is 500.
var errNoList = errors.New("content is not a list")

// encodeMeta returns a document of meta.k8s.io as JSON, or as protobuf by way of its Go type.
func (e Encoder) encodeMeta(content map[string]any, typed runtime.Object) ([]byte, error) {
	if e.media != MediaProtobuf {
		return json.Marshal(content)
	}
	if err := document.Into(content, typed); err != nil {
		return nil, err
	}
	return e.codec.marshalProtobuf(typed)
}

// goType returns the real server's Go type of an object, or of a list with the suffix List. The real server's errors name it.
func (c Codec) goType(suffix string) string {
	switch {
	case c.Resource.Custom():
		return "unstructured.Unstructured" + suffix
	case c.OfCustom: // its scale
		return "v1." + c.Resource.Kind
	}
	group, _, _ := strings.Cut(c.Resource.Group, ".")
	return cmp.Or(group, "core") + "." + c.Resource.Kind + suffix
}

// partial returns an object's metadata as a PartialObjectMetadata.
func (e Encoder) partial(o *Object) map[string]any {
	return map[string]any{"apiVersion": e.apiVersion(), "kind": "PartialObjectMetadata", "metadata": o.Object["metadata"]}
}
