package kubectl

import (
	"math/rand/v2"
	"strings"

	"github.com/typewright/typewright/test/e2e/compare"
)

// generator makes the steps of one sequence.
type generator struct {
	*rand.Rand
	kind
	objects []string
}

func (m *generator) pick(all ...string) string { return compare.Pick(m.Rand, all) }

func (m *generator) maybe(percent int, word string) string {
	if compare.Chance(m.Rand, percent) {
		return " " + word
	}
	return ""
}

// name returns the name of an object, mostly of the first one.
func (m *generator) name() string { return m.pick(m.objects...) }

// one returns an argument that names one object: TYPE NAME or TYPE/NAME.
func (m *generator) one() string {
	return m.pick(m.names...) + m.pick(" ", "/") + m.name()
}

// some returns arguments that select no object, one or several.
func (m *generator) some() string {
	if m.cluster {
		return m.pick(m.names...) + " -l kubernetes.io/metadata.name=" + m.name()
	}
	return m.pick(m.names...) + m.pick("", "", " -l app=x", " -l app!=x", " -l 'app in (x,y)'", " -l '!app'", " -l app==", " --field-selector metadata.name=a", " --field-selector spec.odd=1", " -A --field-selector metadata.namespace=$NS")
}

// read returns a command that changes nothing.
func (m *generator) read() string {
	switch n := m.IntN(20); {
	case n < 12:
		return m.get()
	case n < 14:
		return m.explain()
	case n < 16:
		return m.wait()
	case n < 17:
		return "kubectl describe " + m.one()
	}
	return m.about()
}

func (m *generator) get() string {
	what := m.one()
	if compare.Chance(m.Rand, 50) {
		what = m.some()
	}
	return "kubectl get " + what + m.form() + m.maybe(8, "--show-labels") + m.maybe(5, "-L app") + m.maybe(5, "--ignore-not-found") + m.maybe(4, "--no-headers") +
		m.maybe(4, "--show-kind") + m.maybe(3, "--chunk-size=1") + m.maybe(3, "--sort-by=.metadata.name") + m.maybe(3, "--label-columns=tier")
}

// form returns an output format for get.
func (m *generator) form() string {
	path := compare.Pick(m.Rand, m.paths)
	return m.pick("", "", " -o wide", " -o yaml", " -o yaml", " -o json", " -o json --show-managed-fields", " -o name", " -o jsonpath={"+path+"}", " -o jsonpath='{range .items[*]}{.metadata.name} {"+path+"}{\"\\n\"}{end}'",
		" -o custom-columns=NAME:.metadata.name,FIELD:"+path, " -o go-template='{{.kind}} {{.apiVersion}}'", " -o jsonpath-as-json={"+path+"}", " -o odd")
}

func (m *generator) explain() string {
	field := m.pick("", ".metadata", ".spec", ".status", ".metadata.ownerReferences", ".data", ".spec.template.spec.containers", ".spec.containers.image", ".spec.parts", ".spec.ports", ".spec.setHostnameAsFQDN", ".spec.topologySpreadConstraints",
		".spec.securityContext.fsGroup", ".spec.object", ".type", ".nope")
	return "kubectl explain " + m.pick(m.names...) + field + m.maybe(25, "--recursive") + m.maybe(5, "--api-version="+m.apiVersion) + m.maybe(3, "--api-version=v9")
}

func (m *generator) wait() string {
	path := compare.Pick(m.Rand, m.paths)
	return "kubectl wait " + m.one() + " --timeout=1s --for=" + m.pick("delete", "create", "condition=Ready", "condition=Ready=false", "jsonpath={"+path+"}", "jsonpath={"+path+"}=x", "jsonpath={.metadata.name}=a")
}

// about returns a command about the server or its API.
func (m *generator) about() string {
	group, _, grouped := strings.Cut(m.apiVersion, "/")
	if !grouped {
		group = ""
	}
	if group == "" && compare.Chance(m.Rand, 50) {
		group = "apps"
	}
	return m.pick(
		"kubectl api-resources --api-group="+group+m.maybe(50, "-o wide")+m.maybe(30, "--namespaced=true")+m.maybe(20, "--verbs=list,get")+m.maybe(20, "-o name"),
		"kubectl api-resources --categories=all --api-group=apps", "kubectl api-versions | grep -x -e v1 -e apps/v1 -e conformance.typewright.dev/v1",
		"kubectl auth can-i "+m.pick("create", "get", "delete", "*")+" "+m.pick(m.names...)+m.maybe(30, "--subresource=status")+m.maybe(30, "-q"), "kubectl auth can-i --list",
		"kubectl auth can-i get nothings", "kubectl auth whoami -o jsonpath={.status.userInfo.username}", "kubectl version -o jsonpath={.serverVersion.gitVersion}", "kubectl get --raw /readyz",
		"kubectl get --raw /api/v1/namespaces/$NS/configmaps/none", "kubectl get nothings", "kubectl get all", "kubectl get events", "kubectl cluster-info",
	)
}
