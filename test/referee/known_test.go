package referee

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/typewright/typewright/runtime/clientcmd"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	v1 "github.com/typewright/typewright/runtime/clientcmd/api/v1"
)

// knownDifference returns the reason why our answer differs from kubectl's, or "" if the difference is not intended.
// docs/decisions/kubeconfig.md explains the reasons.
func knownDifference(s *set, step []string, theirs, ours answer) string {
	switch {
	case slices.Contains(s.traits, "two documents") && ours.Failed && strings.Contains(ours.reason, "second document"):
		return "two documents"
	case ours.Failed && !theirs.Failed && strings.Contains(ours.reason, "user") && strings.Contains(ours.reason, "was not found for context"):
		return "a user that does not exist"
	case slices.Contains(step, "view") && theirs.Out != "" && redact(theirs.Out) == ours.Out:
		return "a view that hides more"
	case slices.Contains(step, "--token") && theirs.Out != "" && strings.Replace(theirs.Out, "token-of-a-file", "token-of-a-flag", 1) == ours.Out:
		return "a token on the command line beside a token file"
	default:
		return ""
	}
}

// redact applies RedactSecrets to a view that kubectl printed.
func redact(view string) string {
	config, err := clientcmd.Load([]byte(view))
	if err != nil || api.RedactSecrets(config) != nil {
		return ""
	}
	var file v1.Config
	if err := v1.Convert_api_Config_To_v1_Config(config, &file, nil); err != nil {
		return ""
	}
	file.APIVersion, file.Kind = "v1", "Config"
	data, err := json.Marshal(file)
	if err != nil {
		return ""
	}
	return canonical(strings.ReplaceAll(string(data), redactedTwice, "DATA+OMITTED"))
}

// redactedTwice is "REDACTED" in base64: what RedactSecrets makes of a key that kubectl has already redacted.
const redactedTwice = "UkVEQUNURUQ="
