package apitest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Options say what a server serves. The zero value serves namespaces.
type Options struct {
	// Scheme holds Go types to serve: each kind with object metadata that has a list kind beside it.
	Scheme *runtime.Scheme
	// ClusterScoped names the resources of Scheme that belong to no namespace, such as "sites", or "sites.example.com"
	// where the plain name is not enough. A scheme cannot tell.
	ClusterScoped []string
	// Resources are served besides those of Scheme, or described better than it can.
	Resources []Resource
	// Objects are there from the beginning. Their namespaces are made.
	Objects []runtime.Object
	// Window is how many past events of each resource a watch may begin before; zero means 1,000.
	Window int
	// BookmarkInterval is the time between two bookmarks of a watch that allows them; zero means a minute.
	BookmarkInterval time.Duration
	// InMemory serves without a network: only clients made from Config reach the server, through its Transport. Such a
	// server works in the bubbles of testing/synctest.
	InMemory bool
}

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
	// ShortNames are for kubectl.
	ShortNames []string
}

func (r Resource) groupVersion() schema.GroupVersion { return r.GroupVersionKind.GroupVersion() }

// groupResource is what objects are stored by: all versions see the same ones.
func (r Resource) groupResource() schema.GroupResource {
	return schema.GroupResource{Group: r.Group, Resource: r.Name}
}

func (r Resource) withDefaults() Resource {
	if r.Name == "" {
		r.Name = plural(strings.ToLower(r.Kind))
	}
	if r.ListKind == "" {
		r.ListKind = r.Kind + "List"
	}
	return r
}

// plural is the usual plural of a word, as the generators form it too. Kinds with another one name their resource.
func plural(word string) string {
	last := len(word) - 1
	switch {
	case last < 1, strings.HasSuffix(word, "endpoints"):
		return word
	case word[last] == 'y' && !strings.ContainsRune("aeiou", rune(word[last-1])):
		return word[:last] + "ies"
	case strings.ContainsRune("sxz", rune(word[last])), strings.HasSuffix(word, "ch"), strings.HasSuffix(word, "sh"):
		return word + "es"
	default:
		return word + "s"
	}
}

// namespaces is the one resource that is always there.
func namespaces() Resource {
	return Resource{
		GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "Namespace"},
		ClusterScoped:    true, Status: true, ShortNames: []string{"ns"},
	}.withDefaults()
}

// resources are those of all options, described ones first.
func (o Options) resources() ([]Resource, error) {
	all := []Resource{namespaces()}
	for _, r := range o.Resources {
		if r.Version == "" || r.Kind == "" {
			return nil, fmt.Errorf("resource %+v: version and kind are required", r.GroupVersionKind)
		}
		all = appendResource(all, r.withDefaults())
	}
	if o.Scheme == nil {
		return all, nil
	}
	for gvk, goType := range o.Scheme.AllKnownTypes() {
		if gvk.Version == runtime.APIVersionInternal || !o.Scheme.Recognizes(gvk.GroupVersion().WithKind(gvk.Kind+"List")) {
			continue
		}
		if _, ok := reflect.TypeAssert[metav1.Object](reflect.New(goType)); !ok {
			continue
		}
		_, status := goType.FieldByName("Status")
		r := Resource{GroupVersionKind: gvk, Status: status}.withDefaults()
		r.ClusterScoped = slices.ContainsFunc(o.ClusterScoped, func(name string) bool {
			return name == r.Name || name == r.groupResource().String()
		})
		all = appendResource(all, r)
	}
	slices.SortFunc(all, func(a, b Resource) int {
		return strings.Compare(a.groupVersion().String()+"/"+a.Name, b.groupVersion().String()+"/"+b.Name)
	})
	return all, nil
}

// appendResource leaves out what is there already.
func appendResource(all []Resource, r Resource) []Resource {
	if slices.ContainsFunc(all, func(have Resource) bool { return have.groupVersion() == r.groupVersion() && have.Name == r.Name }) {
		return all
	}
	return append(all, r)
}
