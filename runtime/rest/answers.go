package rest

import (
	"bytes"
	"encoding/json"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// answered is the metadata of an object, of a list with its items, or of a Status.
type answered struct {
	namespace, name string
	uid             types.UID
	version         string
	deleting        bool
	isStatus        bool
	items           []answered
}

// document is the part of an object, a list or a Status that is read. Details and Items mean something else in kinds of users.
type document struct {
	Kind     string            `json:"kind"`
	Metadata metav1.ObjectMeta `json:"metadata"`
	Details  json.RawMessage   `json:"details"`
	Items    json.RawMessage   `json:"items"`
}

// protobufMagic begins a document in Kubernetes' protobuf.
var protobufMagic = []byte("k8s\x00")

// parseAnswer reads the metadata in a document in JSON or protobuf. It returns false for anything else.
func parseAnswer(data []byte) (answered, bool) {
	if raw, ok := bytes.CutPrefix(data, protobufMagic); ok {
		return parseProtobuf(raw)
	}
	var doc document
	if json.Unmarshal(data, &doc) != nil {
		return answered{}, false
	}
	answer := metaOf(doc.Metadata)
	if doc.Kind == "Status" {
		var details metav1.StatusDetails
		_ = json.Unmarshal(doc.Details, &details) // a Status need not have any
		answer.isStatus, answer.uid = true, details.UID
		return answer, true
	}
	var items []metav1.PartialObjectMetadata
	if strings.HasSuffix(doc.Kind, "List") && json.Unmarshal(doc.Items, &items) == nil {
		answer.items = metaOfAll(items)
	}
	return answer, true
}

func parseProtobuf(raw []byte) (answered, bool) {
	var doc runtime.Unknown
	if doc.Unmarshal(raw) != nil {
		return answered{}, false
	}
	if doc.Kind == "Status" {
		var status metav1.Status
		err := status.Unmarshal(doc.Raw)
		answer := answered{isStatus: true}
		if status.Details != nil {
			answer.uid = status.Details.UID
		}
		return answer, err == nil
	}
	// Objects and lists have the fields of these types under the same numbers.
	var list metav1.PartialObjectMetadataList
	var object metav1.PartialObjectMetadata
	if strings.HasSuffix(doc.Kind, "List") && list.Unmarshal(doc.Raw) == nil {
		return answered{version: list.ResourceVersion, items: metaOfAll(list.Items)}, true
	}
	err := object.Unmarshal(doc.Raw)
	return metaOf(object.ObjectMeta), err == nil
}

func metaOf(meta metav1.ObjectMeta) answered {
	return answered{
		namespace: meta.Namespace, name: meta.Name, uid: meta.UID, version: meta.ResourceVersion,
		deleting: meta.DeletionTimestamp != nil,
	}
}

func metaOfAll(items []metav1.PartialObjectMetadata) []answered {
	all := make([]answered, len(items))
	for i := range items {
		all[i] = metaOf(items[i].ObjectMeta)
	}
	return all
}

// parseDryRun reports whether DeleteOptions in JSON or protobuf ask for a dry run.
func parseDryRun(data []byte) bool {
	var opts metav1.DeleteOptions
	raw, ok := bytes.CutPrefix(data, protobufMagic)
	if !ok {
		return json.Unmarshal(data, &opts) == nil && len(opts.DryRun) > 0
	}
	var doc runtime.Unknown
	return doc.Unmarshal(raw) == nil && opts.Unmarshal(doc.Raw) == nil && len(opts.DryRun) > 0
}
