package referee

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/typewright/typewright/runtime/clientcmd"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	v1 "github.com/typewright/typewright/runtime/clientcmd/api/v1"
)

// known gives the reason for which an answer of ours differs from kubectl's, and nothing where there is none. Each is
// explained in docs/decisions/kubeconfig.md.
func known(s *set, step []string, theirs, ours answer) string {
	switch {
	case slices.Contains(s.traits, "two documents") && ours.Failed && strings.Contains(ours.why, "second document"):
		return "two documents"
	case ours.Failed && !theirs.Failed && strings.Contains(ours.why, "user") && strings.Contains(ours.why, "was not found for context"):
		return "a user who does not exist"
	case slices.Contains(step, "view") && theirs.Out != "" && hidden(theirs.Out) == ours.Out:
		return "a view that hides more"
	case slices.Contains(step, "--token") && theirs.Out != "" && strings.Replace(theirs.Out, "token-of-a-file", "token-of-a-flag", 1) == ours.Out:
		return "a token on the command line beside a token file"
	default:
		return ""
	}
}

// hidden is a view of kubectl's as RedactSecrets leaves it.
func hidden(view string) string {
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

// redactedTwice is how a key that kubectl already left out reads after RedactSecrets: "REDACTED" in base64.
const redactedTwice = "UkVEQUNURUQ="
