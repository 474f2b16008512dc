package model

import (
	"go/token"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// plural is the plural of a Go name by the rules of Kubernetes' generators, which follow English spelling: "Gateways",
// "Policies", "Ingresses", "Shelves".
func plural(singular string, exceptions map[string]string) string {
	if p, ok := exceptions[singular]; ok {
		return p
	}
	if len(singular) < 2 {
		return singular
	}
	stem, last, before := singular[:len(singular)-1], singular[len(singular)-1], singular[len(singular)-2]
	switch last {
	case 's', 'x', 'z':
		return singular + "es"
	case 'h':
		if before == 'c' || before == 's' {
			return singular + "es"
		}
	case 'y':
		if strings.IndexByte("bcdfghjklmnpqrstvwxyz", before) >= 0 {
			return stem + "ies"
		}
	case 'f':
		return stem + "ves"
	case 'e':
		if before == 'f' {
			return stem[:len(stem)-1] + "ves"
		}
	}
	return singular + "s"
}

// UpperFirst makes an identifier exported.
func UpperFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return strings.Repeat(string(unicode.ToUpper(first)), min(size, 1)) + s[size:]
}

// LowerFirst makes an identifier unexported in the way of Kubernetes' generators: "HTTPRoute" becomes "hTTPRoute".
// Handwritten expansions use these names, so they cannot be nicer.
func LowerFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return strings.Repeat(string(unicode.ToLower(first)), min(size, 1)) + s[size:]
}

// Exported makes an identifier exported even if its first letter has no upper case.
func Exported(s string) string {
	if name := UpperFirst(s); token.IsExported(name) {
		return name
	}
	return "X" + s
}

// goNameOf turns the first part of a group's name into an exported identifier: "my-group.example.com" to "MyGroup". It
// returns nothing if that is impossible.
func goNameOf(group string) string {
	if group == "" {
		return "Core"
	}
	first, _, _ := strings.Cut(group, ".")
	var name strings.Builder
	for part := range strings.FieldsFuncSeq(first, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }) {
		name.WriteString(UpperFirst(part))
	}
	if s := name.String(); token.IsExported(s) && token.IsIdentifier(s) {
		return s
	}
	return ""
}

// folderName turns a name into one for a folder and a Go package: lower case, without signs, without all that follows a dot.
// A name with a meaning in Go gets the suffix "group": "type" becomes typegroup. It returns nothing if that is impossible.
func folderName(s string) string {
	s, _, _ = strings.Cut(strings.ToLower(s), ".")
	s = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' {
			return r
		}
		return -1
	}, s)
	// Go ignores folders that begin with an underscore.
	if s = strings.TrimLeft(s, "_"); hasMeaning(s) {
		s += "group"
	}
	if !token.IsIdentifier(s) {
		return ""
	}
	return s
}

// hasMeaning reports whether a folder cannot have a name, because it means something to Go or to informers.
func hasMeaning(s string) bool {
	switch s {
	case "internal", "vendor", "testdata", "main", "internalinterfaces":
		return true
	}
	return token.IsKeyword(s)
}

var (
	versionName = regexp.MustCompile(`^v[1-9][0-9]*((alpha|beta)[1-9][0-9]*)?$`)
	// labelName matches what the API server accepts as the version of a custom resource.
	labelName = regexp.MustCompile(`^[a-z]([a-z0-9]*[a-z0-9])?$`)
	// subresourcePath matches names separated by slashes.
	subresourcePath = regexp.MustCompile(`^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(/[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*$`)
	// resourceLabel matches what the API server accepts as the name of a resource.
	resourceLabel = regexp.MustCompile(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)
)
