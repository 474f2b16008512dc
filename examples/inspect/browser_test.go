package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

//go:embed testdata/look.html
var lookText []byte

// look is what a browser shows of the page at one width.
type look struct {
	Width int
	// Overflow is by how many pixels the page as a whole is too wide.
	Overflow int
	// Text is the text that can be seen, without what is folded away.
	Text string
	// Hidden are the heads of columns beyond the right edge that no scrolling of their table brings into view.
	Hidden []string
	// Scrolled are the tables that are wider than the page, by their first head.
	Scrolled []string
	// Broken are the numbers that take more than a line for each part.
	Broken []string
	// Failing is the colour of the word "failing".
	Failing string
	// Rows are the numbers of rows, by the title above the table.
	Rows map[string]int
	// Unfolded is the text of the ranges, once they are opened.
	Unfolded string
}

// On a wide screen the page of a live controller shows all columns, and on a narrow one its tables scroll by themselves.
func TestPageInABrowser(t *testing.T) {
	path := chromium(t)
	page := live(t)
	looks := browse(t, path, framed(t, page))
	require.Len(t, looks, 2)
	for _, l := range looks {
		assert.Zero(t, l.Overflow, "at %d pixels", l.Width)
		assert.Empty(t, l.Hidden, "at %d pixels", l.Width)
		assert.Empty(t, l.Broken, "at %d pixels", l.Width)
		assert.Contains(t, []string{"rgb(207, 34, 46)", "rgb(248, 81, 73)"}, l.Failing, "the style is applied, light or dark")
		assert.Equal(t, map[string]int{"Informers": 3, "Controllers": 1, "Queues": 1, "Shards": 1}, l.Rows)
		for _, want := range []string{
			`^fleet\n+2 of 3 informers synced, 1 failing, \d+ objects, about \d+\.\d kB as JSON\.\n`,
			`\n\*v1beta1\.Robot\s+synced\s+\d+\s+\d\d\.\d % of the hashes\s+\d+\.\d kB\s+\d+\s+controller charger: `,
			`\n\*v1beta1\.Site\s+synced\s+1\s+\d+ B\s`,
			`failing: NotFound for .*, \d+ failures?: failed to list `,
			`\ncharger\s+yes\s+\d+\s+\d+\s+0\s+\S+ ago: robot robot-\d+ has no battery`,
			`\ncharger\s+\d\d\.\d %\s+0\.0 %\s+0\.0 %\s+charger-0, charger-1\s+\d+ ranges`,
		} {
			assert.Regexp(t, want, l.Text, "at %d pixels", l.Width)
		}
		assert.NotRegexp(t, `[0-9a-f]{4}-[0-9a-f]{4},`, l.Text, "ranges are folded")
		assert.Regexp(t, `[0-9a-f]{4}-[0-9a-f]{4},`, l.Unfolded)
	}
	assert.Empty(t, looks[0].Scrolled, "on a wide screen everything has room")
	assert.NotEmpty(t, looks[1].Scrolled, "on a narrow screen wide tables scroll")
}

// chromium returns the path of a browser that can run without a screen.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("there is no Chromium on PATH (chromium, chromium-browser, google-chrome): apt-get install chromium, or the like")
	return ""
}

// live runs the program until the test ends, and returns the address of its page once all rows are there.
func live(t *testing.T) *url.URL {
	t.Helper()
	address := start(t)
	require.Eventually(t, func() bool {
		page := read(t, address)
		return strings.Contains(page, "2 of 3 informers synced") && strings.Contains(page, "1 failing") &&
			strings.Contains(page, "has no battery") && strings.Contains(page, "charger-0, charger-1") && settled(page)
	}, time.Minute, 10*time.Millisecond)
	parsed, err := url.Parse(address)
	require.NoError(t, err)
	return parsed
}

// settled reports whether both replicas have their shares and nothing is waited for or handed over.
func settled(page string) bool {
	return regexp.MustCompile(`<td>charger</td><td class="n">[45]\d\.\d %</td>\s*<td class="n">0\.0 %</td><td class="n">0\.0 %</td>`).MatchString(page)
}

// framed serves the page and, under /look, a page that has it in two frames and reports what they show. A page can look only
// into frames of its own origin.
func framed(t *testing.T, page *url.URL) string {
	t.Helper()
	root := *page
	root.Path = ""
	mux := http.NewServeMux()
	mux.Handle("/", &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(&root) }})
	mux.HandleFunc("/look", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(lookText) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/look"
}

var written = regexp.MustCompile(`(?s)<pre id="looks">(.+?)</pre>`)

// browse opens an address in the browser, and returns what its script has written.
func browse(t *testing.T, browser, address string) []look {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	// Without a sandbox, which root and containers cannot have. The page is our own.
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--enable-logging=stderr", "--user-data-dir="+t.TempDir(), "--timeout=60000", "--dump-dom", address)
	var dom, logs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &dom, &logs
	require.NoError(t, cmd.Run(), "%s", &logs)
	assert.NotContains(t, logs.String(), "CONSOLE", "the browser logs an error")
	found := written.FindStringSubmatch(dom.String())
	require.NotNil(t, found, "%s\n%s", &dom, &logs)
	var looks []look
	require.NoError(t, json.Unmarshal([]byte(html.UnescapeString(found[1])), &looks), found[1])
	for _, l := range looks {
		t.Logf("at %d pixels:\n%s", l.Width, l.Text)
	}
	return looks
}
