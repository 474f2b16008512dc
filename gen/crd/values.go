package crd

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// parser reads the values of kubebuilder's markers: texts in quotes or bare, numbers, true and false, lists {a,b} or a;b, and
// objects {key: value}.
type parser struct {
	text string
	at   int
	// texts means that words are texts even if they look like numbers.
	texts bool
}

// parseValue reads a value of any form.
func parseValue(text string) (any, error) {
	p := parser{text: text}
	value, err := p.value(true)
	if err == nil && !p.done() {
		err = p.unexpected()
	}
	return value, err
}

// parseList reads a list of any values, of which one alone is a list too.
func parseList(text string) ([]any, error) {
	p := parser{text: text}
	list, err := p.list()
	if err == nil && !p.done() {
		err = p.unexpected()
	}
	return list, err
}

// parseText reads one text. Without quotes all of it belongs to the text.
func parseText(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text != "" && isQuote(text[0]) {
		p := parser{text: text}
		quoted, err := p.quoted()
		if err == nil && !p.done() {
			err = p.unexpected()
		}
		return quoted, err
	}
	return text, nil
}

// parseTexts reads a list of texts.
func parseTexts(text string) ([]string, error) {
	p := parser{text: text, texts: true}
	list, err := p.list()
	if err == nil && !p.done() {
		err = p.unexpected()
	}
	return textsOf(list), err
}

func textsOf(list []any) []string {
	texts := make([]string, len(list))
	for i, value := range list {
		texts[i] = fmt.Sprint(value)
	}
	return texts
}

// parseJSON reads JSON, with numbers as they are written.
func parseJSON(text string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if decoder.More() {
		return nil, errors.New("more than one value")
	}
	return value, nil
}

func (p *parser) space() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t') {
		p.at++
	}
}

// next is the next sign after white space; 0 at the end.
func (p *parser) next() byte {
	if p.space(); p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *parser) done() bool { return p.next() == 0 }

// take takes a sign, if it is the next one.
func (p *parser) take(sign byte) bool {
	if p.next() == sign {
		p.at++
		return true
	}
	return false
}

func (p *parser) unexpected() error {
	return fmt.Errorf("%q cannot stand here: put texts with signs into quotes", p.text[p.at:])
}

// value reads one value; a list with semicolons only where lists may stand.
func (p *parser) value(lists bool) (any, error) {
	value, err := p.single()
	if err != nil || !lists || p.next() != ';' {
		return value, err
	}
	list := []any{value}
	for p.take(';') {
		if p.done() {
			break
		}
		if value, err = p.single(); err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, nil
}

func (p *parser) single() (any, error) {
	switch sign := p.next(); {
	case isQuote(sign):
		return p.quoted()
	case sign == '{':
		return p.braces()
	}
	return p.word(p.bare("")), nil
}

// word is what a value without quotes means: a number, true or false, or else a text.
func (p *parser) word(text string) any {
	if p.texts {
		return text
	}
	switch text {
	case "true":
		return true
	case "false":
		return false
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && strings.TrimLeft(text, "-0123456789") == "" && !leadingZero(text) {
		return n
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && strings.Trim(text, "+-.0123456789eE") == "" && !leadingZero(text) {
		return f
	}
	return text
}

func leadingZero(text string) bool {
	text = strings.TrimPrefix(text, "-")
	return len(text) > 1 && text[0] == '0' && text[1] != '.'
}

func isQuote(sign byte) bool { return sign == '"' || sign == '`' || sign == '\'' }

// quoted reads a text in quotes of Go.
func (p *parser) quoted() (string, error) {
	p.space()
	start, quote := p.at, p.text[p.at]
	for p.at++; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case '\\':
			if quote != '`' {
				p.at++
			}
		case quote:
			p.at++
			raw := p.text[start:p.at]
			if quote == '\'' {
				return raw[1 : len(raw)-1], nil
			}
			text, err := strconv.Unquote(raw)
			if err != nil {
				return "", fmt.Errorf("%s is no text in quotes as Go writes it", raw)
			}
			return text, nil
		}
	}
	return "", fmt.Errorf("the quote of %s does not end", p.text[start:])
}

// bare reads a text without quotes. It ends at a comma, a semicolon, a closing brace, and as a key at a colon.
func (p *parser) bare(colon string) string {
	p.space()
	start := p.at
	for p.at < len(p.text) && !strings.ContainsRune(",;}"+colon, rune(p.text[p.at])) {
		p.at++
	}
	return strings.TrimSpace(p.text[start:p.at])
}

// braces reads {a, b} or {key: value}.
func (p *parser) braces() (any, error) {
	p.take('{')
	if p.take('}') {
		return map[string]any{}, nil
	}
	if p.isObject() {
		return p.object()
	}
	return p.elements()
}

// isObject reports whether a key stands next.
func (p *parser) isObject() bool {
	ahead := *p
	if isQuote(ahead.next()) {
		if _, err := ahead.quoted(); err != nil {
			return false
		}
	} else {
		ahead.bare(":{")
	}
	return ahead.next() == ':'
}

func (p *parser) object() (any, error) {
	object := map[string]any{}
	for !p.take('}') {
		key, err := p.key()
		if err != nil {
			return nil, err
		}
		if !p.take(':') {
			return nil, p.unexpected()
		}
		if object[key], err = p.value(true); err != nil {
			return nil, err
		}
		if !p.take(',') && p.next() != '}' {
			return nil, p.unexpected()
		}
	}
	return object, nil
}

func (p *parser) key() (string, error) {
	if isQuote(p.next()) {
		return p.quoted()
	}
	return p.bare(":"), nil
}

// elements reads the rest of a list in braces.
func (p *parser) elements() (any, error) {
	list := []any{}
	for !p.take('}') {
		value, err := p.value(false)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		if !p.take(',') && p.next() != '}' {
			return nil, p.unexpected()
		}
	}
	return list, nil
}

// list reads {a, b}, a;b or a.
func (p *parser) list() ([]any, error) {
	if p.next() == '{' {
		value, err := p.braces()
		if object, ok := value.(map[string]any); ok && len(object) == 0 {
			return []any{}, err
		}
		if list, ok := value.([]any); ok || err != nil {
			return list, err
		}
		return nil, errors.New("write a list, such as a;b")
	}
	var list []any
	for {
		if n := p.next(); n == 0 || n == ',' || n == '}' {
			return list, nil
		}
		value, err := p.single()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		if !p.take(';') {
			return list, nil
		}
	}
}

// argument is where one argument of a marker goes.
type argument struct {
	text     *string
	texts    *[]string
	number   *int64
	flag     **bool
	required bool
}

type arguments map[string]argument

// parseArguments reads the arguments of +prefix:name=value,name=value.
func parseArguments(m model.Marker, prefix string, into arguments) error {
	rest := strings.TrimPrefix(strings.TrimPrefix(m.Name, prefix), ":")
	if m.HasValue {
		rest += "=" + m.Value
	}
	p, seen := parser{text: rest}, map[string]bool{}
	for !p.done() {
		start := p.at
		for p.at < len(p.text) && p.text[p.at] != '=' && p.text[p.at] != ',' {
			p.at++
		}
		name := strings.TrimSuffix(strings.TrimSpace(p.text[start:p.at]), ":")
		to, ok := into[name]
		if !ok {
			return unknownArgument(name, into)
		}
		if !p.take('=') {
			return fmt.Errorf("%s has no value", name)
		}
		seen[name] = true
		if err := p.argument(name, to); err != nil {
			return err
		}
		if !p.done() && !p.take(',') {
			return p.unexpected()
		}
	}
	for _, name := range slices.Sorted(maps.Keys(into)) {
		if into[name].required && !seen[name] {
			return fmt.Errorf("%s= is missing", name)
		}
	}
	return nil
}

func unknownArgument(name string, into arguments) error {
	names := slices.Sorted(maps.Keys(into))
	if near := model.Nearest(name, names, 2); near != "" {
		return fmt.Errorf("unknown argument %q: did you mean %s?", name, near)
	}
	return fmt.Errorf("unknown argument %q: write one of %s", name, strings.Join(names, ", "))
}

func (p *parser) argument(name string, to argument) (err error) {
	switch {
	case to.texts != nil:
		p.texts = true
		list, err := p.list()
		*to.texts = append(*to.texts, textsOf(list)...)
		return err
	case isQuote(p.next()) && to.text != nil:
		*to.text, err = p.quoted()
		return err
	}
	word := p.bare("")
	switch {
	case to.text != nil:
		*to.text = word
	case to.number != nil:
		if *to.number, err = strconv.ParseInt(word, 10, 32); err != nil {
			return fmt.Errorf("%s is a whole number, not %q", name, word)
		}
	case to.flag != nil:
		on, err := strconv.ParseBool(word)
		if err != nil {
			return fmt.Errorf("%s is true or false, not %q", name, word)
		}
		*to.flag = &on
	}
	return nil
}
