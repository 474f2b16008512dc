package serve

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/sharding"
)

// parseShards reads a shard selector of KEP-5866: calls of shardRange joined by ||, in the syntax of CEL. The empty text selects all.
func parseShards(text string) (sharding.Selector, error) {
	if text == "" {
		return sharding.Everything(), nil
	}
	if strings.TrimSpace(text) == "" {
		return nil, invalidShards("empty shard selector is not allowed; omit the parameter for unfiltered lists")
	}
	p := &shardParser{rest: text}
	ranges := p.ranges()
	switch token := p.peek(); {
	case token == ")":
		p.fail("CEL parse error: Syntax error: extraneous input ')' expecting <EOF>")
	case token != "":
		p.fail("CEL parse error: Syntax error: mismatched input '%s' expecting <EOF>", token)
	}
	for _, r := range ranges {
		if p.err == nil && r.Key != ranges[0].Key {
			p.fail("all shard ranges must use the same field, got %q and %q", ranges[0].Key, r.Key)
		}
	}
	if p.err != nil {
		return nil, p.err
	}
	return sharding.NewSelector(ranges...), nil
}

func invalidShards(format string, args ...any) error {
	return fmt.Errorf("invalid shard selector: "+format, args...)
}

// shardParser reads a selector from left to right. After an error it reads on, and keeps the first.
type shardParser struct {
	rest string
	err  error
}

func (p *shardParser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = invalidShards(format, args...)
	}
}

// peek returns the next token: a name with dots, a string with its quotes, || or another character; "" at the end.
func (p *shardParser) peek() string {
	p.rest = strings.TrimLeft(p.rest, " \t\r\n\f")
	switch {
	case p.rest == "":
		return ""
	case strings.HasPrefix(p.rest, "||"), strings.HasPrefix(p.rest, "&&"):
		return p.rest[:2]
	case p.rest[0] == '\'' || p.rest[0] == '"':
		if end := strings.IndexByte(p.rest[1:], p.rest[0]); end >= 0 {
			return p.rest[:end+2]
		}
	}
	if end := strings.IndexFunc(p.rest, func(r rune) bool { return !isWordRune(r) }); end != 0 {
		if end < 0 {
			return p.rest
		}
		return p.rest[:end]
	}
	return p.rest[:1]
}

func isWordRune(r rune) bool {
	return r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

func (p *shardParser) next() string {
	token := p.peek()
	p.rest = p.rest[len(token):]
	return token
}

func (p *shardParser) expect(token string) {
	switch got := p.next(); got {
	case token:
	case "":
		p.fail("CEL parse error: Syntax error: missing '%s' at '<EOF>'", token)
	default:
		p.fail("CEL parse error: Syntax error: mismatched input '%s' expecting '%s'", got, token)
	}
}

// ranges reads one or more ranges joined by ||.
func (p *shardParser) ranges() []sharding.ShardRangeRequirement {
	all := p.term()
	for p.err == nil && p.peek() == "||" {
		p.next()
		all = append(all, p.term()...)
	}
	if p.err == nil && p.peek() == "&&" {
		p.fail("unsupported function %q; only shardRange() and || are allowed", "_&&_")
	}
	return all
}

// term reads a call of shardRange, or ranges in parentheses.
func (p *shardParser) term() []sharding.ShardRangeRequirement {
	if p.err != nil {
		return nil
	}
	token := p.next()
	switch {
	case token == "":
		p.fail("%s", atEnd(""))
	case token == "(":
		all := p.ranges()
		p.expect(")")
		return all
	case token == "'" || token == `"` || token[0] != '\'' && token[0] != '"' && !isWordRune(rune(token[0])):
		p.fail("CEL parse error: Syntax error: mismatched input '%s'", token)
	case p.peek() != "(":
		p.fail("unexpected expression kind %d; expected shardRange() call or || operator", kindOf(token))
	case token != "shardRange":
		p.fail("unsupported function %q; only shardRange() and || are allowed", token)
	default:
		return []sharding.ShardRangeRequirement{p.call()}
	}
	return nil
}

// The kinds of expressions, as CEL numbers them.
const (
	identifier = 3
	literal    = 5
	selection  = 7
)

func kindOf(token string) int {
	if strings.ContainsAny(token[:1], "'\"0123456789") || token == "true" || token == "false" || token == "null" {
		return literal
	}
	if strings.Contains(token, ".") {
		return selection
	}
	return identifier
}

// atEnd is the error of an expression that ends where another one should begin, or what else may stand there.
func atEnd(or string) string {
	return "CEL parse error: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', " + or +
		"'.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
}

// call reads the arguments of shardRange.
func (p *shardParser) call() (r sharding.ShardRangeRequirement) {
	p.expect("(")
	if p.peek() == "" {
		p.fail("%s", atEnd("')', "))
	}
	var args []string
	for p.err == nil && p.peek() != ")" && p.peek() != "" {
		if len(args) > 0 {
			p.expect(",")
		}
		args = append(args, p.next())
	}
	p.expect(")")
	if p.err == nil && len(args) != 3 {
		p.fail("shardRange() requires exactly 3 arguments, got %d", len(args))
	}
	if p.err != nil {
		return r
	}
	switch args[0] {
	case "object.metadata.uid", "object.metadata.namespace":
	default:
		if kindOf(args[0]) == literal {
			p.fail("shardRange() first argument: expected field path (e.g. object.metadata.uid), got expression kind %d", literal)
		}
		p.fail("unsupported field path %q; supported: object.metadata.uid, object.metadata.namespace", args[0])
	}
	r = sharding.ShardRangeRequirement{Key: args[0], Start: p.bound("hexStart", args[1]), End: p.bound("hexEnd", args[2])}
	if p.err == nil && !sharding.HexLess(r.Start, r.End) {
		p.fail("shard range start %s must be less than end %s", r.Start, r.End)
	}
	return r
}

// bound reads an end of a range: a string of 16 hexadecimal digits, or 2 to the power of 64.
func (p *shardParser) bound(name, token string) string {
	if len(token) < 2 || token[0] != '\'' && token[0] != '"' {
		if kind := kindOf(token); kind != literal {
			p.fail("%s must be a string literal (e.g. '0xff'), got expression kind %d", name, kind)
		}
		p.fail("%s must be a string literal, got int64", name)
		return ""
	}
	text := token[1 : len(token)-1]
	digits, has := strings.CutPrefix(text, "0x")
	at := strings.IndexFunc(digits, func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'f') })
	switch {
	case !has:
		p.fail("%s must have '0x' prefix, got %q", name, text)
	case digits == "":
		p.fail("%s: hex value is required after '0x'", name)
	case len(digits) > 17:
		p.fail("%s: hex value too long (%d chars, max 17): %q", name, len(digits), digits)
	case at >= 0:
		p.fail("%s: invalid hex character %q in %q", name, digits[at:at+1], text)
	case len(digits) == 17 && text != "0x10000000000000000":
		p.fail("%s: 17-digit hex value must be '0x10000000000000000' (2^64), got %q", name, text)
	case len(digits) < 16:
		p.fail("%s must be a 0x-prefixed 16-digit hex value, got %q (did you mean %q?)", name, text, "0x"+strings.Repeat("0", 16-len(digits))+digits)
	}
	return text
}
