package jsonpath

import (
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// list is the object of Kubernetes' page on JSONPath, with more items.
const list = `{
  "kind": "List",
  "items": [
    {
      "kind": "None",
      "metadata": {"name": "127.0.0.1", "labels": {"kubernetes.io/hostname": "127.0.0.1"}},
      "status": {"capacity": {"cpu": "4"}, "addresses": [{"type": "LegacyHostIP", "address": "127.0.0.1"}]}
    },
    {
      "kind": "None",
      "metadata": {"name": "127.0.0.2", "labels": {}},
      "status": {
        "capacity": {"cpu": "8"},
        "addresses": [{"type": "LegacyHostIP", "address": "127.0.0.2"}, {"type": "another", "address": "127.0.0.3"}]
      }
    }
  ],
  "empty": [],
  "mixed": [{"list": []}, {"list": [1, 2]}],
  "nothing": null,
  "numbers": [1, 2.5, -3],
  "users": [
    {"name": "myself", "user": {}},
    {"name": "e2e", "user": {"username": "admin", "password": "secret"}}
  ]
}`

func decoded(t testing.TB) any {
	t.Helper()
	var data any
	require.NoError(t, json.Unmarshal([]byte(list), &data))
	return data
}

func execute(template string, data any, allowMissing bool) (string, error) {
	var out strings.Builder
	path := New("test").AllowMissingKeys(allowMissing)
	if err := path.Parse(template); err != nil {
		return "", err
	}
	err := path.Execute(&out, data)
	return out.String(), err
}

// TestDocumented holds the package to what Kubernetes' page on JSONPath promises of kubectl.
func TestDocumented(t *testing.T) {
	data := decoded(t)
	for template, want := range map[string]string{
		`kind is {.kind}`:                      "kind is List",
		`{['kind']}`:                           "List",
		`{..name}`:                             "127.0.0.1 127.0.0.2 myself e2e",
		`{.items[*].metadata.name}`:            "127.0.0.1 127.0.0.2",
		`{.users[0].name}`:                     "myself",
		`{.users[-1].name}`:                    "e2e",
		`{.users[0:1].name}`:                   "myself",
		`{.users[::2].name}`:                   "myself",
		`{.items[*]['metadata.name', 'kind']}`: "127.0.0.1 127.0.0.2 None None",
		`{.items[*]['metadata.name', 'status.capacity']}`:                     `127.0.0.1 127.0.0.2 {"cpu":"4"} {"cpu":"8"}`,
		`{.users[?(@.name=="e2e")].user.password}`:                            "secret",
		`{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}`:       `[127.0.0.1, {"cpu":"4"}] [127.0.0.2, {"cpu":"8"}] `,
		`{range .items[*]}{.metadata.name}{'\t'}{end}`:                        "127.0.0.1\t127.0.0.2\t",
		`{range .items[*]}{range .status.addresses[*]}{.address}, {end}{end}`: "127.0.0.1, 127.0.0.2, 127.0.0.3, ",
		`{.items[0].metadata.labels.kubernetes\.io/hostname}`:                 "127.0.0.1",
		`{.items[0].metadata.labels['kubernetes\.io/hostname']}`:              "127.0.0.1",
		`{@.kind}{$.kind}`: "ListList",
		`{.users[0].user}`: "{}",
		`{.items[*].status.addresses[?(@.type=="another")].address}`: "127.0.0.3",
	} {
		got, err := execute(template, data, false)
		require.NoError(t, err, template)
		assert.Equal(t, want, got, template)
	}
}

// TestBeyond is about templates that client-go fails at, or answers by halves.
func TestBeyond(t *testing.T) {
	data := decoded(t)
	for template, want := range map[string]string{
		`{.mixed[*].list[*]}`:                           "1 2",         // an empty list is not the last
		`{range .empty[*]}{.metadata.name}{end}{.kind}`: "List",        // nothing to find in nothing
		`{range .users[*]}{.name} `:                     "myself e2e ", // without an end
		`{.numbers[?(@>=1)]}`:                           "1 2.5",       // a whole number beside a fraction
		`{.numbers[?(@==-3.0)]}`:                        "-3",          // the same
		`{.items[?(@.status.addresses[?(@.type=="another")])].metadata.name}`: "127.0.0.2",  // a filter in a filter
		`{.users[?(@.name==")]")].name}`:                                      "",           // brackets in quotes
		`{.users[?(@.name!="\\")].name}`:                                      "myself e2e", // a quoted backslash
		`{.items[*].metadata.labels['a\,b','kubernetes\.io/hostname']}`:       "127.0.0.1",  // a comma in quotes
		`{.nothing}`:                      "null",
		`{.nothing[0]}`:                   "",
		`{.status.*}`:                     "",
		`{.items[1].status.capacity.*}`:   "8",
		"line\n{'a'}\n{\"\\u00e9\\xff\"}": "line\na\né\xff",
	} {
		got, err := execute(template, data, true)
		require.NoError(t, err, template)
		assert.Equal(t, want, got, template)
	}
}

func TestErrors(t *testing.T) {
	data := decoded(t)
	for template, want := range map[string]string{
		`{.kind`:                      "unclosed action (at the end of the template)",
		"{.kind\n}":                   "unclosed action (at byte 6: \n})",
		`hello {*}`:                   "unrecognized character in action: U+002A '*' (at byte 7: *})",
		`{+1.2.3}`:                    "cannot parse number +1.2.3 (at byte 1: +1.2.3})",
		`{.a[1}`:                      "unterminated array (at byte 3: [1})",
		`{.a[one]}`:                   "invalid array index one (at byte 4: one]})",
		`{.a[-]}`:                     "array index - is not a number (at byte 4: -]})",
		`{.a[0, x, 'b']}`:             "invalid array index x (at byte 7: x, 'b']})",
		`{.a[?(@.b==1]}`:              "unterminated filter (at byte 3: [?(@.b==1]})",
		`{.a[?(@.b==1) ]}`:            "unclosed array expect ] (at byte 12: ) ]})",
		`{.a[?(@.b==*)]}`:             "unrecognized character in action: U+002A '*' (at byte 11: *)]})",
		`{....}`:                      "invalid multiple recursive descent (at byte 3: ..})",
		`{"abc}`:                      `unterminated quoted string (at byte 1: "abc})`,
		`{"\q"}`:                      `unquote string "\q" error invalid syntax (at byte 1: "\q"})`,
		`{.kind}{hello}`:              "unrecognized identifier hello (at byte 8: hello})",
		`{.items[0].colour}`:          "colour is not found (at byte 10: .colour})",
		`{.kind[0]}`:                  "string is not array or slice (at byte 6: [0]})",
		`{.kind[?(@.x)]}`:             "List is not array or slice and cannot be filtered (at byte 6: [?(@.x)]})",
		`{.users[2]}`:                 "array index out of bounds: index 2, length 2 (at byte 7: [2]})",
		`{.users[0:3]}`:               "array index out of bounds: index 2, length 2 (at byte 7: [0:3]})",
		`{.users[1:0]}`:               "starting index 1 is greater than ending index 0 (at byte 7: [1:0]})",
		`{.users[0:2:0]}`:             "step must be > 0 (at byte 7: [0:2:0]})",
		`{.users[?(@.name<>"x")]}`:    `unrecognized filter operator <> (at byte 7: [?(@.name<>"x")]})`,
		`{.users[?(@.name==1)]}`:      "incompatible types for comparison (at byte 7: [?(@.name==1)]})",
		`{.users[?(@.user==1)]}`:      "invalid type for comparison (at byte 7: [?(@.user==1)]})",
		`{.users[?(true<false)]}`:     "invalid type for comparison (at byte 7: [?(true<false)]})",
		`{.users[?(@.*=="x")]}`:       `can only compare one element at a time (at byte 7: [?(@.*=="x")]})`,
		`{range .users[*]}{end}{end}`: "not in range, nothing to end (at byte 22: {end})",
	} {
		_, err := execute(template, data, false)
		var failed *Error
		require.ErrorAs(t, err, &failed, template)
		assert.Equal(t, want, err.Error())
		assert.Equal(t, template, failed.Template)
	}
	assert.ErrorContains(t, New("empty").Execute(io.Discard, nil), "empty is an incomplete jsonpath template")
	long := &Error{Template: "{" + strings.Repeat("é", 40), Offset: 1, Message: "m"}
	assert.Equal(t, "m (at byte 1: "+strings.Repeat("é", 12)+"…)", long.Error())
	_, err := UnquoteExtend(`"a'`)
	assert.ErrorIs(t, err, ErrSyntax)
}

type verb string

type inner struct {
	Deep string `json:"deep"`
}

type object struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	*inner
	Replicas *int32          `json:"replicas"`
	Sizes    [2]int          `json:"sizes"`
	ByName   map[verb]string `json:"byName"`
	ByNumber map[int]string  `json:"byNumber"`
	Untagged string
	hidden   string // no template reaches it
}

func TestStructs(t *testing.T) {
	replicas := int32(3)
	o := &object{
		TypeMeta:   metav1.TypeMeta{Kind: "Thing"},
		ObjectMeta: metav1.ObjectMeta{Name: "one", Labels: map[string]string{"b": "2", "a": "1"}},
		inner:      &inner{Deep: "below"},
		Replicas:   &replicas, Sizes: [2]int{4, 5}, ByName: map[verb]string{"x": "y"}, ByNumber: map[int]string{1: "z"}, Untagged: "u", hidden: "h",
	}
	for template, want := range map[string]string{
		"{.kind} {.metadata.name} {.Name}": "Thing one one",
		"{.metadata.labels.*}":             "1 2",
		"{.deep}":                          "below",
		"{.replicas}":                      "3",
		"{[?(@.replicas>2)].x}":            "",
		"{.sizes[1]} {.sizes[*]}":          "5 4 5",
		"{.byName.x}{.Untagged}":           "yu",
		"{.hidden}{.nope}":                 "",
		"{.metadata.deletionTimestamp}":    "<nil>",
	} {
		data := any(o)
		if strings.HasPrefix(template, "{[?") {
			data = []any{o}
		}
		got, err := execute(template, data, true)
		require.NoError(t, err, template)
		assert.Equal(t, want, got, template)
	}
	_, err := execute("{.byNumber.a}", o, true)
	require.ErrorContains(t, err, "a is not convertible to int")
	o.inner = nil
	got, err := execute("{.deep}{.Deep}", o, true)
	require.NoError(t, err)
	assert.Empty(t, got, "no panic for want of what is embedded")
}

func TestComparisons(t *testing.T) {
	three := 3
	for template, want := range map[string]bool{
		"{[?(@<4)]}": true, "{[?(@<=3)]}": true, "{[?(@>=3)]}": true, "{[?(@>3)]}": false, "{[?(@==3)]}": true, "{[?(@!=3)]}": false,
		"{[?(@<3.5)]}": true, "{[?(3.5>@)]}": true,
	} {
		for _, value := range []any{3, int8(3), uint64(3), float32(3), 3.0, &three} {
			got, err := execute(template, []any{value}, false)
			require.NoError(t, err, template)
			assert.Equal(t, want, got != "", "%s of %T", template, value)
		}
	}
	got, err := execute(`{[?(@<"b")]}{[?(@!="a")]}`, []string{"a", "b"}, false)
	require.NoError(t, err)
	assert.Equal(t, "ab", got)
	got, err = execute(`{[?(@!=true)]}`, []bool{true, false}, false)
	require.NoError(t, err)
	assert.Equal(t, "false", got)
}

func TestPrint(t *testing.T) {
	path := New("json")
	path.EnableJSONOutput(true)
	require.NoError(t, path.Parse("{.users[*].name}"))
	var out strings.Builder
	require.NoError(t, path.Execute(&out, decoded(t)))
	assert.Equal(t, "[\n    \"myself\",\n    \"e2e\"\n]\n", out.String())
	require.ErrorContains(t, path.PrintResults(io.Discard, []reflect.Value{reflect.ValueOf(func() {})}), "func()")
	require.ErrorContains(t, New("n").PrintResults(io.Discard, []reflect.Value{reflect.ValueOf(make(chan int))}), "can't print type chan int")
	require.NoError(t, New("n").PrintResults(&out, []reflect.Value{{}}))
	assert.Contains(t, out.String(), "<no value>")
}

// TestShared executes one template many times at once: with client-go the second time already begins within the range.
func TestShared(t *testing.T) {
	path := New("shared")
	require.NoError(t, path.Parse(`{range .users[*]}{.name};{end}{.kind}`))
	data := decoded(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var out strings.Builder
			assert.NoError(t, path.Execute(&out, data))
			assert.Equal(t, "myself;e2e;List", out.String())
		})
	}
	wg.Wait()
}

// TestBounds holds templates and values that ask for too much to an error.
func TestBounds(t *testing.T) {
	self := map[string]any{}
	self["self"] = self
	_, err := execute("{..x}", self, true)
	require.ErrorContains(t, err, "or holds itself")

	nested := decoded(t)
	parser, err := Parse("deep", strings.Repeat("{range ..}", 20))
	require.NoError(t, err)
	r := &render{walk: &walk{parser: parser, allowMissing: true, left: 10_000}, nodes: parser.Root.Nodes}
	require.NoError(t, r.matchEnds())
	err = r.run(0, len(r.nodes), reflect.ValueOf(nested), false)
	require.ErrorContains(t, err, "the template visits more than")

	_, err = execute("{"+strings.Repeat("[?(@", 200)+strings.Repeat(")]", 200)+"}", nested, true)
	require.ErrorContains(t, err, "lie more than 100 deep")

	_, err = execute(strings.Repeat("{range @}", maxDepth+1), nested, true)
	require.ErrorContains(t, err, "ranges lie more than 10000 deep")
}

// FuzzExecute asks that no template panics or runs without end, that it finds the same a second time, and that errors lie in it.
func FuzzExecute(f *testing.F) {
	for _, template := range []string{
		`{range .items[*]}{.metadata.name}{"\t"}{end}`, `{.items[?(@.kind=='x')].a[1:2:3]}`, `{..name}`, `{['a.b',0,?(@.c)]}`, `{true}{-1.5}{'\''}`,
	} {
		f.Add(template)
	}
	data := decoded(f)
	f.Fuzz(func(t *testing.T, template string) {
		parser, err := Parse("fuzz", template)
		if err != nil {
			var failed *Error
			require.ErrorAs(t, err, &failed)
			require.LessOrEqual(t, failed.Offset, len(template))
			return
		}
		found := func() int {
			w := &walk{parser: parser, allowMissing: true, left: 10_000}
			r := &render{walk: w, nodes: parser.Root.Nodes}
			if r.matchEnds() == nil {
				_ = r.run(0, len(r.nodes), reflect.ValueOf(data), false)
			}
			for _, results := range r.found {
				_ = New("fuzz").PrintResults(io.Discard, results)
			}
			return len(r.found)
		}
		first, second := found(), found()
		require.Equal(t, first, second, "a template finds the same again")
	})
}
