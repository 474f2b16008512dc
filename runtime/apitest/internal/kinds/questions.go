package kinds

import "k8s.io/apimachinery/pkg/runtime/schema"

// Questions are the resources that answer who may do what, for servers that know no Go types of them.
func Questions() (all []*Resource) {
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
		r.DescribeType(nil)
		all = append(all, r)
	}
	return all
}
