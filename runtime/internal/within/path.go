// Package within keeps requests with the server, and below the path, that they are meant for. Paths and redirects come from
// servers too: from discovery, from OpenAPI, from whoever answers in a server's place.
package within

import (
	"fmt"
	"path"
	"strings"
)

// Path joins elements below root: each is cleaned, then all are joined, then the result is checked. An element that leads
// out of what it is joined to is an error, whatever stands in front of it: what a server calls a group must not decide
// which server, of several behind one proxy, gets the credentials.
func Path(root string, elements ...string) (string, error) {
	parts := make([]string, 1, len(elements)+1)
	parts[0] = root
	for _, element := range elements {
		cleaned := path.Clean(strings.TrimLeft(element, "/"))
		if Climbs(cleaned) {
			return "", fmt.Errorf("path %.200q leads out of the path that it belongs below: it must not have segments \"..\", encoded or not", element)
		}
		if cleaned == "." {
			cleaned = ""
		}
		if root == "" && len(parts) == 1 && strings.HasPrefix(element, "/") {
			cleaned = "/" + cleaned
		}
		parts = append(parts, cleaned)
	}
	joined := path.Join(parts...)
	if !Below(root, joined) {
		return "", fmt.Errorf("path %.200q does not lie below %.200q", joined, root)
	}
	return joined, nil
}

// Below reports whether a path lies below root, or is root.
func Below(root, p string) bool {
	root = strings.TrimSuffix(path.Clean(root), "/")
	if root == "" || root == "." {
		return true
	}
	cleaned := path.Clean(p)
	return !Climbs(p) && (cleaned == root || strings.HasPrefix(cleaned, root+"/"))
}

// decoded undoes one layer of those encodings that can hide a parent folder.
var decoded = strings.NewReplacer("%2e", ".", "%2E", ".", "%2f", "/", "%2F", "/", "%5c", `\`, "%5C", `\`, "%3b", ";", "%3B", ";", "%25", "%")

// Climbs reports whether a path has a segment that means the folder above to any server or proxy: "..", also with encoded
// dots, before a semicolon (parameters of a segment, RFC 3986, section 3.3) or a backslash.
func Climbs(p string) bool {
	if !strings.Contains(p, "..") && !strings.Contains(p, "%") {
		return false
	}
	for {
		for segment := range strings.FieldsFuncSeq(p, func(r rune) bool { return r == '/' || r == '\\' }) {
			if name, _, _ := strings.Cut(segment, ";"); name == ".." {
				return true
			}
		}
		plain := decoded.Replace(p)
		if plain == p {
			return false
		}
		p = plain // shorter each time
	}
}
