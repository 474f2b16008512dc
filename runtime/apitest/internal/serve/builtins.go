package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// What follows are the subresources that only built-in resources have.

// readAny reads the body as an object of some kind.
func (r *request) readAny(kind string) (*unstructured.Unstructured, error) {
	if err := r.readBody(); err != nil {
		return nil, err
	}
	data, err := r.asJSON()
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{}
	if err := utiljson.Unmarshal(data, &u.Object); err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("the object provided is unrecognized (must be of type %s): couldn't get version/kind; json parse error: %v (%s)", kind, err, excerpt(r.body)))
	}
	if have := u.GetKind(); have != "" && have != kind {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("%s in version %q cannot be handled as a %s", have, u.GroupVersionKind().Version, kind))
	}
	if name := u.GetName(); name != "" && name != r.name {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s) does not match the name on the URL (%s)", name, r.name))
	}
	return u, nil
}

// evict deletes a pod; disruption budgets are not looked at.
func (r *request) evict() error {
	u, err := r.readAny("Eviction")
	if err != nil {
		return err
	}
	if err := r.readCreateOptions(); err != nil {
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
	if _, _, err := r.remove(opts); err != nil {
		return err
	}
	return r.replyStatus(http.StatusCreated, nil)
}

// bind gives a pod its node.
func (r *request) bind() error {
	u, err := r.readAny("Binding")
	if err != nil {
		return err
	}
	if err := r.readCreateOptions(); err != nil {
		return err
	}
	node, _, _ := unstructured.NestedString(u.Object, "target", "name")
	_, err = r.commit(r.key(), func(current *Object) (*Object, error) {
		if current == nil {
			return nil, r.notFound()
		}
		if have, _, _ := unstructured.NestedString(current.Object, "spec", "nodeName"); have != "" {
			return nil, apierrors.NewConflict(schema.GroupResource{Resource: "pods/binding"}, r.name, fmt.Errorf("pod %s is already assigned to node %q", r.name, have))
		}
		next := current.DeepCopy()
		if err := unstructured.SetNestedField(next.Object, node, "spec", "nodeName"); err != nil {
			return nil, err
		}
		return stored(next), nil
	})
	if err != nil {
		return err
	}
	return r.replyStatus(http.StatusCreated, nil)
}

// log answers with a line that says that there is no log, for each that is asked for.
func (r *request) log() error {
	o := r.api.storage.Get(r.groupResource(), r.key())
	if o == nil {
		return r.notFound()
	}
	container := r.http.URL.Query().Get("container")
	names := []string{}
	containers, _, _ := unstructured.NestedSlice(o.Object, "spec", "containers")
	for _, each := range containers {
		if each, ok := each.(map[string]any); ok {
			names = append(names, fmt.Sprint(each["name"]))
		}
	}
	if container == "" && len(names) > 1 {
		return apierrors.NewBadRequest(fmt.Sprintf("a container name must be specified for pod %s, choose one of: %v", r.name, names))
	}
	if container != "" && !strings.Contains(" "+strings.Join(names, " ")+" ", " "+container+" ") {
		return apierrors.NewBadRequest(fmt.Sprintf("container %s is not valid for pod %s", container, r.name))
	}
	writeBytes(r.w, http.StatusOK, "text/plain", []byte("fake logs"))
	return nil
}

// finalize takes finalizers off a namespace; without any, one that is to go is gone.
func (r *request) finalize() error {
	if err := r.readUpdate(); err != nil {
		return err
	}
	u, err := r.readObject()
	if err != nil {
		return err
	}
	finalizers, _, _ := unstructured.NestedFieldNoCopy(u.Object, "spec", "finalizers")
	var last *Object
	updated, err := r.commit(r.key(), func(current *Object) (*Object, error) {
		if current == nil {
			return nil, r.notFound()
		}
		if err := r.checkVersion(&current.Unstructured, u); err != nil {
			return nil, err
		}
		next := current.DeepCopy()
		next.Object["spec"] = map[string]any{}
		if finalizers != nil {
			next.Object["spec"] = map[string]any{"finalizers": finalizers}
		}
		last = stored(next)
		if next.GetDeletionTimestamp() != nil && !namespaceHeld(last) && len(next.GetFinalizers()) == 0 {
			return nil, nil
		}
		return last, nil
	})
	if err != nil {
		return err
	}
	if updated == nil {
		updated = last
	}
	return r.reply(http.StatusOK, updated)
}

// token makes a token for a service account, which the server takes for that account.
func (r *request) token() error {
	u, err := r.readAny("TokenRequest")
	if err != nil {
		return err
	}
	if o := r.api.storage.Get(r.groupResource(), r.key()); o == nil {
		return r.notFound()
	}
	seconds, given, _ := unstructured.NestedInt64(u.Object, "spec", "expirationSeconds")
	switch {
	case !given:
		seconds = 3600
	case seconds < 600:
		return apierrors.NewInvalid(schema.GroupKind{Group: "authentication.k8s.io", Kind: "TokenRequest"}, "", field.ErrorList{
			field.Invalid(field.NewPath("spec", "expirationSeconds"), seconds, "may not specify a duration less than 10 minutes"),
		})
	}
	token := "apitest." + r.namespace + "." + r.name + "." + strconv.FormatInt(time.Now().Add(time.Duration(seconds)*time.Second).Unix(), 10) + "." + uuid.NewString()
	if r.api.opts.OnToken != nil {
		r.api.opts.OnToken(token, "system:serviceaccount:"+r.namespace+":"+r.name)
	}
	u.Object["apiVersion"], u.Object["kind"] = "authentication.k8s.io/v1", "TokenRequest"
	u.SetName(r.name)
	u.SetNamespace(r.namespace)
	u.SetCreationTimestamp(now())
	if err := unstructured.SetNestedField(u.Object, seconds, "spec", "expirationSeconds"); err != nil {
		return err
	}
	u.Object["status"] = map[string]any{
		"token": token, "expirationTimestamp": time.Now().Add(time.Duration(seconds) * time.Second).UTC().Format(time.RFC3339),
	}
	return writeJSON(r.w, http.StatusCreated, u.Object)
}
