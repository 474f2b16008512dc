package latest

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"

	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	v1 "github.com/typewright/typewright/runtime/clientcmd/api/v1"
)

const configKind = "Config"

// DecodeError says what is wrong with the content of a kubeconfig. It never quotes values: they may be secret.
type DecodeError struct {
	// Key is the path of the field, such as users[1].user.token; empty where the whole file is meant.
	Key string
	// Problem is what is wrong, and what to do.
	Problem string
}

// Error is the key and the problem.
func (e *DecodeError) Error() string {
	if e.Key == "" {
		return e.Problem
	}
	return e.Key + ": " + e.Problem
}

// Decode reads a kubeconfig. No content, or none but comments, is an empty config. Errors are of type *DecodeError.
func Decode(data []byte) (*api.Config, error) {
	config := api.NewConfig()
	if len(data) == 0 {
		return config, nil
	}
	if line := secondDocument(data); line != 0 {
		return nil, &DecodeError{Problem: fmt.Sprintf("line %d begins a second document: a kubeconfig is one", line)}
	}
	if err := checkNumber(data); err != nil {
		return nil, err
	}
	if err := checkAliases(data); err != nil {
		return nil, err
	}
	json, err := yaml.YAMLToJSON(data)
	if err != nil {
		return nil, &DecodeError{Problem: unquoted(err)}
	}
	var file v1.Config
	if err := kjson.UnmarshalCaseSensitivePreserveInts(json, &file); err != nil {
		return nil, misfit(json)
	}
	if err := checkKind(&file); err != nil {
		return nil, err
	}
	v1.SetObjectDefaults_Config(&file)
	if err := v1.Convert_v1_Config_To_api_Config(&file, config, nil); err != nil {
		return nil, &DecodeError{Problem: err.Error()}
	}
	return config, nil
}

// Encode writes a config as YAML: lists sorted by name, the same bytes for the same config.
func Encode(config *api.Config) ([]byte, error) {
	file := &v1.Config{}
	if err := v1.Convert_api_Config_To_v1_Config(config, file, nil); err != nil {
		return nil, err
	}
	return marshal(file)
}

func marshal(file *v1.Config) ([]byte, error) {
	out := *file
	out.SetGroupVersionKind(ExternalVersion.WithKind(configKind))
	return yaml.Marshal(&out)
}

// checkKind refuses files that say they are something else; those that say nothing pass.
func checkKind(file *v1.Config) error {
	if file.Kind != "" && file.Kind != configKind {
		return &DecodeError{Key: "kind", Problem: fmt.Sprintf("a kubeconfig is of kind %s, not %q", configKind, file.Kind)}
	}
	if file.APIVersion != "" && file.APIVersion != Version {
		return &DecodeError{Key: "apiVersion", Problem: fmt.Sprintf("kubeconfigs are read in version %s, not %q", Version, file.APIVersion)}
	}
	return nil
}

// quoted finds what errors of YAML repeat of their input.
var quoted = regexp.MustCompile("(?s)(anchor )'.*'|(key: ).*|(cannot decode \\S+ )`.*`")

// unquoted is an error of YAML without what it repeats of the input: an unquoted password that begins with * is the name
// of an anchor to YAML.
func unquoted(err error) string {
	return quoted.ReplaceAllString(err.Error(), "${1}${2}${3}(not shown)")
}

// misfit says which field does not fit the format. It is asked once decoding has failed.
func misfit(json []byte) error {
	err := locate(json)
	if located, ok := errors.AsType[*DecodeError](err); ok {
		return located
	}
	return &DecodeError{Problem: "the content does not have the format of a kubeconfig"}
}

// secondDocument returns the number of the line on which a second YAML document begins, and 0 where there is none.
// Markers without content around them, as scripts leave them at either end of a file, separate nothing.
func secondDocument(data []byte) int {
	content, marker, number := false, 0, 0
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
		number++
		rest, isMarker := cutMarker(line)
		if isMarker {
			if content {
				marker = number
			}
			line = rest
		}
		switch line = bytes.TrimSpace(line); {
		case len(line) == 0, line[0] == '#', line[0] == '%' && !content:
		case marker != 0:
			return marker
		default:
			content = true
		}
	}
	return 0
}

// cutMarker tells whether a line begins or ends a document, and returns what follows the marker.
func cutMarker(line []byte) ([]byte, bool) {
	for _, marker := range []string{"---", "..."} {
		rest, found := bytes.CutPrefix(line, []byte(marker))
		if found && (len(bytes.TrimSpace(rest)) == 0 || rest[0] == ' ' || rest[0] == '\t') {
			return rest, true
		}
	}
	return nil, false
}
