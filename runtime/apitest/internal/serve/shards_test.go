package serve

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const half = "shardRange(object.metadata.uid, '0x0000000000000000', '0x8000000000000000')"

func TestParseShards(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		half:                             half,
		"  " + half + " ":                half,
		"(" + half + ")":                 half,
		half + "||" + half:               half + " || " + half,
		"((" + half + ")||" + half + ")": half + " || " + half,
		`shardRange ( object.metadata.uid , "0x0000000000000000","0x8000000000000000" )`:     half,
		"shardRange(object.metadata.namespace, '0x00000000000000aa', '0x10000000000000000')": "shardRange(object.metadata.namespace, '0x00000000000000aa', '0x10000000000000000')",
	} {
		selector, err := parseShards(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, selector.String(), text)
	}
}

// The messages are those of kube-apiserver v1.37 with the feature gate, without the tokens that its CEL parser expects.
func TestShardsThatDoNotParse(t *testing.T) {
	with := func(start, end string) string { return "shardRange(object.metadata.uid, " + start + ", " + end + ")" }
	for text, want := range map[string]string{
		" ":                     "empty shard selector is not allowed; omit the parameter for unfiltered lists",
		"x":                     "unexpected expression kind 3; expected shardRange() call or || operator",
		"'a'":                   "unexpected expression kind 5; expected shardRange() call or || operator",
		"a || b":                "unexpected expression kind 3; expected shardRange() call or || operator",
		half + " || x":          "unexpected expression kind 3; expected shardRange() call or || operator",
		"f(1)":                  `unsupported function "f"; only shardRange() and || are allowed`,
		half + " && " + half:    `unsupported function "_&&_"; only shardRange() and || are allowed`,
		"shardRange()":          "shardRange() requires exactly 3 arguments, got 0",
		"shardRange(a)":         "shardRange() requires exactly 3 arguments, got 1",
		"shardRange(":           atEnd("')', "),
		half + " ||":            atEnd(""),
		half + " " + half:       "CEL parse error: Syntax error: mismatched input 'shardRange' expecting <EOF>",
		half + ")":              "CEL parse error: Syntax error: extraneous input ')' expecting <EOF>",
		"(" + half:              "CEL parse error: Syntax error: missing ')' at '<EOF>'",
		"'":                     "CEL parse error",
		"shardRange('a', 1, 2)": "shardRange() first argument: expected field path (e.g. object.metadata.uid), got expression kind 5",
		"shardRange(object.metadata.name, '0x00', '0x01')":           `unsupported field path "object.metadata.name"; supported: object.metadata.uid, object.metadata.namespace`,
		with("1", "'0x8000000000000000'"):                            "hexStart must be a string literal, got int64",
		with("a", "'0x8000000000000000'"):                            "hexStart must be a string literal (e.g. '0xff'), got expression kind 3",
		with("'0x0'", "'0x8000000000000000'"):                        `hexStart must be a 0x-prefixed 16-digit hex value, got "0x0" (did you mean "0x0000000000000000"?)`,
		with("'0x'", "'0x8000000000000000'"):                         "hexStart: hex value is required after '0x'",
		with("'0000000000000000'", "'0x8000000000000000'"):           `hexStart must have '0x' prefix, got "0000000000000000"`,
		with("'0x000000000000000G'", "'0x8000000000000000'"):         `hexStart: invalid hex character "G" in "0x000000000000000G"`,
		with("'0x0000000000000000'", "'0x20000000000000000'"):        `hexEnd: 17-digit hex value must be '0x10000000000000000' (2^64), got "0x20000000000000000"`,
		with("'0x0000000000000000'", "'0x000000000000000000'"):       `hexEnd: hex value too long (18 chars, max 17): "000000000000000000"`,
		with("'0x8000000000000000'", "'0x0000000000000000'"):         "shard range start 0x8000000000000000 must be less than end 0x0000000000000000",
		half + " || " + strings.ReplaceAll(half, "uid", "namespace"): `all shard ranges must use the same field, got "object.metadata.uid" and "object.metadata.namespace"`,
	} {
		_, err := parseShards(text)
		assert.ErrorContains(t, err, "invalid shard selector: "+want, text)
	}
}

func FuzzParseShards(f *testing.F) {
	f.Add(half)
	f.Add("(" + half + " || ")
	f.Fuzz(func(t *testing.T, text string) {
		selector, err := parseShards(text)
		if err != nil {
			return
		}
		again, err := parseShards(selector.String())
		require.NoError(t, err)
		assert.Equal(t, selector, again)
	})
}
