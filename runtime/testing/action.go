package testing

import (
	"strings"

	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Action is one call of a client.
type Action interface {
	// GetNamespace returns "" for cluster-scoped resources and for calls in all namespaces.
	GetNamespace() string
	// GetVerb returns create, update, delete, delete-collection, get, list, watch or patch.
	GetVerb() string
	GetResource() schema.GroupVersionResource
	// GetSubresource returns "" for the resource itself.
	GetSubresource() string
	// Matches reports whether the action has the verb and is on the resource, such as "pods" or "pods/status". A
	// resource without a subresource matches all its subresources too. Case does not matter.
	Matches(verb, resource string) bool
	// DeepCopy returns an action that shares nothing with this one.
	DeepCopy() Action
}

// GenericAction is an action that no other interface describes, such as reading logs.
type GenericAction interface {
	Action
	GetValue() interface{}
}

// GetAction gets an object.
type GetAction interface {
	Action
	GetName() string
}

// ListAction lists objects.
type ListAction interface {
	Action
	GetListRestrictions() ListRestrictions
}

// CreateAction creates an object, or posts to a subresource.
type CreateAction interface {
	Action
	GetObject() runtime.Object
}

// UpdateAction replaces an object, or a subresource of it.
type UpdateAction interface {
	Action
	GetObject() runtime.Object
}

// DeleteAction deletes an object.
type DeleteAction interface {
	Action
	GetName() string
	GetDeleteOptions() metav1.DeleteOptions
}

// DeleteCollectionAction deletes all objects that a list with the same options would return.
type DeleteCollectionAction interface {
	Action
	GetListRestrictions() ListRestrictions
}

// PatchAction patches an object, or a subresource of it. Server-side apply is a patch of type [types.ApplyPatchType].
type PatchAction interface {
	Action
	GetName() string
	GetPatchType() types.PatchType
	GetPatch() []byte
}

// WatchAction starts a watch.
type WatchAction interface {
	Action
	GetWatchRestrictions() WatchRestrictions
}

// ProxyGetAction reads through the proxy subresource of a pod, a service or a node.
type ProxyGetAction interface {
	Action
	GetScheme() string
	GetName() string
	GetPort() string
	GetPath() string
	GetParams() map[string]string
}

// ListRestrictions are the parsed selectors of a list.
type ListRestrictions struct {
	Labels labels.Selector
	Fields fields.Selector
}

func (r ListRestrictions) deepCopy() ListRestrictions {
	return ListRestrictions{Labels: copyLabels(r.Labels), Fields: copyFields(r.Fields)}
}

// WatchRestrictions are the parsed selectors of a watch, and the version at which it starts.
type WatchRestrictions struct {
	Labels          labels.Selector
	Fields          fields.Selector
	ResourceVersion string
}

func (r WatchRestrictions) deepCopy() WatchRestrictions {
	return WatchRestrictions{Labels: copyLabels(r.Labels), Fields: copyFields(r.Fields), ResourceVersion: r.ResourceVersion}
}

func copyLabels(s labels.Selector) labels.Selector {
	if s == nil {
		return nil
	}
	return s.DeepCopySelector()
}

func copyFields(s fields.Selector) fields.Selector {
	if s == nil {
		return nil
	}
	return s.DeepCopySelector()
}

// ActionImpl implements [Action]. All other implementations embed it.
type ActionImpl struct {
	Namespace   string
	Verb        string
	Resource    schema.GroupVersionResource
	Subresource string
}

// GetNamespace implements [Action].
func (a ActionImpl) GetNamespace() string { return a.Namespace }

// GetVerb implements [Action].
func (a ActionImpl) GetVerb() string { return a.Verb }

// GetResource implements [Action].
func (a ActionImpl) GetResource() schema.GroupVersionResource { return a.Resource }

// GetSubresource implements [Action].
func (a ActionImpl) GetSubresource() string { return a.Subresource }

// Matches implements [Action].
func (a ActionImpl) Matches(verb, resource string) bool {
	if !strings.EqualFold(verb, a.Verb) {
		return false
	}
	resource, subresource, both := strings.Cut(resource, "/")
	return strings.EqualFold(resource, a.Resource.Resource) && (!both || strings.EqualFold(subresource, a.Subresource))
}

// DeepCopy implements [Action].
func (a ActionImpl) DeepCopy() Action { return a }
