package latest

import "bytes"

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
