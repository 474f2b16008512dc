package differ

import (
	"math/rand/v2"
	"strings"

	"github.com/typewright/typewright/test/e2e/compare"
)

// shown are options of a conformance case: they compare the parts of answers that cases leave out by default.
const shown = " +managedFields +uid +creationTimestamp +items"

// generator makes the requests of one conversation.
type generator struct {
	*rand.Rand
	kind
	names []string
	// at is the version of the kind that the request is for.
	at int
}

func newGenerator(seed uint64, kinds []kind) *generator {
	r := rand.New(rand.NewPCG(seed, 22)) //nolint:gosec // no secret
	m := &generator{Rand: r, kind: compare.Pick(r, kinds), names: []string{"a", "a", "a", "b"}}
	if m.cluster {
		m.names = []string{"${ns}-a", "${ns}-a", "${ns}-b"}
	}
	return m
}

// conversation returns the requests of a seed.
func conversation(seed uint64, kinds []kind) []string {
	m := newGenerator(seed, kinds)
	all := []string{m.create(false), "SET rv metadata.resourceVersion"}
	watched := compare.Chance(m.Rand, 12) && !m.cluster
	for range 3 + m.IntN(8) {
		m.at = m.IntN(len(m.paths))
		asked := m.request()
		all = append(all, asked)
		if one := strings.Contains(asked, "/"+m.names[0]+" ") || strings.HasPrefix(asked, "POST"); one && compare.Chance(m.Rand, 40) {
			all = append(all, "SET rv metadata.resourceVersion")
		}
	}
	if watched {
		all = append([]string{"GET " + m.paths[0] + "?limit=1", "SET start metadata.resourceVersion"}, all...)
		all = append(all, m.watch()...)
	}
	return all
}

func (m *generator) request() string {
	switch n := m.IntN(100); {
	case n < 10:
		return m.create(true)
	case n < 24:
		return m.change("PUT", "", m.fields)
	case n < 34:
		return m.change("MERGE", "", m.fields)
	case n < 42:
		return m.change("STRATEGIC", "", m.fields)
	case n < 50:
		return m.jsonPatch()
	case n < 64:
		return m.change("APPLY", "", m.fields)
	case n < 74:
		return m.statusRequest()
	case n < 80:
		return m.subresource()
	case n < 86:
		return m.list()
	case n < 90:
		return m.get()
	case n < 92:
		return m.odd()
	}
	return m.delete()
}

// line writes a request as a conformance case does, with random headers.
func (m *generator) line(verb, path string, query []string, body string) string {
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	text := verb + " " + path + shown
	if compare.Chance(m.Rand, 4) {
		text += "\nAccept: " + compare.Pick(m.Rand, []string{
			"text/html", "application/json;as=Table;g=meta.k8s.io;v=v1", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
			"application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", "*/*", "application/xml, application/json",
		})
	}
	if body != "" && compare.Chance(m.Rand, 1) {
		text += "\nContent-Type: " + compare.Pick(m.Rand, []string{"text/plain", "application/yaml"})
	}
	if body != "" {
		text += "\nraw " + body
	}
	return text
}

func (m *generator) item() string { return m.paths[m.at] + "/" + compare.Pick(m.Rand, m.names) }

// object returns a body for a create or an update.
func (m *generator) object(name string, valid bool, fields []fieldValues) document {
	d := document{}
	d.set("apiVersion", `"`+m.version[m.at]+`"`)
	d.set("kind", `"`+m.name+`"`)
	if name != "" {
		d.set("metadata.name", `"`+name+`"`)
	}
	if valid {
		for _, c := range m.valid {
			d.set(c.path, compare.Pick(m.Rand, c.values))
		}
	}
	vary(m.Rand, d, fields, 2)
	if compare.Chance(m.Rand, 25) {
		vary(m.Rand, d, metadata(), 2)
	}
	return d
}

// spoil returns the body as JSON. In one case of 25 its kind, version, metadata or syntax is wrong.
func (m *generator) spoil(d document) string {
	if !compare.Chance(m.Rand, 4) {
		return d.json()
	}
	switch m.IntN(8) {
	case 0:
		delete(d, "kind")
	case 1:
		delete(d, "apiVersion")
	case 2:
		d.set("kind", `"Other"`)
	case 3:
		d.set("apiVersion", compare.Pick(m.Rand, []string{`"v9"`, `""`, `"a/b/c"`, `1`}))
	case 4:
		d.set("metadata", compare.Pick(m.Rand, []string{`null`, `[]`, `"x"`, `{}`}))
	case 5:
		return compare.Pick(m.Rand, []string{"[]", "null", `"x"`, "{", "{}", "1"})
	case 6:
		d.set("metadata.namespace", `"other"`)
	case 7:
		return strings.TrimSuffix(d.json(), "}") + `,"kind":"` + m.name + `"}`
	}
	return d.json()
}

// options returns query parameters of a write.
func (m *generator) options() (query []string) {
	if compare.Chance(m.Rand, 8) {
		query = append(query, "dryRun="+compare.Pick(m.Rand, []string{"All", "All", "Some"}))
	}
	if compare.Chance(m.Rand, 20) {
		query = append(query, "fieldValidation="+compare.Pick(m.Rand, []string{"Strict", "Warn", "Ignore", "Odd"}))
	}
	if compare.Chance(m.Rand, 30) {
		query = append(query, "fieldManager="+compare.Pick(m.Rand, []string{"m1", "m2", "m1"}))
	}
	return query
}

func (m *generator) create(odd bool) string {
	name := compare.Pick(m.Rand, m.names)
	if !odd {
		name = m.names[0]
	}
	d := m.object(name, true, m.fields)
	if !odd {
		return m.line("POST", m.paths[m.at], nil, m.object(name, true, m.fields[:1]).json())
	}
	if !m.cluster && compare.Chance(m.Rand, 8) {
		d = m.object("", true, m.fields[:0])
		delete(d, "metadata")
		d.set("metadata.generateName", `"`+m.names[0]+`-"`)
	}
	return m.line("POST", m.paths[m.at], m.options(), m.spoil(d))
}

// change returns an update or a patch that sets fields.
func (m *generator) change(verb, sub string, fields []fieldValues) string {
	path := m.item() + sub
	name := path[strings.LastIndex(strings.TrimSuffix(path, sub), "/")+1 : len(path)-len(sub)]
	query := m.options()
	var d document
	switch verb {
	case "PUT":
		d = m.object(name, true, fields)
	case "APPLY":
		d = m.object(name, sub == "" && compare.Chance(m.Rand, 60), fields)
		if compare.Chance(m.Rand, 90) {
			query = append(m.options(), "fieldManager="+compare.Pick(m.Rand, []string{"m1", "m2"}))
		}
		if compare.Chance(m.Rand, 40) {
			query = append(query, "force=true")
		}
	default:
		d = document{}
		vary(m.Rand, d, fields, 2)
		if compare.Chance(m.Rand, 30) {
			vary(m.Rand, d, metadata(), 1)
		}
		return m.line(verb, path, query, d.json())
	}
	return m.line(verb, path, query, m.spoil(d))
}

func (m *generator) jsonPatch() string {
	var operations []string
	for range 1 + m.IntN(2) {
		c := compare.Pick(m.Rand, append(metadata(), m.fields...))
		op := compare.Pick(m.Rand, []string{"add", "add", "replace", "remove", "test", "odd"})
		path := "/" + strings.ReplaceAll(c.path, ".", "/")
		operations = append(operations, `{"op":"`+op+`","path":"`+path+`","value":`+compare.Pick(m.Rand, c.values)+`}`)
	}
	return m.line("JSON", m.item(), m.options(), "["+strings.Join(operations, ",")+"]")
}

func (m *generator) statusRequest() string {
	if m.status == nil {
		return m.get()
	}
	verb := compare.Pick(m.Rand, []string{"PUT", "MERGE", "STRATEGIC", "APPLY"})
	return m.change(verb, "/status", append(m.status, m.fields[0]))
}

func (m *generator) subresource() string {
	if m.sub == nil {
		return m.get()
	}
	path := m.item()
	name := path[strings.LastIndex(path, "/")+1:]
	switch sub := compare.Pick(m.Rand, m.sub); sub {
	case "eviction":
		body := compare.Pick(m.Rand, []string{
			`{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"` + name + `"}}`, `{"metadata":{"name":"other"}}`, `{}`,
			`{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"` + name + `"},"deleteOptions":{"gracePeriodSeconds":0}}`,
			`{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"` + name + `"},"deleteOptions":{"dryRun":["All"]}}`,
		})
		return m.line("POST", path+"/eviction", nil, body)
	case "binding":
		return m.line("POST", path+"/binding", nil, `{"apiVersion":"v1","kind":"Binding","metadata":{"name":"`+name+`"},"target":{"kind":"Node","name":"n1"}}`)
	case "finalize":
		return m.line("PUT", path+"/finalize", nil, m.object(name, true, m.fields[:1]).json())
	default:
		return m.scale(path+"/"+sub, name)
	}
}

func (m *generator) scale(path, name string) string {
	replicas := fieldValues{"spec.replicas", []string{"0", "2", "5", "-1", `"x"`, "null"}}
	d := document{}
	verb := compare.Pick(m.Rand, []string{"GET", "PUT", "MERGE", "APPLY", "JSON"})
	var query []string
	switch verb {
	case "GET":
		return m.line("GET", path, nil, "")
	case "JSON":
		return m.line("JSON", path, nil, `[{"op":"replace","path":"/spec/replicas","value":`+compare.Pick(m.Rand, replicas.values)+`}]`)
	case "PUT", "APPLY":
		d.set("apiVersion", `"autoscaling/v1"`)
		d.set("kind", `"Scale"`)
		d.set("metadata.name", `"`+name+`"`)
		query = []string{"fieldManager=" + compare.Pick(m.Rand, []string{"m1", "m2", "s"})}
		if verb == "APPLY" && compare.Chance(m.Rand, 40) {
			query = append(query, "force=true")
		}
	}
	if compare.Chance(m.Rand, 85) {
		vary(m.Rand, d, []fieldValues{replicas, replicas}, 1)
	}
	return m.line(verb, path, query, d.json())
}

func (m *generator) get() string {
	path := m.item()
	if m.status != nil && compare.Chance(m.Rand, 20) {
		path += "/status"
	}
	return m.line("GET", path, nil, "")
}

func (m *generator) list() string {
	var query []string
	if m.cluster {
		query = append(query, "labelSelector=kubernetes.io/metadata.name=${ns}-a")
	} else if compare.Chance(m.Rand, 40) {
		query = append(query, "labelSelector="+compare.Pick(m.Rand, []string{"app=x", "app!=x", "app%20in%20(x,y)", "!app", "app==", "a%20b"}))
	}
	if compare.Chance(m.Rand, 30) {
		query = append(query, "fieldSelector="+compare.Pick(m.Rand, []string{"metadata.name=a", "metadata.name!=a", "spec.odd=1", "metadata.namespace=${ns}", "odd"}))
	}
	if !m.cluster && compare.Chance(m.Rand, 30) {
		query = append(query, "limit="+compare.Pick(m.Rand, []string{"1", "500", "0", "x"}))
	}
	if compare.Chance(m.Rand, 10) {
		query = append(query, "resourceVersion="+compare.Pick(m.Rand, []string{"x", "${rv}&resourceVersionMatch=Exact", "${rv}&resourceVersionMatch=Odd"}))
	}
	return m.line("GET", m.paths[m.at], query, "")
}

func (m *generator) delete() string {
	if compare.Chance(m.Rand, 15) && !m.cluster {
		return m.line("DELETE", m.paths[m.at], []string{"labelSelector=app=x"}, "")
	}
	body := ""
	if compare.Chance(m.Rand, 40) {
		body = compare.Pick(m.Rand, []string{
			`{"preconditions":{"resourceVersion":"${rv}"}}`, `{"preconditions":{"uid":"x"}}`, `{"propagationPolicy":"Foreground"}`,
			`{"propagationPolicy":"Orphan"}`, `{"propagationPolicy":"Odd"}`, `{"gracePeriodSeconds":0}`, `{"gracePeriodSeconds":-1}`,
			`{"dryRun":["All"]}`, `{"kind":"DeleteOptions","apiVersion":"v1"}`, `{"orphanDependents":true}`, `{`, `[]`,
		})
	}
	return m.line("DELETE", m.item(), nil, body)
}

// odd returns a request with a method or a path that does not exist.
func (m *generator) odd() string {
	return compare.Pick(m.Rand, []string{
		m.line("PUT", m.paths[m.at], nil, "{}"), m.line("POST", m.item(), nil, "{}"), m.line("GET", m.item()+"/odd", nil, ""),
		m.line("PATCH", m.item(), nil, "{}"), m.line("MERGE", m.paths[m.at], nil, "{}"), m.line("GET", m.item()+"/scale", nil, ""),
		m.line("DELETE", m.item()+"/status", nil, ""), m.line("GET", m.paths[m.at]+"/B_", nil, ""), m.line("PUT", m.item()+"/status", nil, "{}"),
	})
}

// watch reads the events since the start of a conversation.
func (m *generator) watch() []string {
	return []string{"WATCH w " + m.paths[0] + "?resourceVersion=${start}&timeoutSeconds=1" + shown, "READ w end"}
}
