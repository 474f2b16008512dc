package load

import "bytes"

// outline returns the source with the bodies of functions and of large variables cut out, each line in its place. It
// goes by layout as gofmt writes it: what starts in the first column ends with a closing bracket in the first column.
// Source of another layout may come out broken; whoever parses an outline falls back to the source then.
func outline(source []byte) []byte {
	whole := source
	out := make([]byte, 0, len(source)/4)
	closing := byte(0)
	for len(source) > 0 {
		line := source
		if end := bytes.IndexByte(source, '\n'); end >= 0 {
			line, source = source[:end], source[end+1:]
		} else {
			source = nil
		}
		switch {
		case closing != 0:
			if len(line) == 1 && line[0] == closing {
				closing = 0
			}
		case bytes.HasPrefix(line, []byte("func ")) && opens(line):
			out = append(out, line[:len(line)-1]...)
			closing = '}'
		case bytes.HasPrefix(line, []byte("var ")) && opens(line) && bytes.Contains(line, []byte(" = ")):
			declared, _, _ := bytes.Cut(line, []byte(" = "))
			out = append(out, declared...)
			if bytes.Count(declared, []byte(" ")) == 1 {
				out = append(out, " any"...) // no type stood there
			}
			closing = '}'
		default:
			out = append(out, line...)
		}
		out = append(out, '\n')
	}
	if closing != 0 {
		return whole // something ended otherwise, and what follows it was taken for a part of it
	}
	return out
}

func opens(line []byte) bool { return len(line) > 0 && line[len(line)-1] == '{' }
