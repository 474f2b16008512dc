package templates

import (
	"bytes"
	"go/scanner"
	"go/token"
	"path"
	"strings"

	"github.com/typewright/typewright/gen/plan"
)

// This file keeps the names of imports apart from all other names. Users may call packages in, out or key, and types slices or
// runtime. The names in a file are known once it is printed. If one may clash with an import, the file is printed again with
// another name for the import, so that its uses can be distinguished from all others.

// renames returns new names, by import path, for imports whose names are taken: by a declaration of the package, or perhaps by
// something in the file itself.
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
		// Plans keep names away from those of packages in the table.
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

// needed are the renames that the file needs: the old name is declared by the package or by the file, or a declaration of the
// file uses it both for the import and for something else.
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

// clashing finds the imports whose old name has another use in a declaration that uses them. before maps new names to old ones.
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
		// Parameters of one method of an interface do not matter to the next method.
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

// importSpec splits a line of an import declaration.
func importSpec(spec string) (name, pkg string) {
	name, pkg, _ = strings.Cut(strings.TrimSpace(spec), `"`)
	pkg = strings.TrimSuffix(pkg, `"`)
	if name = strings.TrimSpace(name); name == "" {
		name = path.Base(pkg)
	}
	return name, pkg
}

// otherwiseUsed reports whether the code uses a name for something other than a package.
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

// mayBeUsed quickly reports whether the name stands in the code as a word without a period behind it.
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
