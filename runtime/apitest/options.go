package apitest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	apischema "github.com/typewright/typewright/runtime/apitest/internal/schema"
	"github.com/typewright/typewright/runtime/apitest/internal/serve"
	"github.com/typewright/typewright/runtime/apitest/kubelet"
)

// Options say what a server serves and how. The zero value serves namespaces and custom resource definitions, to everybody,
// over HTTP.
type Options struct {
	// Scheme holds Go types to serve: each kind with object metadata that has a list kind beside it.
	Scheme *runtime.Scheme
	// ClusterScoped names the resources of Scheme that belong to no namespace, such as "sites", or "sites.example.com"
	// where the plain name is not enough. A scheme cannot tell; of the kinds of k8s.io/api it is known. A name that is
	// none of Scheme's is an error.
	ClusterScoped []string
	// Resources are served besides those of Scheme, or described better than it can: function Resources of a generated fake
	// clientset has those of its kinds, with their scopes.
	Resources []Resource
	// Objects are there from the beginning, with their status. Their namespaces are made. Custom resource definitions among
	// them serve the others.
	Objects []runtime.Object
	// TypeConverter says how objects merge when they are applied, such as the NewTypeConverter of generated apply
	// configurations does. Kinds that it does not know, and all where it is nil, merge as their Go type or their custom
	// resource definition says; without either, lists replace each other.
	TypeConverter managedfields.TypeConverter
	// Window is how many past events of each resource are remembered: as far back watches may begin and lists go on. Zero
	// means 1,000.
	Window int
	// BookmarkInterval is the time between two bookmarks of a watch that allows them; zero means a minute.
	BookmarkInterval time.Duration
	// GarbageCollection finishes what deletions begin, as controllers of a cluster do and a kube-apiserver alone does not:
	// what belonged to a deleted object is deleted or orphaned, and deleted namespaces are emptied and go.
	GarbageCollection bool
	// ShardedListAndWatch serves shard selectors of lists and watches (KEP-5866), as a kube-apiserver does whose feature gate of this
	// name is on. Without it they are ignored, as they are by a kube-apiserver by default.
	ShardedListAndWatch bool
	// InMemory serves without a network: only clients made from Config reach the server, through its Transport. Such a
	// server works in the bubbles of testing/synctest.
	InMemory bool
	// TLS serves HTTPS with certificates that are made for this server. Clients show a certificate or a token.
	TLS bool
	// Tokens are bearer tokens and the names of the users that they stand for. Where there are any, or TLS, who does not
	// say who he is gets 401 Unauthorized.
	Tokens map[string]string
	// Rules reads the rules in CEL of custom resource definitions (x-kubernetes-validations). Where it is nil they are not evaluated.
	// cel.Rules, in the module github.com/typewright/typewright/runtime/apitest/cel, evaluates them as a kube-apiserver does.
	Rules Rules
	// Kubelet answers for the containers of pods: exec, attach, logs and port-forward. Without its functions, logs are a canned
	// line, and the others are refused, as they are in memory, where no connection can switch to another protocol.
	Kubelet kubelet.Kubelet
}

// Rules reads the rules of an openAPIV3Schema. It returns a function that says which of them a new object breaks, and errors of rules
// that cannot be evaluated, whose fields are relative to the schema. Where there are errors the definition is refused. old is the
// object before an update, or nil. The function must be safe for concurrent use, and is nil if there are no rules.
type Rules func(openAPIV3Schema map[string]any) (evaluate func(ctx context.Context, object, old map[string]any) field.ErrorList, errs field.ErrorList)

// Resource describes a resource to serve.
type Resource struct {
	schema.GroupVersionKind

	// Name is the resource's name in paths; empty means the usual plural of the kind.
	Name string
	// ListKind is the kind of its lists; empty means the kind and "List".
	ListKind string
	// ClusterScoped resources belong to no namespace.
	ClusterScoped bool
	// Status splits off the subresource "status": it alone changes the status, and nothing else.
	Status bool
	// Scale serves the subresource "scale", which shows and changes spec.replicas.
	Scale bool
	// ShortNames are for kubectl.
	ShortNames []string
}

func (o Options) withDefaults() Options {
	if o.Window <= 0 {
		o.Window = 1000
	}
	if o.BookmarkInterval <= 0 {
		o.BookmarkInterval = time.Minute
	}
	return o
}

// serve are the options of the API behind the server.
func (o Options) serve() (serve.Options, error) {
	types := apischema.NewTypes()
	all, err := o.resources(types)
	if o.InMemory {
		o.Kubelet = kubelet.Kubelet{Log: o.Kubelet.Log}
	}
	return serve.Options{
		Kubelet: o.Kubelet, Rules: o.Rules,
		Resources: all, Scheme: o.Scheme, TypeConverter: o.TypeConverter,
		Window: o.Window, Bookmarks: o.BookmarkInterval, Collect: o.GarbageCollection, Shards: o.ShardedListAndWatch,
	}, err
}

// resources are those of all options, described ones first.
func (o Options) resources(types *apischema.Types) ([]*kinds.Resource, error) {
	var all []*kinds.Resource
	for _, described := range o.Resources {
		if described.Version == "" || described.Kind == "" {
			return nil, fmt.Errorf("resource %+v: version and kind are required", described.GroupVersionKind)
		}
		all = appendResource(all, described.resource(o.Scheme, types))
	}
	var known []*kinds.Resource
	if o.Scheme != nil {
		known = kinds.FromScheme(o.Scheme, o.ClusterScoped, types)
	}
	if err := o.checkClusterScoped(known); err != nil {
		return nil, err
	}
	for _, r := range known {
		if r.GroupVersionKind != kinds.Definitions().GroupVersionKind {
			all = appendResource(all, r)
		}
	}
	for _, r := range append(kinds.Questions(encode.OwnType, types), kinds.Namespaces(encode.OwnType, types), kinds.Definitions()) {
		all = appendResource(all, r)
	}
	return all, nil
}

// checkClusterScoped finds names that are none of the scheme's.
func (o Options) checkClusterScoped(known []*kinds.Resource) error {
	names := map[string]bool{}
	for _, r := range known {
		names[r.Name], names[r.GroupResource().String()] = true, true
	}
	for _, name := range o.ClusterScoped {
		if names[name] {
			continue
		}
		if len(known) == 0 {
			return fmt.Errorf("options: ClusterScoped names %q, but Scheme has no resources", name)
		}
		var all []string
		for _, r := range known {
			all = append(all, r.GroupResource().String())
		}
		slices.Sort(all)
		return fmt.Errorf("options: ClusterScoped names %q, but Scheme has no such resource: it has %s", name, strings.Join(slices.Compact(all), ", "))
	}
	return nil
}

func (r Resource) resource(scheme *runtime.Scheme, types *apischema.Types) *kinds.Resource {
	out := &kinds.Resource{
		GroupVersionKind: r.GroupVersionKind, Name: r.Name, ListKind: r.ListKind, ClusterScoped: r.ClusterScoped,
		Status: r.Status, ShortNames: r.ShortNames,
	}
	if r.Scale {
		out.Scale = &kinds.Scale{SpecReplicas: []string{"spec", "replicas"}, StatusReplicas: []string{"status", "replicas"}}
	}
	out.Complete(scheme, types)
	return out
}

// appendResource leaves out what is there already: the place, or the kind by another name.
func appendResource(all []*kinds.Resource, r *kinds.Resource) []*kinds.Resource {
	if slices.ContainsFunc(all, func(have *kinds.Resource) bool {
		return have.GroupVersion() == r.GroupVersion() && (have.Name == r.Name || have.Kind == r.Kind)
	}) {
		return all
	}
	return append(all, r)
}
