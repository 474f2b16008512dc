package serve

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// form is the form of an answer that a client accepts.
type form struct {
	r *request
	// media is JSON, YAML or protobuf.
	media string
	// as is "", "Table", "PartialObjectMetadata" or "PartialObjectMetadataList"; version is that of meta.k8s.io.
	as, version string
	// frames are separated by this media type's rules: watches say so.
	stream bool
}

// negotiate picks the first form that the client accepts and the server has.
func (r *request) negotiate() (form, error) {
	header := r.http.Header.Get("Accept")
	if header == "" {
		return form{r: r, media: mediaJSON}, nil
	}
	for clause := range strings.SplitSeq(header, ",") {
		media, params, err := mime.ParseMediaType(strings.TrimSpace(clause))
		if err != nil {
			continue
		}
		f := form{r: r, media: media, as: params["as"], version: params["v"], stream: params["stream"] == "watch"}
		if f.has(params["g"]) {
			return f, nil
		}
	}
	accepted := []string{mediaJSON, mediaYAML}
	if r.speaksProtobuf() {
		accepted = append(accepted, mediaProtobuf)
	}
	if r.resource.Definition == "" {
		return form{}, generic(http.StatusNotAcceptable, metav1.StatusReasonNotAcceptable, "406: Not Acceptable\n\nAvailable representations: "+
			"application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch")
	}
	return form{}, &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusNotAcceptable, Reason: metav1.StatusReasonNotAcceptable,
		Message: "only the following media types are accepted: " + strings.Join(accepted, ", "),
	}}
}

// has fills in what wildcards mean, and reports whether the server has the form.
func (f *form) has(group string) bool {
	switch f.media {
	case "*/*", "application/*":
		f.media = mediaJSON
	case mediaJSON:
	case mediaYAML:
		return f.as == ""
	case mediaProtobuf:
		return f.as == "" && f.r.speaksProtobuf()
	default:
		return false
	}
	switch f.as {
	case "":
		return true
	case "Table", "PartialObjectMetadata", "PartialObjectMetadataList":
		return group == metav1.GroupName && (f.version == "v1" || f.version == "v1beta1")
	}
	return false
}

func (f form) apiVersion() string { return metav1.GroupName + "/" + f.version }

// object answers with one object.
func (f form) object(code int, o *Object) error {
	data, err := f.encode(o)
	if err != nil {
		return err
	}
	f.write(code, data)
	return nil
}

func (f form) write(code int, data []byte) {
	if f.media == mediaYAML {
		if text, err := yaml.JSONToYAML(data); err == nil {
			data = text
		}
	}
	if f.media == mediaJSON {
		data = append(slices.Clip(data), '\n')
	}
	writeBytes(f.r.w, code, f.media, data)
}

// encode is an object in the form.
func (f form) encode(o *Object) ([]byte, error) {
	switch f.as {
	case "Table":
		table, err := f.r.table([]*Object{o}, listMeta{version: o.GetResourceVersion()}, f)
		if err != nil {
			return nil, err
		}
		return json.Marshal(table)
	case "PartialObjectMetadata":
		return json.Marshal(f.partial(o))
	case "PartialObjectMetadataList":
		return nil, notAcceptable("you requested PartialObjectMetadataList, but the requested object is not a list (*unstructured.Unstructured)")
	}
	if f.media == mediaProtobuf {
		return f.r.toProtobuf(o)
	}
	return o.json(f.r.resource)
}

// partial is the metadata of an object.
func (f form) partial(o *Object) map[string]any {
	return map[string]any{"apiVersion": f.apiVersion(), "kind": "PartialObjectMetadata", "metadata": o.Object["metadata"]}
}

func notAcceptable(message string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusNotAcceptable, Reason: metav1.StatusReasonNotAcceptable, Message: message,
	}}
}

// listMeta is the metadata of a list.
type listMeta struct {
	version, next string
	remaining     *int64
	// custom lists say that there is no next page.
	custom bool
}

func (m listMeta) asMap() map[string]any {
	out := map[string]any{"resourceVersion": m.version}
	if m.next != "" || m.custom {
		out["continue"] = m.next
	}
	if m.remaining != nil {
		out["remainingItemCount"] = *m.remaining
	}
	return out
}

// list answers with a list.
func (f form) list(objects []*Object, meta listMeta) error {
	meta.custom = meta.custom && f.as == ""
	switch f.as {
	case "Table":
		table, err := f.r.table(objects, meta, f)
		if err != nil {
			return err
		}
		return writeJSON(f.r.w, http.StatusOK, table)
	case "PartialObjectMetadata":
		return notAcceptable("you requested PartialObjectMetadata, but the requested object is a list (*unstructured.UnstructuredList)")
	case "PartialObjectMetadataList":
		items := make([]any, len(objects))
		for i, o := range objects {
			partial := f.partial(o)
			items[i] = partial
		}
		return writeJSON(f.r.w, http.StatusOK, map[string]any{
			"apiVersion": f.apiVersion(), "kind": f.as, "metadata": meta.asMap(), "items": items,
		})
	}
	if f.media == mediaProtobuf {
		return f.protobufList(objects, meta)
	}
	data, err := f.listJSON(objects, meta)
	if err != nil {
		return err
	}
	f.write(http.StatusOK, data)
	return nil
}

// listJSON puts the list together from what its objects are encoded to already.
func (f form) listJSON(objects []*Object, meta listMeta) ([]byte, error) {
	head := map[string]any{"kind": f.r.resource.ListKind, "apiVersion": f.r.resource.GroupVersion().String(), "metadata": meta.asMap()}
	data, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	data = append(data[:len(data)-1], `,"items":[`...)
	for i, o := range objects {
		item, err := o.encode(f.r.resource)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			data = append(data, ',')
		}
		data = append(data, item.inList(f.r.resource)...)
	}
	return append(data, "]}"...), nil
}
