package rbac

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// grant is a verb on a resource that a file of roles allows. Each part but the namespace may be "*".
type grant struct{ namespace, group, resource, verb string }

// Difference is what a file of roles lacks and has too much of. Each line is a verb, a resource and its group, and where it is needed.
type Difference struct {
	Missing  []string `json:"missing"`
	Needless []string `json:"needless"`
}

// Compare compares the roles in a file, ClusterRoles and Roles, with what the program needs. A ClusterRole allows what is needed in
// a namespace; with namespaced set, it is needless if all uses have constant namespaces. What has a "*" is always needless,
// since it allows what comes later, too.
func (r *Result) Compare(file []byte, namespaced bool) (Difference, error) {
	grants, err := readRoles(file)
	if err != nil {
		return Difference{}, err
	}
	d := Difference{Missing: []string{}, Needless: []string{}}
	for _, u := range r.Uses {
		allowed := slices.ContainsFunc(grants, func(g grant) bool { return g.covers(u) })
		line := grant{u.Namespace, u.Group, u.Resource, u.Verb}.String()
		if !allowed && !slices.ContainsFunc(d.Missing, func(m string) bool { return strings.HasPrefix(m, line+", ") }) {
			d.Missing = append(d.Missing, line+", for "+u.At.String())
		}
	}
	wanted := map[grant]bool{}
	for _, rule := range r.Rules(namespaced) {
		for _, resource := range rule.Resources {
			for _, verb := range rule.Verbs {
				wanted[grant{rule.Namespace, rule.Group, resource, verb}] = true
			}
		}
	}
	for _, g := range grants {
		isNeed := func(u Use) bool { return g == grant{u.Namespace, u.Group, u.Resource, u.Verb} }
		needed := wanted[g] || !namespaced && slices.ContainsFunc(r.Uses, isNeed)
		if line := g.String(); !needed && !slices.Contains(d.Needless, line) {
			d.Needless = append(d.Needless, line)
		}
	}
	return d, nil
}

// String says for example "update backups.fleet.example.com/status in namespace north".
func (g grant) String() string {
	text := g.verb + " " + g.resource
	if g.group != "" {
		text += " of " + g.group
	}
	if g.namespace != "" {
		text += " in namespace " + g.namespace
	}
	return text
}

func (g grant) covers(u Use) bool {
	fits := func(pattern, value string) bool { return pattern == "*" || pattern == value }
	return (g.namespace == "" || g.namespace == u.Namespace) && fits(g.group, u.Group) && fits(g.resource, u.Resource) && fits(g.verb, u.Verb)
}

// readRoles returns what the ClusterRoles and Roles of a stream of documents allow. Rules for URLs that are no resources do not count.
func readRoles(file []byte) ([]grant, error) {
	var grants []grant
	documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(file)))
	found := false
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		var role rbacv1.Role // a ClusterRole has the same fields, and more
		if err := yaml.Unmarshal(document, &role); err != nil {
			return nil, err
		}
		if role.Kind != "Role" && role.Kind != "ClusterRole" {
			continue
		}
		found = true
		if role.Kind == "Role" && role.Namespace == "" {
			return nil, fmt.Errorf("role %s has no namespace", role.Name)
		}
		for _, rule := range role.Rules {
			grants = append(grants, expand(role.Namespace, rule)...)
		}
	}
	if !found {
		return nil, errors.New("there is no Role or ClusterRole in it")
	}
	return grants, nil
}

func expand(namespace string, rule rbacv1.PolicyRule) []grant {
	var all []grant
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			for _, verb := range rule.Verbs {
				all = append(all, grant{namespace, group, resource, verb})
			}
		}
	}
	return all
}
