package soak

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"
)

// plot is a curve of the page. Its scale is from zero to Max.
type plot struct {
	Title, Points string
	Max           float64
}

// mark is the line of a fault.
type mark struct {
	X    float64
	Name string
}

const (
	width  = 1000.0
	height = 120.0
)

var page = template.Must(template.New("soak").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Soak</title>
<style>
body{font:14px system-ui,sans-serif;max-width:1060px;margin:2em auto;color:#222}
svg{width:100%;height:auto;background:#fafafa;border:1px solid #ddd}
polyline{fill:none;stroke:#1565c0;stroke-width:1.5}
line{stroke:#d32f2f;stroke-width:.7;opacity:.5}
h2{font-size:1em;margin:1.2em 0 .2em}
.scale{display:flex;justify-content:space-between;color:#777;font-size:.85em}
.bad{color:#b71c1c}
</style></head><body>
<h1>Soak</h1>
<p>{{printf "%.0f" .Seconds}} s, {{.Writes}} writes acknowledged, {{.Failed}} failed. Each red line is the beginning of a fault; hover to see which.</p>
{{if .Problems}}<ul class="bad">{{range .Problems}}<li>{{.}}</li>{{end}}</ul>{{else}}<p>Nothing is wrong: stores equal the server, no acknowledged write is lost, heap and goroutines are flat.</p>{{end}}
{{$marks := .Marks}}{{$seconds := .Seconds}}{{range .Plots}}<h2>{{.Title}}</h2>
<svg viewBox="0 0 1000 120" preserveAspectRatio="none">{{range $marks}}<line x1="{{.X}}" x2="{{.X}}" y1="0" y2="120"><title>{{.Name}}</title></line>{{end}}<polyline points="{{.Points}}"/></svg>
<div class="scale"><span>0 s</span><span>from 0 to {{printf "%.4g" .Max}}</span><span>{{printf "%.0f" $seconds}} s</span></div>
{{end}}</body></html>
`))

// WritePage writes an HTML page with the problems and with plots of the samples.
func WritePage(w io.Writer, samples []Sample, problems []string) error {
	if len(samples) == 0 {
		return errors.New("there are no samples to show")
	}
	last := samples[len(samples)-1]
	at := func(s Sample) float64 { return width * s.Seconds / max(last.Seconds, 1) }
	var marks []mark
	for _, s := range samples {
		if s.Fault != "" {
			marks = append(marks, mark{at(s), fmt.Sprintf("%.0f s: %s", s.Seconds, s.Fault)})
		}
	}
	curve := func(title string, of func(Sample) float64) plot {
		p := plot{Title: title}
		for _, s := range samples {
			p.Max = max(p.Max, of(s))
		}
		var points strings.Builder
		for _, s := range samples {
			fmt.Fprintf(&points, "%.1f,%.1f ", at(s), height-height*of(s)/max(p.Max, 1e-9))
		}
		p.Points = points.String()
		return p
	}
	state := func(title string, of func(Sample) float64) plot {
		p := curve(title, of)
		p.Title += fmt.Sprintf(": at most %.4g, %.4g in the end", p.Max, of(last))
		return p
	}
	count := func(title string, of func(Sample) int64) plot {
		p := curve(title, func(s Sample) float64 { return float64(of(s)) })
		p.Title += fmt.Sprintf(": %d in all", of(last))
		return p
	}
	return page.Execute(w, map[string]any{
		"Seconds": last.Seconds, "Writes": last.Writes, "Failed": last.FailedWrites, "Problems": problems, "Marks": marks,
		"Plots": []plot{
			state("Live heap, MiB", func(s Sample) float64 { return s.HeapMiB }),
			state("Goroutines", func(s Sample) float64 { return float64(s.Goroutines) }),
			state("Lag, ms", func(s Sample) float64 { return s.LagMS }),
			count("Lists", func(s Sample) int64 { return s.Relists }),
			count("Errors of informers", func(s Sample) int64 { return s.Errors }),
			count("Writes that failed", func(s Sample) int64 { return s.FailedWrites }),
		},
	})
}
