package jsonpath

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// eof is what the parser sees after the last character.
	eof = -1
	// maxNesting bounds how deep filters and unions lie in each other.
	maxNesting = 100
)

// Parser holds a parsed template.
type Parser struct {
	Name string
	Root *ListNode

	text   string
	places map[Node]int // where in the text each node begins
}

// NewParser returns a parser that has read nothing. The name is for the caller.
func NewParser(name string) *Parser {
	return &Parser{Name: name}
}

// Parse reads a template. The parser is nil if there is an error, which is of type [*Error].
func Parse(name, text string) (*Parser, error) {
	p := NewParser(name)
	if err := p.Parse(text); err != nil {
		return nil, err
	}
	return p, nil
}

// Parse reads a template in place of what the parser held. After an error its root is empty.
func (p *Parser) Parse(text string) error {
	p.Root, p.text, p.places = &ListNode{NodeType: NodeList}, text, map[Node]int{}
	root := &ListNode{NodeType: NodeList}
	at := 0
	for at < len(text) {
		open := strings.IndexByte(text[at:], '{')
		if open < 0 {
			open = len(text) - at
		}
		if open > 0 {
			p.add(root, &TextNode{NodeType: NodeText, Text: text[at : at+open]}, at)
		}
		if at += open; at == len(text) {
			break
		}
		action := &actionParser{Parser: p, text: text, at: at + 1, braced: true}
		list, err := action.parse()
		if err != nil {
			return err
		}
		p.add(root, list, at)
		at = action.at
	}
	p.Root = root
	return nil
}

// add puts a node at the end of a list and keeps where it begins.
func (p *Parser) add(list *ListNode, node Node, place int) {
	list.append(node)
	p.places[node] = place
}

// errorAt is an error of the template at a place.
func (p *Parser) errorAt(place int, format string, args ...any) *Error {
	return &Error{Template: p.text, Offset: place, Message: fmt.Sprintf(format, args...)}
}

// actionParser reads what stands between braces, or a part of it: a side of a filter, a member of a union.
type actionParser struct {
	*Parser

	text   string // of the part
	base   int    // where the part begins in the template
	at     int    // what is next, in the part
	braced bool   // a closing brace ends the part, not the end of its text
	depth  int
}

// part reads a piece of the text as an action of its own.
func (p *actionParser) part(text string, offset int) (*ListNode, error) {
	if p.depth >= maxNesting {
		return nil, p.fail(offset, "filters and unions lie more than %d deep", maxNesting)
	}
	inner := &actionParser{Parser: p.Parser, text: text, base: p.base + offset, depth: p.depth + 1}
	return inner.parse()
}

func (p *actionParser) fail(place int, format string, args ...any) *Error {
	return p.errorAt(p.base+place, format, args...)
}

// peek is the next character, eof after the last.
func (p *actionParser) peek() rune {
	if p.at >= len(p.text) {
		return eof
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return r
}

// skip goes past the next character.
func (p *actionParser) skip() {
	_, width := utf8.DecodeRuneInString(p.text[p.at:])
	p.at += width
}

// parse reads steps up to the end of the action.
func (p *actionParser) parse() (*ListNode, error) {
	list := &ListNode{NodeType: NodeList}
	p.places[list] = p.base + p.at
	for {
		r := p.peek()
		switch {
		case r == eof && !p.braced:
			return list, nil
		case r == '}' && p.braced:
			p.at++
			return list, nil
		case r == eof, isEndOfLine(r):
			return nil, p.fail(p.at, "unclosed action")
		case r == ' ', r == '@', r == '$':
			p.at++
			continue
		}
		if err := p.parseStep(list, r); err != nil {
			return nil, err
		}
	}
}

// parseStep reads one step, which begins with r.
func (p *actionParser) parseStep(list *ListNode, r rune) error {
	rest := p.text[p.at:]
	switch {
	case strings.HasPrefix(rest, "[?("):
		return p.parseFilter(list)
	case r == '[':
		return p.parseArray(list)
	case strings.HasPrefix(rest, ".."):
		return p.parseRecursive(list)
	case r == '.':
		place := p.at
		p.at++
		p.parseField(list, place)
		return nil
	case r == '"', r == '\'':
		return p.parseQuote(list)
	case r == '+', r == '-', unicode.IsDigit(r):
		return p.parseNumber(list)
	case isAlphaNumeric(r):
		p.parseWord(list)
		return nil
	}
	return p.fail(p.at, "unrecognized character in action: %#U", r)
}

// parseField reads a name, in which a backslash takes away the meaning of what follows.
func (p *actionParser) parseField(list *ListNode, place int) {
	begin := p.at
	for !isTerminator(p.peek()) {
		if p.peek() == '\\' {
			p.at++
			if p.at == len(p.text) {
				break
			}
		}
		p.skip()
	}
	name := p.text[begin:p.at]
	if name == "*" {
		p.add(list, &WildcardNode{NodeType: NodeWildcard}, p.base+place)
		return
	}
	p.add(list, &FieldNode{NodeType: NodeField, Value: strings.ReplaceAll(name, `\`, "")}, p.base+place)
}

func (p *actionParser) parseRecursive(list *ListNode) error {
	if n := len(list.Nodes); n > 0 && list.Nodes[n-1].Type() == NodeRecursive {
		return p.fail(p.at, "invalid multiple recursive descent")
	}
	p.add(list, &RecursiveNode{NodeType: NodeRecursive}, p.base+p.at)
	p.at += len("..")
	if isAlphaNumeric(p.peek()) {
		p.parseField(list, p.at)
	}
	return nil
}

// parseWord reads true, false or an identifier. Which identifiers there are is asked when the template is executed.
func (p *actionParser) parseWord(list *ListNode) {
	begin := p.at
	for !isTerminator(p.peek()) {
		p.skip()
	}
	switch word := p.text[begin:p.at]; word {
	case "true", "false":
		p.add(list, &BoolNode{NodeType: NodeBool, Value: word == "true"}, p.base+begin)
	default:
		p.add(list, &IdentifierNode{NodeType: NodeIdentifier, Name: word}, p.base+begin)
	}
}

func (p *actionParser) parseNumber(list *ListNode) error {
	begin := p.at
	if r := p.peek(); r == '+' || r == '-' {
		p.at++
	}
	for p.peek() == '.' || unicode.IsDigit(p.peek()) {
		p.skip()
	}
	number := p.text[begin:p.at]
	if whole, err := strconv.Atoi(number); err == nil {
		p.add(list, &IntNode{NodeType: NodeInt, Value: whole}, p.base+begin)
		return nil
	}
	fraction, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return p.fail(begin, "cannot parse number %s", number)
	}
	p.add(list, &FloatNode{NodeType: NodeFloat, Value: fraction}, p.base+begin)
	return nil
}

func (p *actionParser) parseQuote(list *ListNode) error {
	begin := p.at
	end := closingQuote(p.text, begin)
	if end < 0 || strings.ContainsRune(p.text[begin:end], '\n') {
		return p.fail(begin, "unterminated quoted string")
	}
	p.at = end + 1
	text, err := UnquoteExtend(p.text[begin:p.at])
	if err != nil {
		failed := p.fail(begin, "unquote string %s error %v", p.text[begin:p.at], err)
		failed.Err = err
		return failed
	}
	p.add(list, &TextNode{NodeType: NodeText, Text: text}, p.base+begin)
	return nil
}

// parseArray reads what stands in brackets: an index or a slice, a quoted name, or several of these.
func (p *actionParser) parseArray(list *ListNode) error {
	begin := p.at
	end := find(p.text, begin+1, func(rest string) bool { return rest[0] == ']' })
	if end < 0 || strings.ContainsRune(p.text[begin:end], '\n') {
		return p.fail(begin, "unterminated array")
	}
	p.at = end + 1
	inner := p.text[begin+1 : end]
	members := splitMembers(inner)
	if len(members) == 1 {
		return p.parseMember(list, begin, inner)
	}
	union := &UnionNode{NodeType: NodeUnion}
	offset := begin + 1
	for _, member := range members {
		spaces := len(member) - len(strings.TrimLeft(member, " "))
		one, err := p.part("["+strings.Trim(member, " ")+"]", offset+spaces-1)
		if err != nil {
			return err
		}
		union.Nodes = append(union.Nodes, one)
		offset += len(member) + 1
	}
	p.add(list, union, p.base+begin)
	return nil
}

// parseMember reads a single thing in brackets, which begin at a place.
func (p *actionParser) parseMember(list *ListNode, begin int, inner string) error {
	if len(inner) >= 2 && inner[0] == '\'' && closingQuote(inner, 0) == len(inner)-1 {
		key, err := p.part("."+inner[1:len(inner)-1], begin+1)
		if err != nil {
			return err
		}
		list.Nodes = append(list.Nodes, key.Nodes...)
		return nil
	}
	params, err := p.parseParams(begin, inner)
	if err != nil {
		return err
	}
	p.add(list, &ArrayNode{NodeType: NodeArray, Params: params}, p.base+begin)
	return nil
}

var slicePattern = regexp.MustCompile(`^(-?\d*)(:-?\d*)?(:-?\d*)?$`)

// parseParams reads an index, or the start, end and step of a slice.
func (p *actionParser) parseParams(begin int, inner string) (params [3]ParamsEntry, err error) {
	if inner == "*" {
		inner = ":"
	}
	parts := slicePattern.FindStringSubmatch(inner)
	if parts == nil {
		return params, p.fail(begin+1, "invalid array index %s", inner)
	}
	for i, part := range parts[1:] {
		number := strings.TrimPrefix(part, ":")
		if number == "" {
			continue
		}
		if params[i].Value, err = strconv.Atoi(number); err != nil {
			return params, p.fail(begin+1, "array index %s is not a number", number)
		}
		params[i].Known = true
	}
	if parts[2] == "" {
		params[1] = ParamsEntry{Value: params[0].Value + 1, Known: true, Derived: true}
	}
	return params, nil
}

// parseFilter reads [?(left operator right)], or [?(left)].
func (p *actionParser) parseFilter(list *ListNode) error {
	begin := p.at
	inner := begin + len("[?(")
	end := findOutside(p.text, inner, func(c byte) bool { return c == ')' })
	if end < 0 || strings.ContainsRune(p.text[begin:end], '\n') {
		return p.fail(begin, "unterminated filter")
	}
	if !strings.HasPrefix(p.text[end:], ")]") {
		return p.fail(end, "unclosed array expect ]")
	}
	p.at = end + len(")]")
	text := p.text[inner:end]
	left, operator, right := text, "exists", ""
	if at := findOutside(text, 0, isOperator); at > 0 {
		after := strings.TrimLeft(text[at:], "!<>=")
		if width := len(text) - at - len(after); after != "" {
			left, operator, right = text[:at], text[at:at+width], after
		}
	}
	filter := &FilterNode{NodeType: NodeFilter, Operator: operator}
	var err error
	if filter.Left, err = p.part(left, inner); err != nil {
		return err
	}
	if filter.Right, err = p.part(right, end-len(right)); err != nil {
		return err
	}
	p.add(list, filter, p.base+begin)
	return nil
}
