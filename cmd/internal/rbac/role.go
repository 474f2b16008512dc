package rbac

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

// Rule is a rule of a role, with the places that need it.
type Rule struct {
	// Namespace is that of the Role that has the rule; "" for the ClusterRole.
	Namespace string   `json:"namespace,omitempty"`
	Group     string   `json:"apiGroup"`
	Resources []string `json:"resources"`
	Verbs     []string `json:"verbs"`
	Needs     []Need   `json:"neededAt"`
}

// Need is a place that needs a rule, and what it does there.
type Need struct {
	Position

	What string `json:"what"` // "list, watch robots"
}

// verbOrder is the order of verbs in rules.
var verbOrder = []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"}

func compareVerbs(a, b string) int {
	return cmp.Or(cmp.Compare(slices.Index(verbOrder, a), slices.Index(verbOrder, b)), cmp.Compare(a, b))
}

// Rules returns the rules for the uses: one for the resources of a group that need the same verbs. With namespaced set, uses whose
// namespaces are constants get rules of their own for each namespace, unless another use needs the same in all namespaces.
func (r *Result) Rules(namespaced bool) []Rule {
	verbs, uses := r.places(namespaced)
	merged := map[string]*Rule{}
	needs := map[string][]Use{}
	for p, v := range verbs {
		slices.SortFunc(v, compareVerbs)
		key := strings.Join([]string{p.namespace, p.group, strings.Join(v, ",")}, "\x00")
		if merged[key] == nil {
			merged[key] = &Rule{Namespace: p.namespace, Group: p.group, Verbs: v}
		}
		merged[key].Resources = append(merged[key].Resources, p.resource)
		needs[key] = append(needs[key], uses[p]...)
	}
	rules := make([]Rule, 0, len(merged))
	for key, rule := range merged {
		slices.Sort(rule.Resources)
		rule.Needs = needsOf(needs[key])
		rules = append(rules, *rule)
	}
	slices.SortFunc(rules, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Group, b.Group), slices.Compare(a.Resources, b.Resources))
	})
	return rules
}

// place is what verbs are about, and the namespace of the role that allows them.
type place struct{ namespace, group, resource string }

// places sorts the uses by what they are about, and collects the verbs.
func (r *Result) places(namespaced bool) (verbs map[place][]string, uses map[place][]Use) {
	everywhere := map[Use]bool{}
	for _, u := range r.Uses {
		if u.Namespace == "" {
			everywhere[Use{Group: u.Group, Resource: u.Resource, Verb: u.Verb}] = true
		}
	}
	verbs, uses = map[place][]string{}, map[place][]Use{}
	for _, u := range r.Uses {
		p := place{group: u.Group, resource: u.Resource}
		if namespaced && !everywhere[Use{Group: u.Group, Resource: u.Resource, Verb: u.Verb}] {
			p.namespace = u.Namespace
		}
		if !slices.Contains(verbs[p], u.Verb) {
			verbs[p] = append(verbs[p], u.Verb)
		}
		uses[p] = append(uses[p], u)
	}
	return verbs, uses
}

// needsOf tells what happens at each place. Places that need something that those before do not come first, so that the first few
// places of a rule explain most of it.
func needsOf(uses []Use) []Need {
	slices.SortFunc(uses, func(a, b Use) int {
		return cmp.Or(a.At.compare(b.At), cmp.Compare(a.Resource, b.Resource), compareVerbs(a.Verb, b.Verb),
			cmp.Compare(a.Namespace, b.Namespace))
	})
	var first, more []Need
	explained := map[[2]string]bool{}
	for from := 0; from < len(uses); {
		to, adds := from, false
		for ; to < len(uses) && uses[to].At == uses[from].At; to++ {
			what := [2]string{uses[to].Resource, uses[to].Verb}
			adds = adds || !explained[what]
			explained[what] = true
		}
		need := Need{Position: uses[from].At, What: what(uses[from:to])}
		if adds {
			first = append(first, need)
		} else {
			more = append(more, need)
		}
		from = to
	}
	return append(first, more...)
}

// what says for example "list, watch robots; update sites in namespace north". The uses are sorted by resource and verb.
func what(uses []Use) string {
	type object struct{ resource, namespace string }
	var order []object
	verbs := map[object][]string{}
	for _, u := range uses {
		o := object{u.Resource, u.Namespace}
		if verbs[o] == nil {
			order = append(order, o)
		}
		verbs[o] = append(verbs[o], u.Verb)
	}
	var parts []string
	for _, o := range order {
		part := strings.Join(verbs[o], ", ") + " " + o.resource
		if o.namespace != "" {
			part += " in namespace " + o.namespace
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

// shown is how many places of a rule the comment names.
const shown = 3

// YAML returns the roles of that name as a stream of documents: a ClusterRole, and a Role for each namespace that has rules. A
// comment above each rule names the places that need it.
func (r *Result) YAML(name string, namespaced bool) string {
	var out strings.Builder
	fmt.Fprintf(&out, "# What %s may do, by its source: made by clientgen rbac.\n", r.Program)
	if len(r.Open) > 0 {
		out.WriteString("# The source does not tell which resources these requests are about. Rules for them are not here:\n")
		for _, o := range r.Open {
			fmt.Fprintf(&out, "#   %s: %s\n", o.At, o.What)
		}
	}
	rules := r.Rules(namespaced)
	from := 0
	for from < len(rules) || from == 0 {
		to := from
		for to < len(rules) && rules[to].Namespace == rules[from].Namespace {
			to++
		}
		if from > 0 {
			out.WriteString("---\n")
		}
		writeRole(&out, name, rules[from:to])
		if to == 0 {
			break
		}
		from = to
	}
	return out.String()
}

// writeRole writes one document. The rules have one namespace.
func writeRole(out *strings.Builder, name string, rules []Rule) {
	kind, metadata := "ClusterRole", "  name: "+name+"\n"
	if len(rules) > 0 && rules[0].Namespace != "" {
		kind, metadata = "Role", metadata+"  namespace: "+rules[0].Namespace+"\n"
	}
	fmt.Fprintf(out, "apiVersion: %s\nkind: %s\nmetadata:\n%s", rbacv1.SchemeGroupVersion, kind, metadata)
	if len(rules) == 0 {
		out.WriteString("rules: []\n")
		return
	}
	out.WriteString("rules:\n")
	for _, rule := range rules {
		for i, n := range rule.Needs {
			if i == shown {
				fmt.Fprintf(out, "# and %d more\n", len(rule.Needs)-shown)
				break
			}
			fmt.Fprintf(out, "# %s: %s\n", n.Position, n.What)
		}
		text, err := yaml.Marshal([]rbacv1.PolicyRule{{APIGroups: []string{rule.Group}, Resources: rule.Resources, Verbs: rule.Verbs}})
		if err != nil {
			fmt.Fprintf(out, "# %v\n", err)
		}
		out.Write(text)
	}
}
