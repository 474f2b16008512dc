package conformance

import "regexp"

// table replaces in the rows of a table what no two runs share: in the objects, and in cells with addresses, ports and ages.
func (s *symbols) table(object map[string]any, show view) {
	s.object(object, show)
	rows, _ := object["rows"].([]any)
	for _, row := range rows {
		row, _ := row.(map[string]any)
		if shown, ok := row["object"].(map[string]any); ok {
			s.object(shown, show)
		}
		cells, _ := row["cells"].([]any)
		for i, cell := range cells {
			if text, ok := cell.(string); ok {
				cells[i] = cellSymbols(text)
			}
		}
	}
}

var (
	addressCell = regexp.MustCompile(`^10(\.\d+){3}$`)
	portInCell  = regexp.MustCompile(`:3\d{4}/`)
	ageCell     = regexp.MustCompile(`^\d+s$`)
)

// cellSymbols returns the text of a cell with symbols for an address, the node ports of a service or an age.
func cellSymbols(text string) string {
	switch {
	case addressCell.MatchString(text):
		return "<ip>"
	case ageCell.MatchString(text):
		return "<age>"
	}
	return portInCell.ReplaceAllString(text, ":<port>/")
}
