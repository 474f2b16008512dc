package serve

import (
	"fmt"
	"net/http"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/kubelet"
)

// log answers with the log of a container, a canned line if the options have no function for logs.
func (r *request) log() error {
	if _, err := r.negotiate(); err != nil {
		return err
	}
	c, err := r.container()
	if err != nil {
		return err
	}
	if r.api.opts.Kubelet.Log != nil {
		return r.api.opts.Kubelet.ServeLog(r.w, r.http, c)
	}
	encode.WriteBytes(r.w, http.StatusOK, "text/plain", []byte("fake logs"))
	return nil
}

// stream passes the connection to the kubelet of the options.
func (r *request) stream() error {
	k := &r.api.opts.Kubelet
	switch {
	case r.http.Method != http.MethodGet && r.http.Method != http.MethodPost:
		return r.methodNotAllowed()
	case r.subresource == "exec" && k.Exec == nil, r.subresource == "attach" && k.Attach == nil,
		r.subresource == "portforward" && k.PortForward == nil:
		return r.leadsNowhere()
	}
	r.api.streams.Add(1)
	defer r.api.streams.Done()
	if r.subresource == "portforward" {
		if r.api.storage.Get(r.groupResource(), r.key()) == nil {
			return r.notFound()
		}
		return k.ServePortForward(r.w, r.http, r.pod())
	}
	c, err := r.container()
	if err != nil {
		return err
	}
	if r.subresource == "attach" {
		return k.ServeAttach(r.w, r.http, c)
	}
	return k.ServeExec(r.w, r.http, c)
}

func (r *request) pod() kubelet.Pod { return kubelet.Pod{Namespace: r.namespace, Name: r.name} }

// container returns the container of a pod that a request is about. It need not be named if there is only one.
func (r *request) container() (kubelet.Container, error) {
	c := kubelet.Container{Pod: r.pod(), Name: r.http.URL.Query().Get("container")}
	o := r.api.storage.Get(r.groupResource(), r.key())
	if o == nil {
		return c, r.notFound()
	}
	var names []string
	containers, _, _ := unstructured.NestedSlice(o.Object, "spec", "containers")
	for _, each := range containers {
		if each, ok := each.(map[string]any); ok {
			names = append(names, fmt.Sprint(each["name"]))
		}
	}
	switch {
	case c.Name == "" && len(names) > 1:
		return c, apierrors.NewBadRequest(fmt.Sprintf("a container name must be specified for pod %s, choose one of: %v", r.name, names))
	case c.Name == "" && len(names) == 1:
		c.Name = names[0]
	case c.Name != "" && !slices.Contains(names, c.Name):
		return c, apierrors.NewBadRequest(fmt.Sprintf("container %s is not valid for pod %s", c.Name, r.name))
	}
	return c, nil
}
