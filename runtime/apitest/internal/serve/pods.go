package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/kubelet"
)

// evict deletes a pod and ignores disruption budgets. Before the deletion it sets the condition DisruptionTarget.
func (r *request) evict() error {
	u, err := r.readAny("Eviction")
	if err != nil {
		return err
	}
	opts := &metav1.DeleteOptions{}
	if asked, ok, _ := unstructured.NestedMap(u.Object, "deleteOptions"); ok {
		if data, err := json.Marshal(asked); err != nil || json.Unmarshal(data, opts) != nil {
			return apierrors.NewBadRequest("deleteOptions cannot be decoded")
		}
	}
	r.write.dryRun = r.write.dryRun || len(opts.DryRun) > 0
	r.subresource = ""
	if !r.write.dryRun {
		if err := r.disrupt(opts); err != nil {
			return err
		}
	}
	if _, _, err := r.remove(opts); err != nil {
		return err
	}
	return r.replyStatus(http.StatusCreated, nil)
}

// disrupt writes into the status of a pod that it is being evicted. A version that the options ask for is that of the pod before.
func (r *request) disrupt(opts *metav1.DeleteOptions) error {
	marked, err := r.commit(r.key(), func(current *encode.Object) (*encode.Object, error) {
		if current == nil {
			return nil, r.notFound()
		}
		if err := r.checkPreconditions(current, opts.Preconditions); err != nil {
			return nil, err
		}
		next := current.DeepCopy()
		builtin.SetPodCondition(next, builtin.Condition{
			Type: "DisruptionTarget", Reason: "EvictionByEvictionAPI", Message: "Eviction API: evicting",
		}, now())
		if sameContent(&current.Unstructured, next) {
			return current, nil
		}
		return encode.NewObject(next), nil
	})
	if err == nil && opts.Preconditions != nil && opts.Preconditions.ResourceVersion != nil {
		opts.Preconditions.ResourceVersion = new(marked.GetResourceVersion())
	}
	return err
}

// bind sets the node of a pod.
func (r *request) bind() error {
	u, err := r.readAny("Binding")
	if err != nil {
		return err
	}
	return r.giveNode(u)
}

// giveNode stores the node that a binding names in the request's pod.
func (r *request) giveNode(binding *unstructured.Unstructured) error {
	node, _, _ := unstructured.NestedString(binding.Object, "target", "name")
	_, err := r.commit(r.key(), func(current *encode.Object) (*encode.Object, error) {
		if current == nil {
			return nil, r.notFound()
		}
		if err := bindable(current); err != nil {
			return nil, apierrors.NewConflict(schema.GroupResource{Resource: "pods/binding"}, r.name, err)
		}
		next := current.DeepCopy()
		if err := unstructured.SetNestedField(next.Object, node, "spec", "nodeName"); err != nil {
			return nil, err
		}
		builtin.SetPodCondition(next, builtin.Condition{Type: "PodScheduled"}, now())
		return encode.NewObject(next), nil
	})
	if err != nil {
		return err
	}
	return r.replyStatus(http.StatusCreated, nil)
}

// isBinding reports whether the resource is bindings, where pods get their nodes, too.
func (r *request) isBinding() bool { return r.resource.CreateOnly && r.resource.Kind == "Binding" }

// bindNamed gives its node to the pod that the body names.
func (r *request) bindNamed() error {
	u, err := r.readObject()
	if err != nil {
		return err
	}
	if r.resource = r.api.registry.Now().ByPath(r.resource.GroupVersion(), "pods"); r.resource == nil {
		return errNoSuchPath()
	}
	r.name = u.GetName()
	return r.giveNode(u)
}

// bindable returns why a pod cannot be given a node, nil if it can.
func bindable(pod *encode.Object) error {
	if pod.GetDeletionTimestamp() != nil {
		return fmt.Errorf("pod %s is being deleted, cannot be assigned to a host", pod.GetName())
	}
	if node, _, _ := unstructured.NestedString(pod.Object, "spec", "nodeName"); node != "" {
		return fmt.Errorf("pod %s is already assigned to node %q", pod.GetName(), node)
	}
	return nil
}

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
