// Package within keeps requests on the server, and below the path, that they are meant for. Paths and redirects also
// come from servers: from discovery, from OpenAPI, and from attackers in a server's place.
package within

import (
	"fmt"
	"path"
	"strings"
)

// Path joins elements below root. It cleans each element, joins them, and checks the result. An element that leads out
// of the path before it is an error: the name that a server gives a group must not decide which of several servers
// behind one proxy gets the credentials.
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

// Below reports whether a path is root or below it.
func Below(root, p string) bool {
	root = strings.TrimSuffix(path.Clean(root), "/")
	if root == "" || root == "." {
		return true
	}
	cleaned := path.Clean(p)
	return !Climbs(p) && (cleaned == root || strings.HasPrefix(cleaned, root+"/"))
}

// decoded removes one layer of the encodings that can hide a parent folder.
var decoded = strings.NewReplacer("%2e", ".", "%2E", ".", "%2f", "/", "%2F", "/", "%5c", `\`, "%5C", `\`, "%3b", ";", "%3B", ";", "%25", "%")

// Climbs reports whether any server or proxy could read a segment of the path as the parent folder: "..", also with
// encoded dots, or before a semicolon (parameters of a segment, RFC 3986, section 3.3) or a backslash.
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
