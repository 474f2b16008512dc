package conformance

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// symbols show by names what no two runs share: the first uid of a case is uid1, the first version rv1, …, so that
// what is equal stays equal and what changes changes.
type symbols struct {
	namespace string
	versions  map[string]string
	uids      map[string]string
	generated map[string]string
}

func newSymbols(namespace string) *symbols {
	return &symbols{namespace: namespace, versions: map[string]string{}, uids: map[string]string{}, generated: map[string]string{}}
}

func number(names map[string]string, value, prefix string) string {
	if names[value] == "" {
		names[value] = fmt.Sprintf("%s%d", prefix, len(names)+1)
	}
	return names[value]
}

// describe shows a document: a Status in words, anything else as its kind and JSON.
func (s *symbols) describe(object map[string]any, show view) []string {
	u := unstructured.Unstructured{Object: runtime.DeepCopyJSON(object)}
	switch {
	case u.GetKind() == "Status" && u.GetAPIVersion() == "v1":
		return s.status(u.Object)
	case u.GetKind() == "Table":
		s.table(u.Object, show)
	case u.IsList() || strings.HasSuffix(u.GetKind(), "List"):
		s.list(u.Object, show)
	default:
		s.object(u.Object, show)
	}
	resources(u.Object)
	head := u.GetKind()
	delete(u.Object, "apiVersion")
	delete(u.Object, "kind")
	content := u.Object
	if len(show.only) > 0 {
		content = project(u.Object, show.only)
	}
	return []string{strings.TrimSpace(head + " " + s.json(content))}
}

// resources leaves out of a list of resources what follows the server's storage, and puts those of definitions in order:
// a kube-apiserver lists definitions in the order of a map. The resources of one definition keep theirs.
func resources(object map[string]any) {
	list, _ := object["resources"].([]any)
	for _, resource := range list {
		if resource, ok := resource.(map[string]any); ok {
			delete(resource, "storageVersionHash")
		}
	}
	if version, _ := object["groupVersion"].(string); strings.HasPrefix(version, Group+"/") {
		slices.SortStableFunc(list, func(a, b any) int { return strings.Compare(definitionOf(a), definitionOf(b)) })
	}
}

// definitionOf is the name of a resource without its subresource.
func definitionOf(resource any) string {
	fields, _ := resource.(map[string]any)
	name, _ := fields["name"].(string)
	definition, _, _ := strings.Cut(name, "/")
	return definition
}

func (s *symbols) json(value any) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err.Error()
	}
	return s.text(strings.TrimSpace(b.String()))
}

// status is the reason and message of a Status, and its details on a line of their own.
func (s *symbols) status(object map[string]any) []string {
	sortCauses(object)
	reason, _ := object["reason"].(string)
	message, _ := object["message"].(string)
	shown := podChangeInText.ReplaceAllString(sortErrors(message), "$1")
	if strings.Contains(shown, "failed to allocate IP") {
		shown = addressInText.ReplaceAllString(shown, "<ip>")
	}
	shown = patchedInText.ReplaceAllString(shown, "patch: Invalid value: <patched>")
	if outcome, _ := object["status"].(string); outcome == "Success" {
		reason = outcome
	}
	lines := []string{strings.TrimSpace(fmt.Sprintf("%s: %s", reason, s.text(strings.ReplaceAll(shown, "\n", `\n`))))}
	if details, ok := object["details"].(map[string]any); ok {
		s.uid(details)
		shortenCauses(details, message)
		lines = append(lines, "details "+s.json(details))
	}
	return lines
}

// undeclared is how an error about a field ends that a schema does not have.
const undeclared = ": field not declared in schema"

// sortErrors sorts the lines of a message that lists errors of an apply, and leaves out those that are there by chance: a server checks the
// fields of an object in random order, and stops at a field that the schema does not have.
func sortErrors(message string) string {
	head, list, found := strings.Cut(message, "): ")
	if !found || !strings.HasPrefix(head, "failed to create typed patch object (") {
		return message
	}
	lines := strings.Split(strings.TrimPrefix(list, "errors:\n"), "\n")
	for _, line := range slices.Clone(lines) {
		path, unknown := strings.CutSuffix(strings.TrimSpace(line), undeclared)
		if !unknown {
			continue
		}
		object := path[:strings.LastIndex(path, ".")+1]
		lines = slices.DeleteFunc(lines, func(other string) bool { return other != line && strings.HasPrefix(strings.TrimSpace(other), object) })
	}
	slices.Sort(lines)
	if len(lines) == 1 {
		return head + "): " + strings.TrimSpace(lines[0])
	}
	return head + "): errors:\n" + strings.Join(lines, "\n")
}

// sortCauses sorts the causes of a conflict, and those of an invalid custom object, config map or secret and the message that lists them: a
// server finds them in random order.
func sortCauses(object map[string]any) {
	details, _ := object["details"].(map[string]any)
	causes, _ := details["causes"].([]any)
	message, _ := object["message"].(string)
	if object["reason"] == "Conflict" {
		sortByText(causes)
		return
	}
	if details["group"] != Group && details["kind"] != "ConfigMap" && details["kind"] != "Secret" {
		return
	}
	head, _, found := strings.Cut(message, " is invalid: [")
	if !found || message != head+" is invalid: ["+listOf(causes)+"]" {
		return
	}
	sortByText(causes)
	object["message"] = head + " is invalid: [" + listOf(causes) + "]"
}

func sortByText(causes []any) {
	slices.SortStableFunc(causes, func(a, b any) int { return strings.Compare(listOf([]any{a}), listOf([]any{b})) })
}

// listOf returns the causes of a Status as its message lists them: each once.
func listOf(causes []any) string {
	var all []string
	for _, cause := range causes {
		cause, _ := cause.(map[string]any)
		if text := fmt.Sprint(cause["field"], ": ", cause["message"]); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, ", ")
}

// shortenCauses leaves out what the message of the Status says already.
func shortenCauses(details map[string]any, message string) {
	causes, _ := details["causes"].([]any)
	for _, cause := range causes {
		cause, ok := cause.(map[string]any)
		if text, _ := cause["message"].(string); ok && strings.Contains(message, text) {
			delete(cause, "message")
		}
	}
}

func (s *symbols) list(object map[string]any, show view) {
	if metadata, ok := object["metadata"].(map[string]any); ok {
		replace(metadata, "resourceVersion", "<rv>")
		replace(metadata, "continue", "<token>")
		delete(metadata, "selfLink")
	}
	items, _ := object["items"].([]any)
	for i := range items {
		item, ok := items[i].(map[string]any)
		if !ok {
			continue
		}
		if show.adds("items") {
			s.object(item, show)
			continue
		}
		items[i], _, _ = unstructured.NestedString(item, "metadata", "name")
	}
}

func (s *symbols) object(object map[string]any, show view) {
	metadata, ok := object["metadata"].(map[string]any)
	if !ok {
		return
	}
	s.metadata(metadata, show)
	allocated(object)
	if template, ok, _ := unstructured.NestedMap(object, "spec", "template", "metadata"); ok && len(template) == 0 {
		unstructured.RemoveNestedField(object, "spec", "template", "metadata")
	}
}

// allocated replaces the addresses and ports that a server has given to an object, if it is a service.
func allocated(service map[string]any) {
	spec, _ := service["spec"].(map[string]any)
	if spec["clusterIP"] == nil {
		return
	}
	if ip, _ := spec["clusterIP"].(string); strings.HasPrefix(ip, "10.") {
		spec["clusterIP"], spec["clusterIPs"] = "<ip>", []any{"<ip>"}
	}
	if spec["healthCheckNodePort"] != nil {
		spec["healthCheckNodePort"] = "<port>"
	}
	ports, _ := spec["ports"].([]any)
	for _, each := range ports {
		if port, ok := each.(map[string]any); ok && port["nodePort"] != nil {
			port["nodePort"] = "<port>"
		}
	}
}

func (s *symbols) metadata(metadata map[string]any, show view) {
	if bookmark := len(metadata) <= 3 && metadata["name"] == nil; bookmark {
		replace(metadata, "resourceVersion", "<rv>")
		if metadata["creationTimestamp"] == nil {
			delete(metadata, "creationTimestamp")
		}
		return
	}
	if version, ok := metadata["resourceVersion"].(string); ok && version != "" {
		metadata["resourceVersion"] = number(s.versions, version, "rv")
	}
	name, _ := metadata["name"].(string)
	prefix, _ := metadata["generateName"].(string)
	if prefix != "" && generatedName.MatchString(strings.TrimPrefix(name, prefix)) {
		s.generated[name] = prefix + "<5>"
	}
	if metadata["namespace"] == s.namespace {
		delete(metadata, "namespace")
	}
	s.uid(metadata)
	replace(metadata, "creationTimestamp", "<time>")
	replace(metadata, "deletionTimestamp", "<time>")
	for _, field := range []string{"uid", "creationTimestamp"} {
		if !show.adds(field) {
			delete(metadata, field)
		}
	}
	if !show.adds("managedFields") {
		delete(metadata, "managedFields")
		return
	}
	entries, _ := metadata["managedFields"].([]any)
	for _, entry := range entries {
		if entry, ok := entry.(map[string]any); ok {
			delete(entry, "time")
		}
	}
	// Their order follows the clock.
	slices.SortFunc(entries, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
}

var generatedName = regexp.MustCompile(`^[a-z0-9]{5}$`)

func (s *symbols) uid(holder map[string]any) {
	if uid, ok := holder["uid"].(string); ok && uid != "" {
		holder["uid"] = number(s.uids, uid, "uid")
	}
}

func replace(holder map[string]any, key, symbol string) {
	if value, ok := holder[key].(string); ok && value != "" {
		holder[key] = symbol
	}
}

var (
	versionInText = regexp.MustCompile(`(resource version: |current: |in precondition: |in object meta: |in the precondition \(|in record \(|: \d+ \()(\d+)\b`)
	uidInText     = regexp.MustCompile(`(UID in record \()[0-9a-f]{8}-[0-9a-f-]{27}`)
	nowInText     = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
	schemeInText  = regexp.MustCompile(`in scheme "[^"]*"`)
	// podChangeInText is how a pod would change, in the types of the server's memory, and what follows it.
	podChangeInText = regexp.MustCompile(`(?s)(pod updates may not change fields other than [^\n]*previously negative\)).*`)
	// addressInText is an address that the server has given to a service.
	addressInText = regexp.MustCompile(`\b10(?:\.\d+){3}\b`)
	// patchedInText is the whole object that a patch made, in the order of the server's memory.
	patchedInText = regexp.MustCompile(`patch: Invalid value: "(?:[^"\\]|\\.)*"`)
)

// text replaces within a text what no two runs share.
func (s *symbols) text(text string) string {
	text = strings.ReplaceAll(text, s.namespace, "$ns")
	for uid, symbol := range s.uids {
		text = strings.ReplaceAll(text, uid, symbol)
	}
	for name, symbol := range s.generated {
		text = strings.ReplaceAll(text, name, symbol)
	}
	text = uidInText.ReplaceAllString(text, "$1<uid>") // of an object that no answer has shown
	text = nowInText.ReplaceAllString(text, "<time>")
	text = schemeInText.ReplaceAllString(text, "in the scheme")
	return versionInText.ReplaceAllStringFunc(text, func(found string) string {
		match := versionInText.FindStringSubmatch(found)
		if symbol := s.versions[match[2]]; symbol != "" {
			return match[1] + symbol
		}
		return match[1] + "<rv>"
	})
}

// project keeps only what lies at the paths.
func project(object map[string]any, paths []string) map[string]any {
	kept := map[string]any{}
	for _, path := range paths {
		at := strings.Split(path, ".")
		if value, found, err := unstructured.NestedFieldNoCopy(object, at...); err == nil && found {
			_ = unstructured.SetNestedField(kept, runtime.DeepCopyJSONValue(value), at...)
		}
	}
	return kept
}
