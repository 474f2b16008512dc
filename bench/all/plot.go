package main

import (
	"fmt"
	"math"
	"strings"
)

// plot draws a figure of informers over the number of objects. Both axes are logarithmic.
type plot struct {
	title  string
	unit   string // of the axis
	rowOf  string // appended to the name of the row
	figure string // the unit of the figure, which is per object
	scale  float64
	from   int // the power of ten at which the axis begins
	to     int
}

func plots() map[string]plot {
	return map[string]plot{
		"performance-sync.svg": {title: "first sync, seconds", rowOf: "", figure: "µs/object", scale: 1e-6, from: -2, to: 2},
		"performance-heap.svg": {title: "live heap, megabytes", rowOf: "/heap", figure: "B/object", scale: 1e-6, from: 0, to: 4},
	}
}

const (
	width, height = 640, 380
	left, right   = 70, 45
	top, bottom   = 40, 110
)

func (p plot) svg(r results) string {
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&out, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", width, height)
	fmt.Fprintf(&out, `<text x="%d" y="22" font-size="15">%s, by the number of pods</text>`+"\n", left, p.title)
	p.axes(&out)
	for i, side := range informers() {
		var points []string
		for _, n := range sizes() {
			value, ok := r.median(key{fmt.Sprintf("Sync%d%s%s", n, side.mode, p.rowOf), side.name, p.figure})
			if !ok {
				continue
			}
			x, y := p.x(float64(n)), p.y(value*p.scale*float64(n))
			points = append(points, fmt.Sprintf("%.1f,%.1f", x, y))
			fmt.Fprintf(&out, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", x, y, side.colour)
		}
		fmt.Fprintf(&out, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(points, " "), side.colour)
		x, y := left+i%2*280, height-60+i/2*20
		fmt.Fprintf(&out, `<rect x="%d" y="%d" width="12" height="12" fill="%s"/><text x="%d" y="%d">%s</text>`+"\n", x, y-10, side.colour, x+18, y, side.title)
	}
	out.WriteString("</svg>\n")
	return out.String()
}

// axes draws a line for each power of ten.
func (p plot) axes(out *strings.Builder) {
	const grid = `<path d="M%.1f %.1fL%.1f %.1f" stroke="#d4d4d4"/>` + "\n"
	for power := 3; power <= 6; power++ {
		x := p.x(math.Pow10(power))
		fmt.Fprintf(out, grid, x, p.y(math.Pow10(p.from)), x, p.y(math.Pow10(p.to)))
		fmt.Fprintf(out, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", x, height-bottom+18, grouped(int(math.Pow10(power))))
	}
	for power := p.from; power <= p.to; power++ {
		y := p.y(math.Pow10(power))
		fmt.Fprintf(out, grid, p.x(1000), y, p.x(1_000_000), y)
		fmt.Fprintf(out, `<text x="%d" y="%.1f" text-anchor="end">%g</text>`+"\n", left-8, y+4, math.Pow10(power))
	}
}

func (p plot) x(n float64) float64 {
	return left + (math.Log10(n)-3)/3*(width-left-right)
}

func (p plot) y(value float64) float64 {
	share := (math.Log10(value) - float64(p.from)) / float64(p.to-p.from)
	return height - bottom - share*(height-top-bottom)
}
