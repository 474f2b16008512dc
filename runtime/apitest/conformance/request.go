package conformance

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

// request is a request line with its headers and body, variables expanded.
type request struct {
	verb   string // HTTP's
	path   string
	header http.Header
	body   string
	show   view
}

// places are where resources that cases name for short are served. Those in a namespace live in the case's own.
var places = map[string]struct {
	base    string
	cluster bool
}{
	"configmaps": {base: "/api/v1"}, "secrets": {base: "/api/v1"}, "pods": {base: "/api/v1"}, "services": {base: "/api/v1"},
	"replicationcontrollers": {base: "/api/v1"}, "serviceaccounts": {base: "/api/v1"},
	"namespaces": {base: "/api/v1", cluster: true}, "nodes": {base: "/api/v1", cluster: true},
	"deployments": {base: "/apis/apps/v1"}, "replicasets": {base: "/apis/apps/v1"}, "statefulsets": {base: "/apis/apps/v1"},
	"gizmos":  {base: "/apis/" + Group + "/v1"},
	"widgets": {base: "/apis/" + Group + "/v1"}, "plates": {base: "/apis/" + Group + "/v1", cluster: true},
}

// versions are the API versions of kinds that cases name for short.
var versions = map[string]string{
	"ConfigMap": "v1", "Secret": "v1", "Pod": "v1", "Service": "v1", "ReplicationController": "v1", "Namespace": "v1", "Node": "v1",
	"Deployment": "apps/v1", "ReplicaSet": "apps/v1", "Scale": "autoscaling/v1", "DeleteOptions": "v1", "ServiceAccount": "v1",
	"StatefulSet": "apps/v1", "Gizmo": Group + "/v1", "Widget": Group + "/v1", "Plate": Group + "/v1", "Eviction": "policy/v1",
}

// patches are the verbs that stand for a PATCH of a content type.
var patches = map[string]string{
	"MERGE": "application/merge-patch+json", "JSON": "application/json-patch+json",
	"STRATEGIC": "application/strategic-merge-patch+json", "APPLY": "application/apply-patch+yaml",
}

// parseRequest reads the lines of a request: VERB PATH [VIEW...], then headers, then the body.
func parseRequest(lines []string, vars map[string]string) (request, error) {
	words := strings.Fields(expand(lines[0], vars))
	if len(words) < 2 {
		return request{}, fmt.Errorf("%q: a request is VERB PATH", lines[0])
	}
	r := request{verb: words[0], path: resolve(words[1], vars["ns"]), header: http.Header{}}
	r.header.Set("Accept", "application/json")
	r.header.Set("User-Agent", "conformance")
	if contentType, ok := patches[r.verb]; ok {
		r.verb = http.MethodPatch
		r.header.Set("Content-Type", contentType)
	} else {
		r.header.Set("Content-Type", "application/json")
	}
	var err error
	if r.show, err = parseView(words[2:]); err != nil {
		return request{}, err
	}
	lines = lines[1:]
	for len(lines) > 0 {
		name, value, ok := strings.Cut(lines[0], ": ")
		if !ok || !headerName.MatchString(name) {
			break
		}
		r.header.Set(name, expand(value, vars))
		lines = lines[1:]
	}
	r.body, err = parseBody(expand(strings.Join(lines, "\n"), vars))
	return r, err
}

var headerName = regexp.MustCompile(`^(Accept|Content-Type|X-[A-Za-z-]+)$`)

// resolve completes a path that begins with the name of a resource.
func resolve(path, namespace string) string {
	if strings.HasPrefix(path, "/") {
		return path
	}
	name := path[:len(path)-len(strings.TrimLeft(path, "abcdefghijklmnopqrstuvwxyz"))]
	place, ok := places[name]
	switch {
	case !ok:
		return "/" + path
	case place.cluster:
		return place.base + "/" + path
	}
	return place.base + "/namespaces/" + namespace + "/" + path
}

var objectLine = regexp.MustCompile(`(?s)^([A-Z][A-Za-z]+) (\S+)(?: (\{.*))?$`)

// parseBody reads a body: "raw TEXT" as it is, "KIND NAME {YAML}" as an object of one of the kinds above ("-" for no
// name), and else YAML, which is sent as JSON.
func parseBody(text string) (string, error) {
	if raw, ok := strings.CutPrefix(text, "raw "); ok || text == "" {
		return raw, nil
	}
	match := objectLine.FindStringSubmatch(text)
	if match == nil {
		return toJSON(text)
	}
	version, ok := versions[match[1]]
	if !ok {
		return "", fmt.Errorf("%q: no kind %s is known here", text, match[1])
	}
	object := map[string]any{}
	if err := yaml.Unmarshal([]byte(match[3]), &object); err != nil {
		return "", fmt.Errorf("%q: %w", text, err)
	}
	object["apiVersion"], object["kind"] = version, match[1]
	if match[2] != "-" {
		metadata, _ := object["metadata"].(map[string]any)
		if metadata == nil {
			metadata = map[string]any{}
		}
		metadata["name"], object["metadata"] = match[2], metadata
	}
	data, err := yaml.Marshal(object)
	if err != nil {
		return "", err
	}
	return toJSON(string(data))
}

func toJSON(text string) (string, error) {
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return "", fmt.Errorf("%q: %w", text, err)
	}
	return string(data), nil
}

var variable = regexp.MustCompile(`\$\{([a-zA-Z0-9*]+)\}`)

// expand replaces ${name} by the variable, and ${x*N} by N letters.
func expand(text string, vars map[string]string) string {
	return variable.ReplaceAllStringFunc(text, func(found string) string {
		name := found[2 : len(found)-1]
		if letter, count, ok := strings.Cut(name, "*"); ok {
			if n, err := strconv.Atoi(count); err == nil {
				return strings.Repeat(letter, n)
			}
		}
		if value, ok := vars[name]; ok {
			return value
		}
		return found
	})
}

// view says what of an answer is shown: +uid, +managedFields, +creationTimestamp and +items add what is left out
// otherwise; only=a.b,c shows these paths alone.
type view struct {
	add  []string
	only []string
}

func parseView(words []string) (view, error) {
	var v view
	for _, word := range words {
		if added, ok := strings.CutPrefix(word, "+"); ok {
			v.add = append(v.add, added)
		} else if paths, ok := strings.CutPrefix(word, "only="); ok {
			v.only = strings.Split(paths, ",")
		} else {
			return v, fmt.Errorf("%q: a view is +FIELD or only=PATHS", word)
		}
	}
	return v, nil
}

func (v view) adds(field string) bool { return slices.Contains(v.add, field) }
