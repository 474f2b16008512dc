package encode

import (
	"encoding/json"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ListMeta is the metadata of a list.
type ListMeta struct {
	Version string
	// Next is the token of the next page; empty on the last one.
	Next string
	// Remaining is how many objects follow, nil if they were not counted.
	Remaining *int64
	// Shards is the shard selector of the list; empty if there is none.
	Shards string
}

// document returns the metadata as it is encoded. Lists of custom resources have an empty continue token on the last page; others omit it.
func (m ListMeta) document(custom bool) map[string]any {
	out := map[string]any{}
	if m.Version != "" { // a dry run has none
		out["resourceVersion"] = m.Version
	}
	if m.Next != "" || custom {
		out["continue"] = m.Next
	}
	if m.Remaining != nil {
		out["remainingItemCount"] = *m.Remaining
	}
	if m.Shards != "" {
		out["shardInfo"] = map[string]any{"selector": m.Shards}
	}
	return out
}

// withoutShards returns the metadata without the shard selector, which the real server omits from tables and partial metadata.
func (m ListMeta) withoutShards() ListMeta {
	m.Shards = ""
	return m
}

// WriteList answers with a list.
func (e Encoder) WriteList(w http.ResponseWriter, objects []*Object, meta ListMeta) error {
	data, err := e.encodeList(objects, meta)
	if err != nil {
		return err
	}
	e.write(w, http.StatusOK, data)
	return nil
}

// encodeList returns a list in the form, but for YAML, as JSON.
func (e Encoder) encodeList(objects []*Object, meta ListMeta) ([]byte, error) {
	switch e.encodeAs {
	case "Table":
		table, err := e.tableOf(objects, meta)
		if err != nil {
			return nil, err
		}
		return json.Marshal(table)
	case "PartialObjectMetadata":
		return nil, notAcceptable("you requested PartialObjectMetadata, but the requested object is a list (*" + e.codec.goType("List") + ")")
	case "PartialObjectMetadataList":
		var items []any // null without objects, as the real server has it
		for _, o := range objects {
			items = append(items, e.partial(o))
		}
		return e.encodeMeta(map[string]any{
			"apiVersion": e.apiVersion(), "kind": e.encodeAs, "metadata": meta.withoutShards().document(false), "items": items,
		}, &metav1.PartialObjectMetadataList{})
	}
	if e.media == MediaProtobuf {
		return e.codec.listToProtobuf(objects, meta)
	}
	return e.codec.listToJSON(objects, meta)
}

// listToJSON builds a list from the cached JSON of its objects.
func (c Codec) listToJSON(objects []*Object, meta ListMeta) ([]byte, error) {
	head := map[string]any{"kind": c.Resource.ListKind, "apiVersion": c.Resource.GroupVersion().String(), "metadata": meta.document(c.Resource.Definition != "")}
	data, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	data = append(data[:len(data)-1], `,"items":[`...)
	for i, o := range objects {
		item, err := o.encode(c.Resource)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			data = append(data, ',')
		}
		data = append(data, item.inList(c.Resource)...)
	}
	return append(data, "]}"...), nil
}
