package within

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSecurityPath(t *testing.T) {
	for name, test := range map[string]struct {
		root     string
		elements []string
		want     string // empty where it is refused
	}{
		"one":                       {"/base/", []string{"/version"}, "/base/version"},
		"several":                   {"/base", []string{"apis", "apps", "v1"}, "/base/apis/apps/v1"},
		"nothing":                   {"/base", nil, "/base"},
		"the root":                  {"/", []string{"/"}, "/"},
		"no root":                   {"", []string{"a/b", "c"}, "a/b/c"},
		"no root, absolute":         {"", []string{"/a"}, "/a"},
		"empty elements":            {"/base", []string{"", "a", ""}, "/base/a"},
		"a detour that stays":       {"/base", []string{"a/../b/./c"}, "/base/b/c"},
		"dots in a name":            {"/base", []string{"a..b", "..c", "..."}, "/base/a..b/..c/..."},
		"percent in a name":         {"/base", []string{"100%", "%zz"}, "/base/100%/%zz"},
		"up":                        {"/base", []string{"../v3"}, ""},
		"up, absolute":              {"/base", []string{"/../v3"}, ""},
		"up, from the root":         {"/", []string{"../v3"}, ""},
		"up and back":               {"/base", []string{"../base/v3"}, ""},
		"up over an earlier one":    {"/base", []string{"apis", "../v3"}, ""},
		"up behind a name":          {"/base", []string{"a/../../v3"}, ""},
		"encoded dots":              {"/base", []string{"%2e%2e/v3"}, ""},
		"encoded dots, and garbage": {"/base", []string{"%2E./v3/%zz"}, ""},
		"encoded slash":             {"/base", []string{"a%2f..%2f..%2fv3"}, ""},
		"encoded twice":             {"/base", []string{"%252e%252e/v3"}, ""},
		"encoded many times":        {"/base", []string{"%" + strings.Repeat("25", 50) + "2e./v3"}, ""},
		"backslash":                 {"/base", []string{`..\v3`}, ""},
		"encoded backslash":         {"/base", []string{`a%5c..%5Cv3`}, ""},
		"parameters of a segment":   {"/base", []string{"..;x=1/v3"}, ""},
		"encoded semicolon":         {"/base", []string{"..%3b/v3"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Path(test.root, test.elements...)
			if test.want == "" {
				require.ErrorContains(t, err, "leads out of the path")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}

func FuzzSecurityPath(f *testing.F) {
	for _, seed := range []string{"../../v3", "a/../b", "%2e%2e/x", `..\x`, "..;/x", "%25252e./x", "//", "é/..", "a/b/../../.."} {
		f.Add("/k8s/c-1", seed, "v1")
	}
	f.Fuzz(func(t *testing.T, root, first, second string) {
		if !strings.HasPrefix(root, "/") || Climbs(root) {
			return
		}
		got, err := Path(root, first, second)
		if err != nil {
			return
		}
		// However often a proxy decodes what it gets, and whatever it takes for a slash, it finds nothing above root.
		root = strings.TrimSuffix(path.Clean(root), "/")
		for range 10 {
			for _, seen := range []string{got, strings.ReplaceAll(got, `\`, "/")} {
				seen = path.Clean(seen)
				require.True(t, seen == root || root == "" || strings.HasPrefix(seen, root+"/"), "%q", seen)
				require.NotContains(t, strings.Split(seen, "/"), "..")
			}
			plain, err := url.PathUnescape(got)
			if err != nil || plain == got || !strings.HasPrefix(plain, root) {
				return
			}
			got = plain
		}
	})
}

func TestSecurityRedirect(t *testing.T) {
	for name, test := range map[string]struct {
		to, base string
		refused  bool
	}{
		"below":                      {"https://h/k8s/c-1/x", "/k8s/c-1/", false},
		"the same, spelled out":      {"https://H:443/k8s/c-1/x", "/k8s/c-1", false},
		"the base itself":            {"https://h/k8s/c-1", "/k8s/c-1/", false},
		"anywhere, without a base":   {"https://h/login", "/", false},
		"another host":               {"https://other/k8s/c-1/x", "/k8s/c-1", true},
		"a host below":               {"https://a.h/k8s/c-1/x", "/k8s/c-1", true},
		"another port":               {"https://h:8443/k8s/c-1/x", "/k8s/c-1", true},
		"out of TLS":                 {"http://h/k8s/c-1/x", "/k8s/c-1", true},
		"out of TLS at one port":     {"http://h:443/k8s/c-1/x", "/k8s/c-1", true},
		"above":                      {"https://h/v3/users", "/k8s/c-1", true},
		"a neighbour that begins so": {"https://h/k8s/c-10/x", "/k8s/c-1", true},
		"above, encoded":             {"https://h/k8s/c-1/%2e%2e/%2e%2e/v3", "/k8s/c-1", true},
		"above, encoded twice":       {"https://h/k8s/c-1/%252e%252e/v3", "/k8s/c-1", true},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := parse(t, "https://h/k8s/c-1/api"), parse(t, test.to)
			first := &http.Request{URL: from}
			second := &http.Request{URL: parse(t, "https://h/k8s/c-1/there"), Response: &http.Response{Request: first}}
			third := &http.Request{URL: to, Response: &http.Response{Request: second}}
			require.NoError(t, Followed(first, test.base))
			require.NoError(t, Followed(second, test.base))
			assert.Equal(t, test.refused, Followed(third, test.base) != nil)
		})
	}
	t.Run("from nowhere", func(t *testing.T) {
		require.ErrorContains(t, Followed(&http.Request{URL: parse(t, "https://h/"), Response: &http.Response{}}, ""), "unknown place")
	})
	t.Run("begun elsewhere on purpose", func(t *testing.T) {
		first := &http.Request{URL: parse(t, "https://h/metrics")}
		second := &http.Request{URL: parse(t, "https://h/metrics/"), Response: &http.Response{Request: first}}
		require.NoError(t, Followed(second, "/k8s/c-1"))
	})
}

func parse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	require.NoError(t, err)
	return u
}
