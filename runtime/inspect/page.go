package inspect

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"
)

//go:embed page.html.tmpl
var pageText string

// maxRefresh bounds the seconds between two loads of the page by itself.
const maxRefresh = 3600

// ServeHTTP answers GET and HEAD with the page, or with JSON to "?format=json" and to clients that accept application/json and not
// HTML. With "?refresh=5" a browser loads the page again every five seconds.
func (i *Inspector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "this page can only be read", http.StatusMethodNotAllowed)
		return
	}
	format, err := formatOf(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var body bytes.Buffer
	contentType := "application/json"
	if format == "json" {
		encoder := json.NewEncoder(&body)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(i.Report())
	} else {
		contentType = "text/html; charset=utf-8"
		err = i.writePage(&body, r.URL.Query().Get("refresh"))
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	header.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(body.Bytes()) // the client has gone away
}

// formatOf returns "html" or "json".
func formatOf(r *http.Request) (string, error) {
	switch format := r.URL.Query().Get("format"); format {
	case "html", "json":
		return format, nil
	case "":
	default:
		return "", fmt.Errorf("there is no format %q: use html or json", format)
	}
	accept := r.Header.Get("Accept")
	if strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html") {
		return "json", nil
	}
	return "html", nil
}

// view is what the template gets.
type view struct {
	Report
	// Refresh is the number of seconds after which a browser loads the page again; 0 means never.
	Refresh int
}

func (i *Inspector) writePage(body *bytes.Buffer, refresh string) error {
	functions := template.FuncMap{"ago": ago, "seconds": seconds, "size": size, "percent": percent, "rangesIn": rangesIn}
	page, err := template.New("page").Funcs(functions).Parse(pageText)
	if err != nil {
		return err
	}
	v := view{Report: i.Report()}
	if n, err := strconv.Atoi(refresh); err == nil && n > 0 {
		v.Refresh = min(n, maxRefresh)
	}
	return page.Execute(body, v)
}

// Failing counts the informers that cannot list or watch.
func (v view) Failing() int { return v.count(StateFailing) }

// Synced counts the informers that have what the server has.
func (v view) Synced() int { return v.count(StateSynced) }

func (v view) count(state State) (n int) {
	for _, informer := range v.Informers {
		if informer.State == state {
			n++
		}
	}
	return n
}

// Objects is the number of objects in all informers.
func (v view) Objects() (n int) {
	for _, informer := range v.Informers {
		n += informer.Objects
	}
	return n
}

// Bytes is the estimated size of the objects in all informers.
func (v view) Bytes() (n int64) {
	for _, informer := range v.Informers {
		if informer.EstimatedBytes != nil {
			n += *informer.EstimatedBytes
		}
	}
	return n
}

// size is a number of bytes as people read it: 0 B, 999 B, 1.2 kB, 34.5 MB.
func size(bytes int64) string {
	if bytes < 1000 {
		return fmt.Sprintf("%d B", bytes)
	}
	units := "kMGTPE"
	value := float64(bytes) / 1000
	for value >= 999.95 && len(units) > 1 {
		value, units = value/1000, units[1:]
	}
	return fmt.Sprintf("%.1f %cB", value, units[0])
}

// percent is a share as people read it.
func percent(share float64) string { return strconv.FormatFloat(100*share, 'f', 1, 64) + " %" }

// rangesIn says how many ranges a set has, of which a text names at least one.
func rangesIn(set string) string {
	if n := strings.Count(set, ",") + 1; n > 1 {
		return strconv.Itoa(n) + " ranges"
	}
	return "1 range"
}

// ago says how long before now a time was, to three digits or so.
func ago(now, t time.Time) string { return seconds(now.Sub(t).Seconds()) }

// seconds is a duration as people read it: 0, 1.5ms, 12s, 3h4m0s.
func seconds(s float64) string {
	d := time.Duration(s * float64(time.Second))
	switch {
	case d >= time.Minute:
		d = d.Round(time.Second)
	case d >= time.Second:
		d = d.Round(100 * time.Millisecond)
	default:
		d = d.Round(10 * time.Microsecond)
	}
	if d == 0 {
		return "0"
	}
	return d.String()
}
