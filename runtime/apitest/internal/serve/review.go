package serve

import (
	"net/http"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Reviews are questions in the form of objects: they are answered and not stored. Everybody may do everything.

// UserHeader carries who sent a request, from the door of the server to here.
const UserHeader = "Apitest-User"

func (r *request) isReview() bool {
	switch r.resource.Group {
	case "authorization.k8s.io", "authentication.k8s.io":
		return true
	}
	return false
}

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
	return r.reply(http.StatusCreated, stored(u))
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
