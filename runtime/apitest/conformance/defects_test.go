package conformance_test

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/conformance"
	"github.com/typewright/typewright/runtime/rest"
)

// defect breaks one rule of a server on the way to it or back.
type defect struct {
	name    string
	request func(*http.Request)
	code    map[int]int // the status code given in place of another
	body    [2]string   // a pattern, and what takes its place in answers and events
	caught  string      // a case that shows it
}

func defects() []defect {
	return []defect{
		{name: "a conflict is called a bad request", code: map[int]int{http.StatusConflict: http.StatusBadRequest}, caught: "update: of an old version"},
		{name: "the reason of an error is lost", body: [2]string{`"reason":"NotFound"`, `"reason":""`}, caught: "read: an object that is not there"},
		{name: "the words of an error are lost", body: [2]string{`already exists`, `exists`}, caught: "create: a name that is taken"},
		{name: "the version of an update is not looked at", request: forget("PUT", `"resourceVersion":"\d+",?`), caught: "update: of an old version"},
		{name: "label selectors are ignored", request: dropQuery("labelSelector"), caught: "select: by label"},
		{name: "field selectors are ignored", request: dropQuery("fieldSelector"), caught: "select: by name"},
		{name: "a limit is ignored", request: dropQuery("limit"), caught: "page: page by page"},
		{name: "a patch cannot remove", request: forget("PATCH", `"k":null,?`), caught: "patch: a merge patch"},
		{name: "finalizers do not hold", request: forget("POST", `"finalizers":\[[^]]*\],?`), caught: "delete: a finalizer holds"},
		{name: "preconditions are ignored", request: forget("DELETE", `"preconditions":\{[^}]*\},?`), caught: "delete: a version as precondition"},
		{name: "deletions are called changes", body: [2]string{`"type":"DELETED"`, `"type":"MODIFIED"`}, caught: "watch: events of the past"},
		{name: "the last bookmark of a streamed list does not come", request: dropQuery("allowWatchBookmarks"), caught: "watch: a streamed list"},
		{name: "a streamed list is a watch from now", request: dropQuery("sendInitialEvents"), caught: "watch: a streamed list of custom objects"},
		{name: "a dry run is for real", request: dropQuery("dryRun"), caught: "dryrun: update"},
		{name: "unknown fields pass in silence", request: dropQuery("fieldValidation"), caught: "validation: strict, an unknown field"},
		{name: "apply takes over without being told to", request: func(r *http.Request) { setQuery(r, "force", "true") }, caught: "apply: a conflict"},
		{name: "versions go down", body: [2]string{`"resourceVersion":"[^"]*"`, `"resourceVersion":"1"`}, caught: "update: a new version"},
	}
}

// TestTheSuiteCatchesDefects breaks the server under test in one way at a time. Where it is known to differ from the real
// one, its own answers without the defect are the measure.
func TestTheSuiteCatchesDefects(t *testing.T) {
	server := start(t, apitest.Options{})
	cases := map[string]conformance.Case{}
	all, err := conformance.Cases()
	require.NoError(t, err)
	for _, c := range all {
		cases[c.Name] = c
	}
	for _, d := range defects() {
		t.Run(d.name, func(t *testing.T) {
			c, ok := cases[d.caught]
			require.True(t, ok, d.caught)
			if _, differs := conformance.Differences()[d.caught]; differs {
				c = play(t, server.Config(), c)
			}
			config := server.Config()
			config.Wrap(func(rt http.RoundTripper) http.RoundTripper { return broken{defect: d, next: rt} })
			assert.NotEmpty(t, conformance.Diff(c, play(t, config, c)), "the case does not see it")
		})
	}
}

func play(t *testing.T, config *rest.Config, c conformance.Case) conformance.Case {
	t.Helper()
	played, err := conformance.Play(t.Context(), config, c)
	require.NoError(t, err)
	return played
}

// broken is a way to a server that has a defect.
type broken struct {
	defect defect
	next   http.RoundTripper
}

func (b broken) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	if b.defect.request != nil {
		b.defect.request(req)
	}
	resp, err := b.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if code, changed := b.defect.code[resp.StatusCode]; changed {
		resp.StatusCode = code
	}
	if b.defect.body[0] != "" {
		resp.Body = &replacing{body: resp.Body, pattern: regexp.MustCompile(b.defect.body[0]), with: []byte(b.defect.body[1])}
		resp.ContentLength = -1
	}
	return resp, nil
}

func dropQuery(name string) func(*http.Request) {
	return func(r *http.Request) { setQuery(r, name, "") }
}

func setQuery(r *http.Request, name, value string) {
	query := r.URL.Query()
	query.Del(name)
	if value != "" {
		query.Set(name, value)
	}
	changed := *r.URL
	changed.RawQuery = query.Encode()
	r.URL = &changed
}

// forget removes a part of the bodies of requests with the verb.
func forget(verb, pattern string) func(*http.Request) {
	part := regexp.MustCompile(pattern)
	return func(r *http.Request) {
		if r.Method != verb || r.Body == nil || strings.HasSuffix(r.URL.Path, "/namespaces") {
			return
		}
		data, _ := io.ReadAll(r.Body)
		data = part.ReplaceAll(data, nil)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
	}
}

// replacing replaces in what one Read brings: servers write small answers and events whole.
type replacing struct {
	body    io.ReadCloser
	pattern *regexp.Regexp
	with    []byte
	rest    []byte
}

func (r *replacing) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		buffer := make([]byte, 1<<20)
		n, err := r.body.Read(buffer)
		if n == 0 {
			return 0, err
		}
		r.rest = r.pattern.ReplaceAll(buffer[:n], r.with)
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func (r *replacing) Close() error { return r.body.Close() }
