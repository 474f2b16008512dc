package kubectl

import (
	"math/rand/v2"
	"strings"

	"github.com/typewright/typewright/test/e2e/compare"
)

// sequence returns the steps of a seed, and the kind that they are about.
func sequence(seed uint64, kinds []kind) ([]string, kind) {
	r := rand.New(rand.NewPCG(seed, 22)) //nolint:gosec // no secret
	m := &generator{Rand: r, kind: compare.Pick(r, kinds), objects: []string{"a", "a", "a", "b"}}
	if m.cluster {
		m.objects = []string{"$NS-a", "$NS-a", "$NS-b"}
	}
	steps := []string{m.begin()}
	for range 2 + m.IntN(5) {
		steps = append(steps, m.step()...)
	}
	return steps, m.kind
}

// begin returns a command that creates the first object.
func (m *generator) begin() string {
	if m.create != nil && compare.Chance(m.Rand, 30) {
		return m.of(m.create[0])
	}
	return m.pick("kubectl create", "kubectl apply", "kubectl apply --server-side") + " -f - " + heredoc(m.manifest(m.objects[0], m.bodies))
}

// of replaces $N in a command by the name of an object.
func (m *generator) of(line string) string {
	return strings.NewReplacer("$NS", "$NS", "$N", m.name()).Replace(line)
}

func (m *generator) step() []string {
	switch n := m.IntN(100); {
	case n < 34:
		return []string{m.read()}
	case n < 56:
		return []string{m.fromManifest()}
	case n < 63:
		return m.replacePrinted()
	case n < 73:
		return []string{m.patch()}
	case n < 80:
		return []string{m.mark()}
	case n < 90:
		return []string{m.special()}
	case n < 93:
		return []string{"KUBE_EDITOR='sed -i -e " + `"` + compare.Pick(m.Rand, m.edits) + `"` + "' kubectl edit " + m.one()}
	}
	return []string{m.delete()}
}

// manifest returns an object in YAML with one of the bodies.
func (m *generator) manifest(name string, bodies []string) string {
	labels := m.pick("", "", ", labels: {app: x}", `, labels: {app: "y", tier: z}`, ", annotations: {note: a}", ", labels: {app: x}, finalizers: [example.com/hold]")
	return "apiVersion: " + m.apiVersion + "\nkind: " + m.kind.kind + "\nmetadata: {name: " + name + labels + "}\n" + compare.Pick(m.Rand, bodies)
}

// spoilt returns a manifest that is wrong in one way.
func (m *generator) spoilt() string {
	text := m.manifest(m.name(), m.bodies)
	return m.pick(
		m.manifest(m.name(), m.odd), m.manifest(m.name(), m.odd), m.manifest(m.name(), m.odd), strings.Replace(text, "kind: ", "kind: Odd", 1), strings.Replace(text, "{name: ", "{name: B_", 1),
		strings.Replace(text, "{name: ", "{namespace: other, name: ", 1), strings.Replace(text, "metadata: {", "metadata: {unknown: x, ", 1), strings.Replace(text, "apiVersion: ", "apiVersion: v9/", 1),
		strings.Replace(text, "metadata: {", "metadata: {resourceVersion: '1', ", 1), strings.Replace(text, "metadata: {", "metadata: {labels: {'bad key': v}, ", 1), strings.Replace(text, "metadata: {name: ", "metadata: {generateName: ", 1), "{", "",
	)
}

// heredoc returns a here-document with the text.
func heredoc(text string) string { return "<<EOF\n" + text + "\nEOF" }

// several returns manifests in one file: a List, or several documents.
func (m *generator) several() string {
	first, second := m.manifest(m.objects[0], m.bodies), m.manifest(m.objects[len(m.objects)-1], append(m.bodies, m.odd[0]))
	if compare.Chance(m.Rand, 40) {
		return first + "\n---\n" + second
	}
	item := func(text string) string { return "- " + strings.ReplaceAll(text, "\n", "\n  ") }
	return "apiVersion: v1\nkind: List\nitems:\n" + item(first) + "\n" + item(second)
}

// fromManifest returns a command that reads a manifest.
func (m *generator) fromManifest() string {
	text := m.manifest(m.name(), m.bodies)
	switch n := m.IntN(10); {
	case n < 2:
		text = m.spoilt()
	case n < 4:
		text = m.several()
	}
	common := m.maybe(8, "--dry-run=server") + m.maybe(4, "--dry-run=client") + m.maybe(6, "-o yaml") + m.maybe(4, "-o name") + m.maybe(4, "--validate="+m.pick("false", "warn", "ignore", "strict"))
	verb := m.pick("create"+m.maybe(10, "--save-config"), "apply", "apply", "apply", "apply --server-side", "apply --server-side", "replace", "diff", "diff", "diff --server-side", "get", "delete --wait=false", "apply")
	switch {
	case strings.HasPrefix(verb, "diff"), verb == "get":
		common = ""
	case strings.HasPrefix(verb, "delete"):
		common = m.maybe(30, "--ignore-not-found")
	case verb == "apply --server-side":
		common += m.maybe(40, "--force-conflicts") + m.maybe(50, "--field-manager="+m.pick("m1", "m2"))
	case verb == "apply" && !m.cluster:
		common += m.maybe(6, "--prune -l app=x --prune-allowlist="+m.groupVersionKind()) + m.maybe(5, "--force --grace-period=0 --timeout=2s") + m.maybe(5, "--overwrite=false")
	case verb == "replace":
		common += m.maybe(15, "--force --grace-period=0 --timeout=2s")
	}
	return "kubectl " + verb + common + " -f - " + heredoc(text)
}

// groupVersionKind returns the kind as --prune-allowlist expects it.
func (m *generator) groupVersionKind() string {
	if strings.Contains(m.apiVersion, "/") {
		return m.apiVersion + "/" + m.kind.kind
	}
	return "core/" + m.apiVersion + "/" + m.kind.kind
}

// replacePrinted returns commands that send back what get printed, changed or not.
func (m *generator) replacePrinted() []string {
	what := m.one()
	if compare.Chance(m.Rand, 30) && !m.cluster {
		what = m.names[0]
	}
	form := m.pick("yaml", "yaml", "json")
	steps := []string{"kubectl get " + what + " -o " + form + " >saved && cat saved"}
	if compare.Chance(m.Rand, 70) {
		steps = append(steps, `sed -i -e "`+compare.Pick(m.Rand, m.edits)+`" saved`)
	}
	if compare.Chance(m.Rand, 20) {
		steps = append(steps, m.mark())
	}
	return append(steps, "kubectl "+m.pick("replace", "replace", "apply", "apply --server-side", "replace --subresource=status", "create", "diff")+" -f saved")
}

func (m *generator) patch() string {
	body, form := compare.Pick(m.Rand, m.merge), m.pick("", " --type=merge", " --type=strategic")
	switch n := m.IntN(10); {
	case n < 3:
		body, form = compare.Pick(m.Rand, m.json), " --type=json"
	case n < 6 && m.strategic != nil:
		body, form = compare.Pick(m.Rand, m.strategic), ""
	case n < 8:
		body = m.pick(`{"metadata":{"labels":{"app":"y"}}}`, `{"metadata":{"annotations":{"note":null}}}`, `{"metadata":{"finalizers":null}}`, `{"metadata":{"name":"other"}}`, `{"kind":"Odd"}`, "{", "[]", `{"metadata":{"resourceVersion":"1"}}`, "spec: {}")
	}
	return "kubectl patch " + m.one() + form + " -p '" + body + "'" + m.maybe(8, "--dry-run=server") + m.maybe(8, "-o yaml") + m.maybe(4, "--subresource=status")
}

// mark returns a command that sets labels or annotations.
func (m *generator) mark() string {
	verb := m.pick("label", "label", "annotate")
	return "kubectl " + verb + " " + m.pick(m.one(), m.one(), m.some()) + " " + m.pick("app=x", "app=y", "tier-", "tier=z", "app=x tier=q", "bad_/k=v", "k=", "app-") + m.maybe(50, "--overwrite") + m.maybe(5, "--dry-run=server")
}

// special returns a command that only some kinds have.
func (m *generator) special() string {
	switch {
	case m.scales && compare.Chance(m.Rand, 30):
		return "kubectl scale " + m.one() + " --replicas=" + m.pick("0", "1", "3", "5") + m.maybe(20, "--current-replicas="+m.pick("1", "2")) + m.maybe(8, "-o yaml") + m.maybe(5, "--dry-run=server")
	case m.own != nil && compare.Chance(m.Rand, 75):
		return m.of(compare.Pick(m.Rand, m.own))
	case m.create != nil:
		return m.of(compare.Pick(m.Rand, m.create)) + m.maybe(10, "--dry-run=server -o yaml") + m.maybe(5, "-o name")
	}
	return "kubectl scale " + m.one() + " --replicas=2"
}

func (m *generator) delete() string {
	what := m.pick(m.one(), m.one(), m.names[0]+" a b", m.some())
	if compare.Chance(m.Rand, 10) && !m.cluster {
		what = m.pick(m.names...) + " --all"
	}
	if m.cluster {
		what = m.one()
	}
	return "kubectl delete " + what + m.maybe(30, "--cascade="+m.pick("background", "foreground", "orphan")) + m.maybe(15, "--grace-period="+m.pick("0", "1", "5")) + m.maybe(20, "--ignore-not-found") +
		m.maybe(8, "--dry-run=server") + m.maybe(10, "-o name") + m.pick(" --wait=false", " --timeout=1s", " --timeout=1s")
}
