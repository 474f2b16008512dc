package kubectl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// normalizer replaces what must differ between two servers.
type normalizer struct{ host, dir, namespace string }

// replacement replaces a value that must differ.
type replacement struct {
	pattern *regexp.Regexp
	with    string
}

// replacements are applied in this order. The width of a column depends on its values, so spaces after a value are replaced with it.
var replacements = []replacement{
	{regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`), "UID"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)`), "TIME"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4}( UTC)?`), "TIME"},
	{regexp.MustCompile(`[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}`), "TIME"},
	{regexp.MustCompile(`(?m)^(stderr: )?[EIW]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ `), "${1}LOG "},
	{regexp.MustCompile(`(resourceVersion\\*"?:) ?\\*"?\d+\\*"?`), "$1 RV"},
	{regexp.MustCompile(`(Resource Version: +)\d+`), "${1}RV"},
	{regexp.MustCompile(`(?m)([ :])(<invalid>|\d+[smh](\d+s)?)( +|$)`), "${1}AGE "},
	{regexp.MustCompile(`10\.(0|96)\.\d+\.\d+`), "IP"},
	{regexp.MustCompile(`([nN]odePort\\*"?: *(\S+ +)?)3[0-2]\d{3}`), "${1}PORT"},
	{regexp.MustCompile(`(\d+:)3[0-2]\d{3}/`), "${1}PORT/"},
	{regexp.MustCompile(`(kubectl-edit-|kubectl_replace_|LIVE-|MERGED-)\d+`), "${1}NUMBER"},
	{regexp.MustCompile(`\b([ab]|NS-[ab])[bcdfghjklmnpqrstvwxz2456789]{5}\b`), "${1}RANDOM"},
}

// gaps are the spaces between the columns of a table.
var gaps = regexp.MustCompile("   +")

func (n normalizer) text(text string) string {
	before, exit, _ := strings.Cut(text, "\nexit ")
	if json.Valid([]byte(before)) {
		text = string(indented([]byte(before))) + "exit " + exit
	}
	text = strings.NewReplacer(n.host, "https://SERVER", strings.TrimPrefix(n.host, "https://"), "SERVER", n.dir, "DIR", n.namespace, "NS").Replace(text)
	for _, r := range replacements {
		text = r.pattern.ReplaceAllString(text, r.with)
	}
	if strings.Contains(text, "CLUSTER-IP") {
		text = gaps.ReplaceAllString(text, "  ")
	}
	return text
}

// indented indents JSON. It sorts managed fields by manager, because their order in time depends on when a second ends.
func indented(text []byte) []byte {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return text
	}
	sortManagers(value)
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "    ")
	if err := encoder.Encode(value); err != nil {
		return text
	}
	return b.Bytes()
}

func sortManagers(value any) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			sortManagers(item)
		}
	case map[string]any:
		if entries, ok := value["managedFields"].([]any); ok {
			slices.SortStableFunc(entries, func(a, b any) int { return strings.Compare(manager(a), manager(b)) })
		}
		for _, item := range value {
			sortManagers(item)
		}
	}
}

// manager returns what identifies an entry of managed fields.
func manager(entry any) string {
	fields, _ := entry.(map[string]any)
	return fmt.Sprint(fields["manager"], fields["operation"], fields["subresource"], fields["apiVersion"])
}
