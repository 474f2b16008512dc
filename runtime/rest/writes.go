package rest

import (
	"context"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// Write is a change of one object that a request has made on the server, or may have made.
type Write struct {
	// Resource and Namespace say where the object is. For a subresource, such as "status" or "scale", Resource is that of the
	// object.
	Resource  schema.GroupVersionResource
	Namespace string
	// Name is the object's name, also if the server has made it up (generateName). It is empty if Unknown is set and the request
	// does not tell the name: then the write is one of any object in Namespace.
	Name string
	// UID is the object's UID, or empty if the answer does not tell it.
	UID types.UID
	// ResourceVersion is the version that the write has made. It is empty if Deleted or Unknown is set.
	ResourceVersion string
	// Deleted says that the object is gone or will be.
	Deleted bool
	// Unknown says that the server may have written and that its answer was lost; [Write.Settle] asks what is there now.
	Unknown bool

	client *RESTClient
	path   string // of the object or, without a name, of the collection
}

// writesKey is the key of the observer in a context.
type writesKey struct{}

// ObserveWrites returns a context whose requests report what they write: every request of every client of this module that is
// sent with the context, or with one made from it. Observe is called before the method that sends the request returns, by its
// goroutine. An observer of ctx is called as well.
//
// A request that the server refuses and a dry run report nothing, nor does what is not stored, such as an access review. A
// request without an answer, or with a 5xx, reports a write with Unknown. The fakes of package testing send no requests, so they
// report nothing.
func ObserveWrites(ctx context.Context, observe func(Write)) context.Context {
	outer, _ := ctx.Value(writesKey{}).(func(Write))
	return context.WithValue(ctx, writesKey{}, func(w Write) {
		if outer != nil {
			outer(w)
		}
		observe(w)
	})
}

// Settle returns a write without Unknown in the place of one with it: it asks the server for the object. An object that is not
// there counts as deleted. If the name is not known, the result has the version of the collection. It sends one request with the
// client that has sent the write. A write without Unknown is returned as it is.
func (w Write) Settle(ctx context.Context) (Write, error) {
	if !w.Unknown {
		return w, nil
	}
	kind, request := "PartialObjectMetadata", w.client.Get().AbsPath(w.path)
	if w.Name == "" {
		kind, request = "PartialObjectMetadataList", request.Param("limit", "1")
	}
	request.SetHeader("Accept", "application/json;as="+kind+";g=meta.k8s.io;v=v1,application/json") // metadata is enough
	data, err := request.DoRaw(ctx)
	settled := w
	settled.Unknown = false
	switch {
	case apierrors.IsNotFound(err) && w.Name != "":
		settled.Deleted, settled.UID = true, ""
		return settled, nil
	case err != nil:
		return w, err
	}
	answer, ok := parseAnswer(data)
	if !ok || answer.version == "" {
		return w, errors.New("the answer has no resource version")
	}
	settled.UID, settled.ResourceVersion = answer.uid, answer.version
	return settled, nil
}

// reportWrites reports what the request has written to the observer of ctx. Err is an error of sending it, body the body of the
// response.
func (r *Request) reportWrites(ctx context.Context, resp *http.Response, body []byte, err error) {
	observe, ok := ctx.Value(writesKey{}).(func(Write))
	if !ok || !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, r.verb) || r.isDryRun() {
		return
	}
	w, subresource, ok := r.written()
	if !ok {
		return
	}
	var writes []Write
	switch {
	case err != nil && utilnet.IsConnectionRefused(err): // nothing was sent
	case err != nil || resp.StatusCode >= http.StatusInternalServerError:
		writes = w.unknown(r)
	case resp.StatusCode < http.StatusOK || resp.StatusCode >= http.StatusMultipleChoices:
	default:
		writes = w.answered(r, subresource, body)
	}
	if r.retried && (len(writes) == 0 || r.verb == http.MethodPost) {
		writes = append(writes, w.unknown(r)...) // an earlier attempt may have written
	}
	for _, write := range writes {
		observe(write)
	}
}

// written returns what the request's path names, and false if that is not an object or a collection of the API.
func (r *Request) written() (w Write, subresource string, ok bool) {
	full := r.target.path()
	segments := strings.Split(strings.Trim(strings.TrimPrefix(full, r.basePath()), "/"), "/")
	switch {
	case segments[0] == "api" && len(segments) > 2:
		w.Resource.Version, segments = segments[1], segments[2:]
	case segments[0] == "apis" && len(segments) > 3:
		w.Resource.Group, w.Resource.Version, segments = segments[1], segments[2], segments[3:]
	default:
		return w, "", false
	}
	if segments[0] == "namespaces" && len(segments) > 2 && !isSubresource(segments[2]) {
		w.Namespace, segments = segments[1], segments[2:]
	}
	w.Resource.Resource, w.client, w.path = segments[0], r.c, full
	if len(segments) > 1 {
		w.Name = segments[1]
	}
	if len(segments) > 2 {
		subresource = path.Join(segments[2:]...)
		w.path = strings.TrimSuffix(full, "/"+subresource)
	}
	return w, subresource, true
}

// unknown returns the write of a request whose effect is not known.
func (w Write) unknown(r *Request) []Write {
	w.Unknown = true
	if r.verb == http.MethodPost && w.Name == "" {
		if answer, ok := parseAnswer(r.body.bytes); ok && answer.name != "" {
			w.Name = answer.name
			w.path += "/" + answer.name
		}
	}
	return []Write{w}
}

// answered returns the writes that the server has confirmed.
func (w Write) answered(r *Request, subresource string, body []byte) []Write {
	answer, ok := parseAnswer(body)
	switch {
	case !ok && subresource != "":
		return nil // an answer of exec or of a proxy
	case !ok:
		return w.unknown(r)
	case r.verb == http.MethodDelete && w.Name == "" && answer.isStatus:
		return w.unknown(r)
	case r.verb == http.MethodDelete && w.Name == "":
		return w.removed(answer.items)
	case r.verb == http.MethodDelete && !answer.deleting, subresource == "eviction":
		w.UID, w.Deleted = answer.uid, true
	case answer.version == "":
		return nil // what is not stored has no version, such as a review
	default:
		w.UID, w.ResourceVersion = answer.uid, answer.version
		if w.Name == "" {
			w.Name = answer.name
		}
	}
	return []Write{w}
}

// removed returns the deletions of a collection's items.
func (w Write) removed(items []answered) []Write {
	writes := make([]Write, len(items))
	for i, item := range items {
		writes[i] = w
		writes[i].Namespace, writes[i].Name, writes[i].UID, writes[i].Deleted = item.namespace, item.name, item.uid, true
	}
	return writes
}

// isDryRun reports whether the request asks the server to store nothing, by a parameter or by the options in its body.
func (r *Request) isDryRun() bool {
	if len(r.params["dryRun"]) > 0 {
		return true
	}
	return r.verb == http.MethodDelete && parseDryRun(r.body.bytes)
}
