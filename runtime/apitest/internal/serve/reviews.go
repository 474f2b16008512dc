package serve

import (
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// UserHeader is the header of a request in which the server passes on the name of its user.
const UserHeader = "Apitest-User"

// isReview reports whether the resource is a review of a user: it is answered, and not stored.
func (r *request) isReview() bool {
	switch r.resource.Group {
	case "authorization.k8s.io", "authentication.k8s.io":
		return true
	}
	return false
}

// review answers a review. Every user may do everything.
func (r *request) review() error {
	u, err := r.readObject()
	if err != nil {
		return err
	}
	user := r.http.Header.Get(UserHeader)
	if user == "" {
		user = "system:anonymous"
	}
	switch r.resource.Kind {
	case "SelfSubjectReview":
		u.Object["status"] = map[string]any{"userInfo": map[string]any{"username": user}}
	case "TokenReview":
		u.Object["status"] = r.tokenReview(u)
	case "SelfSubjectRulesReview":
		everything := []any{"*"}
		u.Object["status"] = map[string]any{
			"incomplete":       false,
			"nonResourceRules": []any{map[string]any{"verbs": everything, "nonResourceURLs": everything}},
			"resourceRules":    []any{map[string]any{"verbs": everything, "apiGroups": everything, "resources": everything}},
		}
	default:
		u.Object["status"] = map[string]any{"allowed": true}
	}
	return r.reply(http.StatusCreated, encode.NewObject(u))
}

func (r *request) tokenReview(u *unstructured.Unstructured) map[string]any {
	token, _, _ := unstructured.NestedString(u.Object, "spec", "token")
	if r.api.opts.UserOf != nil {
		if user, ok := r.api.opts.UserOf(token); ok {
			return map[string]any{"authenticated": true, "user": map[string]any{"username": user}}
		}
	}
	return map[string]any{"user": map[string]any{}, "error": "invalid bearer token"}
}

// token issues a token for a service account. Requests with it are from that account.
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
	r.resource = tokenRequests()
	return r.reply(http.StatusCreated, encode.NewObject(u))
}

// tokenRequests returns the resource of the answer to a request for a token.
func tokenRequests() *kinds.Resource {
	r := &kinds.Resource{GroupVersionKind: schema.GroupVersionKind{Group: "authentication.k8s.io", Version: "v1", Kind: "TokenRequest"}}
	r.Default()
	r.Traits = kinds.TraitsOf(r.GroupResource())
	r.Type = encode.OwnType(r.GroupVersionKind)
	return r
}
