package rest

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"
)

// IsValidPathSegmentName returns why name cannot be one segment of a path, nothing where it can: "." and ".." cannot, nor
// can what has a slash or a percent sign in it.
func IsValidPathSegmentName(name string) []string { return content.IsPathSegmentName(name) }

// IsValidPathSegmentPrefix returns why name cannot be the beginning of a segment of a path, nothing where it can.
func IsValidPathSegmentPrefix(name string) []string {
	var problems []string
	for _, illegal := range []string{"/", "%"} {
		if strings.Contains(name, illegal) {
			problems = append(problems, "may not contain '"+illegal+"'")
		}
	}
	return problems
}

// ValidatePathSegmentName is IsValidPathSegmentPrefix if prefix is set, else IsValidPathSegmentName.
func ValidatePathSegmentName(name string, prefix bool) []string {
	if prefix {
		return IsValidPathSegmentPrefix(name)
	}
	return IsValidPathSegmentName(name)
}
