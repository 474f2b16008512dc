package templates

import (
	"bytes"
	"go/scanner"
	"go/token"
	"path"
	"strings"

	"github.com/typewright/typewright/gen/plan"
)

// This file keeps the names of imports away from all other names: packages of users are called in, out or key, and their
// types slices or runtime. What a file declares is known once it is written, so it is written again where two names may
// clash: then the uses of the import and all others can be told apart.

// renames gives other names, by their paths, to imports of a file whose names are taken: by something that the package
// declares, or perhaps by something that the file itself does.
func renames(raw []byte, taken map[string]bool) map[string]string {
	_, specs, body := cutImports(raw)
	used := map[string]bool{}
	for _, spec := range specs {
		name, _ := importSpec(spec)
		used[name] = true
	}
	renamed, table := map[string]string{}, plan.Aliases()
	for _, spec := range specs {
		name, pkg := importSpec(spec)
		// Of the packages in the table templates know the names, and do not hide them.
		if !taken[name] && (table[pkg] == name || !otherwiseUsed(body, name)) {
			continue
		}
		other := name + "pkg"
		for taken[other] || used[other] || bytes.Contains(body, []byte(other)) {
			other += "_"
		}
		renamed[pkg], used[other] = other, true
	}
	return renamed
}

// needed are the renames without which something would be hidden: those of names that the package declares, that the file
// declares at package level, or that one of its declarations uses for something else beside the import.
func needed(raw []byte, renamed map[string]string, taken map[string]bool) map[string]string {
	_, specs, body := cutImports(raw)
	before := map[string]string{} // by the new name
	left := map[string]string{}
	for _, spec := range specs {
		other, pkg := importSpec(spec)
		if renamed[pkg] != other {
			continue
		}
		name := strings.TrimSuffix(strings.TrimRight(other, "_"), "pkg")
		if taken[name] {
			left[pkg] = other
			continue
		}
		before[other] = name
	}
	hidden := clashing(body, before)
	for pkg, other := range renamed {
		if hidden[other] {
			left[pkg] = other
		}
	}
	return left
}

// clashing goes through the declarations of a file. before maps the names of imports to those that they should have.
func clashing(body []byte, before map[string]string) map[string]bool {
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(body)), body, nil, 0)
	clash, words := map[string]bool{}, map[string]bool{}
	last, depth, within := token.ILLEGAL, 0, token.ILLEGAL
	for {
		_, tok, text := s.Scan()
		starts := depth == 0 && (tok == token.FUNC || tok == token.TYPE || tok == token.VAR || tok == token.CONST)
		if starts {
			within = tok
		}
		// What an interface's method calls its parameters is nothing to the next one.
		if starts || tok == token.EOF || within == token.TYPE && depth == 1 && tok == token.SEMICOLON {
			for other, name := range before {
				clash[other] = clash[other] || words[other] && words[name]
			}
			clear(words)
		}
		switch tok {
		case token.EOF:
			return clash
		case token.LPAREN, token.LBRACE, token.LBRACK:
			depth++
		case token.RPAREN, token.RBRACE, token.RBRACK:
			depth--
		case token.IDENT:
			words[text] = words[text] || last != token.PERIOD
			for other, name := range before {
				declared := last == token.FUNC || last == token.TYPE || last == token.VAR || last == token.CONST
				clash[other] = clash[other] || text == name && depth == 0 && declared
			}
		}
		last = tok
	}
}

// importSpec takes a line of an import declaration apart.
func importSpec(spec string) (name, pkg string) {
	name, pkg, _ = strings.Cut(strings.TrimSpace(spec), `"`)
	pkg = strings.TrimSuffix(pkg, `"`)
	if name = strings.TrimSpace(name); name == "" {
		name = path.Base(pkg)
	}
	return name, pkg
}

// otherwiseUsed tells whether a name stands in the code for something else than a package.
func otherwiseUsed(body []byte, name string) bool {
	if !mayBeUsed(body, name) {
		return false
	}
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(body))
	s.Init(file, body, nil, 0)
	last, open := token.ILLEGAL, false
	for {
		_, tok, text := s.Scan()
		if open && tok != token.PERIOD && tok != token.COLON {
			return true
		}
		if tok == token.EOF {
			return false
		}
		open = tok == token.IDENT && text == name && last != token.PERIOD
		last = tok
	}
}

// mayBeUsed is a quick look for the name as a word that no period follows.
func mayBeUsed(body []byte, name string) bool {
	for rest := body; ; {
		at := bytes.Index(rest, []byte(name))
		if at < 0 {
			return false
		}
		end := at + len(name)
		before := at > 0 && isWordByte(rest[at-1])
		if !before && (end == len(rest) || !isWordByte(rest[end]) && rest[end] != '.') {
			return true
		}
		rest = rest[end:]
	}
}

func isWordByte(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || b >= 0x80
}
