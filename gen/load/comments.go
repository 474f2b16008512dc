package load

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// markers reads the marker lines of comment groups: a line that starts with "+" and a letter.
func (u *universe) markers(groups ...*ast.CommentGroup) model.Markers {
	var ms model.Markers
	for _, group := range groups {
		if group == nil {
			continue
		}
		u.used[group] = true
		for _, c := range group.List {
			ms = append(ms, u.markersOf(c)...)
		}
	}
	return ms
}

func (u *universe) markersOf(c *ast.Comment) model.Markers {
	if !strings.Contains(c.Text, "+") {
		return nil
	}
	var ms model.Markers
	text, offset := c.Text[2:], 2
	if c.Text[1] == '*' {
		text = strings.TrimSuffix(text, "*/")
	}
	for line := range strings.Lines(text) {
		if m, column, ok := parseMarker(line); ok {
			m.Pos = u.position(c.Slash + token.Pos(offset+column))
			ms = append(ms, m)
		}
		offset += len(line)
	}
	return ms
}

// parseMarker reads one line of a comment, without the comment's signs. The column is where the "+" stands. A line such as
// "+ genclient" is a marker by the name " genclient", which the model reports; with other words it is prose.
func parseMarker(line string) (m model.Marker, column int, ok bool) {
	trimmed := strings.TrimLeft(line, " \t")
	column = len(line) - len(trimmed)
	text, ok := strings.CutPrefix(strings.TrimRight(trimmed, " \t\r\n"), "+")
	if !ok {
		return model.Marker{}, 0, false
	}
	m.Name, m.Value, m.HasValue = strings.Cut(text, "=")
	if m.HasValue {
		m.Name = strings.TrimSuffix(m.Name, ":") // controller-tools takes name:=value too
	}
	word := strings.TrimLeft(m.Name, " \t")
	if word == "" || !isLetter(word[0]) || word != m.Name && !slices.Contains(model.MarkerNames(), word) {
		return model.Marker{}, 0, false
	}
	return m, column, true
}

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' }

// prose is a comment's text without markers.
func prose(group *ast.CommentGroup) string {
	if group == nil {
		return ""
	}
	text := group.Text()
	if !strings.Contains(text, "+") {
		return strings.TrimSpace(text)
	}
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if _, _, ok := parseMarker(line); !ok {
			kept.WriteString(line)
		}
	}
	return strings.TrimSpace(kept.String())
}

// detached returns the comment group above a declaration with one blank line between, nil where there is none. start is
// where the declaration or its doc comment starts.
func (u *universe) detached(f *file, start token.Pos) *ast.CommentGroup {
	groups := f.syntax.Comments
	after, _ := slices.BinarySearchFunc(groups, start, func(g *ast.CommentGroup, pos token.Pos) int {
		return cmp.Compare(g.Pos(), pos)
	})
	if after == 0 {
		return nil
	}
	group := groups[after-1]
	if u.fset.PositionFor(group.End(), false).Line != u.fset.PositionFor(start, false).Line-2 {
		return nil
	}
	if between := f.between(u.fset, group.End(), start); len(bytes.TrimSpace(between)) > 0 {
		return nil
	}
	return group
}

func (f *file) between(fset *token.FileSet, from, to token.Pos) []byte {
	tf := fset.File(from)
	return f.source[tf.Offset(from):tf.Offset(to)]
}

// readPackageMarkers reads the markers that speak for an input package, once those of types and fields are known, and
// those that belong to nothing.
func (u *universe) readPackageMarkers(p *pkg) {
	for _, f := range p.files {
		if f == nil || f.generated() {
			continue
		}
		p.model.Markers = append(p.model.Markers, u.markers(packageComments(f)...)...)
	}
	for _, f := range p.files {
		if f == nil || f.generated() {
			continue
		}
		for _, group := range f.syntax.Comments {
			if !u.used[group] {
				p.model.Stray = append(p.model.Stray, u.markers(group)...)
			}
		}
	}
}

// readForeignMarkers reads the markers of a package outside the input that say whether fields are required by default, and, if a kind
// of it has a view, to which group it belongs.
func (u *universe) readForeignMarkers(p *pkg) {
	for _, f := range p.files {
		if f == nil || f.generated() || !p.viewed && !bytes.Contains(f.source, []byte("+kubebuilder:validation:")) {
			continue
		}
		for _, m := range u.markers(packageComments(f)...) {
			isGroup := m.Name == "groupName" || m.Name == "groupGoName"
			if strings.HasPrefix(m.Name, "kubebuilder:validation:") || p.viewed && isGroup {
				p.model.Markers = append(p.model.Markers, m)
			}
		}
	}
}

// packageComments returns the comment groups that speak for the package: all before the package clause, and in doc.go
// those before the first declaration too.
func packageComments(f *file) []*ast.CommentGroup {
	end := f.syntax.Package
	if filepath.Base(f.path) == "doc.go" {
		end = firstDeclaration(f.syntax)
	}
	var groups []*ast.CommentGroup
	for _, group := range f.syntax.Comments {
		if group.Pos() < end {
			groups = append(groups, group)
		}
	}
	return groups
}

// firstDeclaration is where the first declaration that is no import starts, doc comment included.
func firstDeclaration(syntax *ast.File) token.Pos {
	for _, d := range syntax.Decls {
		doc := (*ast.CommentGroup)(nil)
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				continue
			}
			doc = d.Doc
		case *ast.FuncDecl:
			doc = d.Doc
		}
		if doc != nil {
			return doc.Pos()
		}
		return d.Pos()
	}
	return syntax.FileEnd
}
