package kinds

import (
	"reflect"

	"k8s.io/apimachinery/pkg/runtime/schema"

	apischema "github.com/typewright/typewright/runtime/apitest/internal/schema"
)

// Questions returns the review resources, which tell what a user may do. Every server has them.
func Questions(typeOf func(schema.GroupVersionKind) reflect.Type, types *apischema.Types) (all []*Resource) {
	for _, kind := range []string{"SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview", "LocalSubjectAccessReview", "SelfSubjectReview", "TokenReview"} {
		group := "authorization.k8s.io"
		if kind == "SelfSubjectReview" || kind == "TokenReview" {
			group = "authentication.k8s.io"
		}
		r := &Resource{
			GroupVersionKind: schema.GroupVersionKind{Group: group, Version: "v1", Kind: kind},
			ClusterScoped:    kind != "LocalSubjectAccessReview", CreateOnly: true,
		}
		r.Default()
		r.Traits = TraitsOf(r.GroupResource())
		r.Type = typeOf(r.GroupVersionKind)
		r.DescribeType(types)
		all = append(all, r)
	}
	return all
}
