package apitest

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// read sends a GET and returns status, body and what broke.
func (c client) read(path string) (int, string, error) {
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.server.URL()+path, nil)
	require.NoError(c.t, err)
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), err
}

func TestFaultsOfAnswers(t *testing.T) {
	const list = configMaps
	for name, test := range map[string]struct {
		do   Effect
		code int
		body string // that it contains
		err  string
	}{
		"delay":       {do: Delay(time.Millisecond), code: 200, body: `"ConfigMapList"`},
		"slow":        {do: Slow(time.Millisecond), code: 200, body: `"ConfigMapList"`},
		"gone":        {do: Fail(apierrors.NewResourceExpired("too old resource version: 1 (9)")), code: 410, body: `"reason":"Expired"`},
		"fail":        {do: Fail(io.ErrNoProgress), code: 500, body: `"reason":"InternalError"`},
		"proxy":       {do: Answer(502, "text/html", "<h1>Bad Gateway</h1>"), code: 502, body: "Bad Gateway"},
		"reset":       {do: Reset(), err: "connection reset by peer"},
		"cut body":    {do: CutBody(10), code: 200, err: "unexpected EOF"},
		"reset body":  {do: ResetBody(10), code: 200, err: "connection reset by peer"},
		"hidden fail": {do: FailAfter(apierrors.NewInternalError(io.ErrNoProgress)), code: 500, body: `InternalError`},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, Options{})
			c.create("a", "1")
			fault := c.server.Inject(Fault{Verbs: []string{"list"}, Resource: "configmaps", Do: test.do})
			code, body, err := c.read(list)
			assert.Equal(t, test.code, code)
			assert.Contains(t, body, test.body)
			if test.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.err)
			}
			_, body, err = c.read(list + "/a")
			require.NoError(t, err, "a get is no list")
			assert.Contains(t, body, `"ConfigMap"`)
			assert.Positive(t, fault.Hits(), "more than one where the client tries again")
			fault.Remove()
			code, _, err = c.read(list)
			require.NoError(t, err)
			assert.Equal(t, 200, code)
		})
	}
}

func TestARetryAfterIsAHeaderToo(t *testing.T) {
	c := start(t, Options{})
	c.server.Inject(Fault{Do: Fail(apierrors.NewTooManyRequests("later", 7))})
	resp := c.send(http.MethodGet, configMaps, nil)
	defer resp.Body.Close()
	assert.Equal(t, http.StatusTooManyRequests, resp.StatusCode)
	assert.Equal(t, "7", resp.Header.Get("Retry-After"))
}

func TestAFaultHitsSomeRequests(t *testing.T) {
	c := start(t, Options{})
	c.server.Inject(Fault{Skip: 1, Times: 2, Do: Fail(io.ErrNoProgress)})
	var codes []int
	for range 5 {
		code, _, err := c.read(configMaps)
		require.NoError(t, err)
		codes = append(codes, code)
	}
	assert.Equal(t, []int{200, 500, 500, 200, 200}, codes)
}

func TestAWriteIsCarriedOutAlthoughItsResponseIsAnError(t *testing.T) {
	c := start(t, Options{})
	c.server.Inject(Fault{Verbs: []string{"create"}, Do: FailAfter(io.ErrNoProgress)})
	code, _ := c.do(http.MethodPost, configMaps, configMap("a", "1"))
	assert.Equal(t, 500, code)
	code, _ = c.do(http.MethodGet, configMaps+"/a", nil)
	assert.Equal(t, 200, code)
}

func TestListsInAnotherOrder(t *testing.T) {
	c := start(t, Options{})
	c.create("a", "1")
	c.create("b", "2")
	c.server.Inject(Fault{Do: RewriteList(func(items []json.RawMessage) []json.RawMessage {
		slices.Reverse(items)
		return append(items, items[0])
	})})
	_, list := c.do(http.MethodGet, configMaps, nil)
	items, err := list.ToList()
	require.NoError(t, err)
	var names []string
	for _, item := range items.Items {
		names = append(names, item.GetName())
	}
	assert.Equal(t, []string{"b", "a", "b"}, names)
	code, _ := c.do(http.MethodGet, configMaps+"/none", nil)
	assert.Equal(t, http.StatusNotFound, code, "requests that are not lists are not affected")
}

func TestFaultsOfWatches(t *testing.T) {
	gone := apierrors.NewResourceExpired("too old")
	for name, test := range map[string]struct {
		do   Effect
		want string // types of the events, garbage as it is, and how it ended
	}{
		"ends at once":   {do: EndAfter(0), want: "EOF"},
		"ends after one": {do: EndAfter(1), want: "ADDED EOF"},
		"error":          {do: ErrorAfter(1, gone), want: "ADDED ERROR EOF"},
		"garbage":        {do: GarbageAfter(1, "}garbage{"), want: "ADDED }garbage{ MODIFIED DELETED BOOKMARK open"},
		"bookmarks held": {do: HoldBookmarks(), want: "ADDED MODIFIED DELETED open"},
		"none":           {do: Delay(0), want: "ADDED MODIFIED DELETED BOOKMARK open"},
		"cut":            {do: CutBody(20), want: `{"type":"ADDED","obj unexpected EOF`},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t, Options{BookmarkInterval: 30 * time.Millisecond})
			c.server.Inject(Fault{Verbs: []string{"watch"}, Do: test.do})
			c.create("a", "1")
			c.do(http.MethodPut, configMaps+"/a", configMap("a", "2"))
			c.do(http.MethodDelete, configMaps+"/a", nil)
			resp := c.send(http.MethodGet, configMaps+"?watch=true&allowWatchBookmarks=true&resourceVersion=1&timeoutSeconds=60", nil)
			defer resp.Body.Close()
			last := strings.Split(strings.TrimSuffix(test.want, " open"), " ")
			body, err := readWatch(resp.Body, last[len(last)-1], func() {
				time.Sleep(100 * time.Millisecond) // time for a bookmark to arrive, were it not held back
				c.server.EndWatches()
			})
			got := summary(body)
			switch {
			case err != nil:
				got = append(got, err.Error())
			case strings.HasSuffix(test.want, "open"):
				got = append(slices.Compact(got), "open")
			default:
				got = append(got, "EOF")
			}
			assert.Equal(t, test.want, strings.Join(got, " "))
		})
	}
}

// readWatch reads a watch to its end. When it sees an event of the last type that is wanted, it calls end.
func readWatch(r io.Reader, last string, end func()) (body string, err error) {
	lines := bufio.NewReader(r)
	for ended := false; ; {
		line, err := lines.ReadString('\n')
		body += line
		if !ended && strings.Contains(line, `"`+last+`"`) {
			ended = true
			end()
		}
		switch {
		case errors.Is(err, io.EOF):
			return body, nil
		case err != nil:
			return body, err
		}
	}
}

// summary returns the types of the events of a watch, separated by spaces. Text that is not an event stays as it is.
func summary(body string) []string {
	var got []string
	for line := range strings.Lines(body) {
		var event struct{ Type string }
		if json.Unmarshal([]byte(line), &event) != nil {
			event.Type = strings.TrimSpace(line)
		}
		got = append(got, event.Type)
	}
	return got
}

func TestCutBreaksWatches(t *testing.T) {
	c := start(t, Options{})
	hung := c.server.Inject(Fault{Verbs: []string{"list"}, Do: Hang()})
	ended := make(chan error)
	for _, path := range []string{configMaps + "?watch=true&resourceVersion=1", configMaps} {
		go func() {
			_, _, err := c.read(path)
			ended <- err
		}()
	}
	require.Eventually(t, func() bool { return inProgress(c.server) == 2 && hung.Hits() == 1 }, time.Minute, time.Millisecond)
	c.server.Cut()
	for range 2 {
		require.ErrorContains(t, <-ended, "EOF")
	}
}

func inProgress(s *Server) int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return len(s.faults.current)
}

func TestDescribe(t *testing.T) {
	for target, want := range map[string]schema.GroupResource{
		"GET /api/v1/pods":                            {Group: "list", Resource: "pods"},
		"GET /api/v1/pods?watch=1":                    {Group: "watch", Resource: "pods"},
		"GET /api/v1/namespaces":                      {Group: "list", Resource: "namespaces"},
		"GET /api/v1/namespaces/a":                    {Group: "get", Resource: "namespaces"},
		"PUT /api/v1/namespaces/a/status":             {Group: "update", Resource: "namespaces"},
		"PATCH /apis/apps/v1/namespaces/a/deploys/b":  {Group: "patch", Resource: "deploys"},
		"POST /apis/apps/v1/namespaces/a/deploys":     {Group: "create", Resource: "deploys"},
		"DELETE /apis/apps/v1/namespaces/a/deploys":   {Group: "deletecollection", Resource: "deploys"},
		"DELETE /apis/apps/v1/namespaces/a/deploys/b": {Group: "delete", Resource: "deploys"},
		"GET /apis/apps/v1":                           {},
		"GET /version":                                {},
	} {
		method, url, _ := strings.Cut(target, " ")
		req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
		require.NoError(t, err)
		verb, resource := describe(req)
		assert.Equal(t, want, schema.GroupResource{Group: verb, Resource: resource}, target)
	}
}
