package jsonpath

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// find returns the first place, from a given one, outside of quotes and not after a backslash, at which the text that follows
// is what is looked for, -1 if there is no such place.
func find(text string, from int, wanted func(rest string) bool) int {
	for i := from; i < len(text); i++ {
		if wanted(text[i:]) {
			return i
		}
		switch text[i] {
		case '\\':
			i++
		case '"', '\'':
			end := closingQuote(text, i)
			if end < 0 {
				return -1
			}
			i = end
		}
	}
	return -1
}

// findOutside is find past the filters that lie in the text.
func findOutside(text string, from int, wanted func(c byte) bool) int {
	depth := 0
	return find(text, from, func(rest string) bool {
		switch {
		case strings.HasPrefix(rest, "[?("):
			depth++
		case depth == 0:
			return wanted(rest[0])
		case strings.HasPrefix(rest, ")]"):
			depth--
		}
		return false
	})
}

// closingQuote is the place of the quote that ends the string which begins at a place, -1 if there is none.
func closingQuote(text string, begin int) int {
	for i := begin + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[begin]:
			return i
		}
	}
	return -1
}

// splitMembers splits at commas outside of quotes.
func splitMembers(text string) []string {
	var members []string
	isComma := func(rest string) bool { return rest[0] == ',' }
	for at := find(text, 0, isComma); at >= 0; at = find(text, 0, isComma) {
		members, text = append(members, text[:at]), text[at+1:]
	}
	return append(members, text)
}

// UnquoteExtend is [strconv.Unquote] for strings in double or in single quotes, both of any length.
func UnquoteExtend(s string) (string, error) {
	if len(s) < 2 || s[0] != s[len(s)-1] || s[0] != '"' && s[0] != '\'' {
		return "", ErrSyntax
	}
	quote, s := s[0], s[1:len(s)-1]
	if !strings.ContainsAny(s, `\`+string(rune(quote))) {
		return s, nil
	}
	var out []byte
	for s != "" {
		char, multibyte, rest, err := strconv.UnquoteChar(s, quote)
		if err != nil {
			return "", err
		}
		if multibyte {
			out = utf8.AppendRune(out, char)
		} else {
			out = append(out, byte(char)) //nolint:gosec // not multibyte
		}
		s = rest
	}
	return string(out), nil
}

// isOperator tells what operators are made of.
func isOperator(c byte) bool { return strings.IndexByte("!<>=", c) >= 0 }

// isTerminator tells what ends a name.
func isTerminator(r rune) bool {
	return r == eof || isEndOfLine(r) || strings.ContainsRune(" \t.,[]$@{}", r)
}

func isEndOfLine(r rune) bool { return r == '\r' || r == '\n' }

func isAlphaNumeric(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
